// Tokens: what programs may do.

import { ask, part } from "../../api.js";
import { known, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useState } from "../../ui.js";
import { Empty, Field, Section } from "../layout.js";
import { useShared } from "../shared.js";
import { FormDialog, Loading, SecretDialog, Sure, useAnswer, whenWords } from "./parts.js";

const DAYS = [30, 90, 365];

export function Part({ state }) {
  const { actions } = useShared();
  const tokens = useAnswer(() => ask("GET", "/tokens"));
  const [open, setOpen] = useState(null); // {kind: "form"}, {kind: "remove", token} or {kind: "secret", made}
  const make = async (form) => {
    const days = form.get("days");
    const body = { name: form.get("name").trim(), scopes: form.getAll("scope"), expires_in_days: days ? Number(days) : null };
    const made = await ask("POST", "/tokens", body);
    setOpen({ kind: "secret", made });
    tokens.reload();
  };
  const remove = async () => {
    await ask("DELETE", `/tokens/${part(open.token.id)}`);
    actions.say("good", t("admin.tokens.removed", { name: open.token.name }));
    tokens.reload();
  };
  return html`<${Section} title=${t("admin.tokens")} note=${t("admin.tokens.note")}
      actions=${html`<button class="primary" type="button" onClick=${() => setOpen({ kind: "form" })}><${Icon} name="plus" />${t("admin.tokens.add")}</button>`}>
      <${Loading} answer=${tokens} />
      ${tokens.value?.length === 0 && html`<${Empty} title=${t("admin.tokens.none")} />`}
      <ul class="rows">
        ${(tokens.value ?? []).map((token) => html`<${Row} key=${token.id} token=${token} onRemove=${() => setOpen({ kind: "remove", token })} />`)}
      </ul>
    <//>
    ${open?.kind === "form" && html`<${TokenForm} scopes=${state.me.scopes} onSend=${make} onDone=${() => setOpen((now) => (now?.kind === "form" ? null : now))} />`}
    ${open?.kind === "secret" && html`<${SecretDialog} title=${t("admin.tokens.secretOf", { name: open.made.token.name })} secret=${open.made.secret} note=${t("admin.tokens.once")} onDone=${() => setOpen(null)} />`}
    ${open?.kind === "remove" &&
    html`<${Sure} title=${t("admin.tokens.removeName", { name: open.token.name })} word=${t("admin.tokens.remove")} onSend=${remove} onDone=${() => setOpen(null)}>
      <p>${t("admin.tokens.removeNote")}</p>
    <//>`}`;
}

function Row({ token, onRemove }) {
  const facts = [
    t("admin.made", { time: whenWords(token.created), by: token.created_by || t("admin.byConsole") }),
    token.expires ? t("admin.tokens.until", { time: whenWords(token.expires) }) : t("admin.tokens.forEver"),
  ];
  return html`<li class="row" aria-label=${token.name}>
    <div class="row-main">
      <p class="row-name">${token.name}</p>
      <p class="row-facts">${facts.join(" · ")}</p>
      <p class="row-scopes">${token.scopes.map((scope) => html`<code key=${scope}>${scope}</code>`)}</p>
    </div>
    <div class="row-buttons">
      <button class="danger" type="button" aria-label=${t("admin.tokens.removeName", { name: token.name })} onClick=${onRemove}>${t("admin.tokens.remove")}</button>
    </div>
  </li>`;
}

function scopeWords(scope) {
  const key = `scope.${scope.replace(":", "_")}`;
  return known(key) ? t(key) : "";
}

function TokenForm({ scopes, onSend, onDone }) {
  return html`<${FormDialog} title=${t("admin.tokens.add")} word=${t("admin.tokens.make")} onSend=${onSend} onDone=${onDone}>
    <${Field} name="name" label=${t("admin.tokens.name")} hint=${t("admin.tokens.nameHint")} required maxlength="64" />
    <fieldset class="checks">
      <legend>${t("admin.tokens.scopes")}</legend>
      <div class="checks-list checks-tall">
        ${scopes.map(
          (scope) => html`<label key=${scope}><input type="checkbox" name="scope" value=${scope} /><span><code>${scope}</code><small>${scopeWords(scope)}</small></span></label>`,
        )}
      </div>
    </fieldset>
    <${Field} label=${t("admin.tokens.expires")}>
      ${(input) => html`<select name="days" ...${input}>
        ${DAYS.map((days) => html`<option key=${days} value=${days} selected=${days === 90}>${t("admin.tokens.days", { n: days })}</option>`)}
        <option value="">${t("admin.tokens.never")}</option>
      </select>`}
    <//>
  <//>`;
}
