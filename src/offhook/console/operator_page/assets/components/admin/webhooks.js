// Webhooks: who is told of events by HTTP, how far that has got, and what could not be delivered.

import { ask, part } from "../../api.js";
import { t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useState } from "../../ui.js";
import { Dialog, Empty, Field, Section } from "../layout.js";
import { useShared } from "../shared.js";
import { Badge, FormDialog, Loading, SecretDialog, sentence, Sure, useAnswer, useEvery, whenWords } from "./parts.js";

const LIST_EVERY_MS = 3_000; // no event tells how deliveries go
const REPLAY_EVERY_MS = 500;

const listOf = (text) => text.split(/[\s,]+/).filter(Boolean);

export function Part() {
  const { actions } = useShared();
  const hooks = useAnswer(() => ask("GET", "/webhooks"));
  useEvery(LIST_EVERY_MS, hooks.reload);
  const [open, setOpen] = useState(null); // {kind, hook} or {kind: "secret", made}
  const path = open?.hook && `/webhooks/${part(open.hook.id)}`;
  const close = () => setOpen(null);
  const closeForm = () => setOpen((now) => (now?.kind === "secret" ? now : null));
  const save = async (form) => {
    const body = { name: form.get("name").trim(), url: form.get("url").trim(), types: listOf(form.get("types")), is_enabled: form.has("is_enabled") };
    if (open.hook) await ask("PATCH", path, body);
    else setOpen({ kind: "secret", made: await ask("POST", "/webhooks", body) });
    hooks.reload();
  };
  const renew = async () => {
    setOpen({ kind: "secret", made: await ask("POST", `${path}/secret`) });
    hooks.reload();
  };
  const remove = async () => {
    await ask("DELETE", path);
    actions.say("good", t("admin.webhooks.removed", { name: nameOf(open.hook) }));
    hooks.reload();
  };
  return html`<${Section} title=${t("admin.webhooks")} note=${t("admin.webhooks.note")}
      actions=${html`<button class="primary" type="button" onClick=${() => setOpen({ kind: "form" })}><${Icon} name="plus" />${t("admin.webhooks.add")}</button>`}>
      <${Loading} answer=${hooks} />
      ${hooks.value?.length === 0 && html`<${Empty} title=${t("admin.webhooks.none")}>${t("admin.webhooks.noneNote")}<//>`}
      <ul class="rows">
        ${(hooks.value ?? []).map((hook) => html`<${Row} key=${hook.id} hook=${hook} onOpen=${(kind) => setOpen({ kind, hook })} onChanged=${hooks.reload} />`)}
      </ul>
    <//>
    ${open?.kind === "form" && html`<${HookForm} hook=${open.hook} onSend=${save} onDone=${closeForm} />`}
    ${open?.kind === "letters" && html`<${DeadLetters} hook=${open.hook} onChanged=${hooks.reload} onDone=${close} />`}
    ${open?.kind === "secret" && html`<${SecretDialog} title=${t("admin.webhooks.secretOf", { name: nameOf(open.made.webhook) })} secret=${open.made.secret} note=${t("admin.webhooks.once")} onDone=${close} />`}
    ${open?.kind === "renew" && html`<${Sure} title=${t("admin.webhooks.renewName", { name: nameOf(open.hook) })} word=${t("admin.webhooks.renew")} onSend=${renew} onDone=${closeForm}><p>${t("admin.webhooks.renewNote")}</p><//>`}
    ${open?.kind === "remove" && html`<${Sure} title=${t("admin.removeName", { name: nameOf(open.hook) })} word=${t("do.remove")} onSend=${remove} onDone=${close}><p>${t("admin.webhooks.removeNote")}</p><//>`}`;
}

const nameOf = (hook) => hook.name || hook.url;

function Row({ hook, onOpen, onChanged }) {
  const { actions } = useShared();
  const [isTrying, setTrying] = useState(false);
  const name = nameOf(hook);
  const tryIt = async () => {
    setTrying(true);
    try {
      const test = await ask("POST", `/webhooks/${part(hook.id)}/test`);
      actions.say(test.is_delivered ? "good" : "bad", test.is_delivered ? t("admin.webhooks.delivered", { ms: Math.round(test.ms) }) : sentence(test.problem ?? ""));
    } catch (error) {
      actions.fail(error);
    }
    setTrying(false);
    onChanged();
  };
  const facts = [
    hook.types.length ? hook.types.join(", ") : t("admin.webhooks.allTypes"),
    hook.last_success ? t("admin.webhooks.last", { time: whenWords(hook.last_success) }) : t("admin.webhooks.never"),
  ];
  return html`<li class="row" aria-label=${name}>
    <div class="row-main">
      <p class="row-name">${name}
        ${!hook.is_enabled ? html`<${Badge} tone="quiet">${t("admin.webhooks.off")}<//>` : hook.problem ? html`<${Badge} tone="bad">${t("admin.webhooks.failing")}<//>` : html`<${Badge} tone="good">${t("admin.webhooks.well")}<//>`}
        ${hook.waiting > 0 && hook.is_enabled && html`<${Badge} tone="warning">${t("admin.webhooks.waiting", { n: hook.waiting })}<//>`}
      </p>
      ${hook.name && html`<p class="row-facts">${hook.url}</p>`}
      <p class="row-facts">${facts.join(" · ")}</p>
      ${hook.problem && html`<p class="row-problem">${sentence(hook.problem)}</p>`}
    </div>
    <div class="row-buttons">
      ${hook.dead_letters > 0 && html`<button class="danger" type="button" onClick=${() => onOpen("letters")}>${t("admin.webhooks.letters", { n: hook.dead_letters })}</button>`}
      <button class="plain" type="button" aria-label=${t("admin.webhooks.tryName", { name })} aria-busy=${isTrying ? "true" : undefined} onClick=${tryIt}>${t("admin.webhooks.try")}</button>
      <button class="round" type="button" aria-label=${t("admin.editName", { name })} title=${t("do.edit")} onClick=${() => onOpen("form")}><${Icon} name="gear" /></button>
      <button class="round" type="button" aria-label=${t("admin.webhooks.renewName", { name })} title=${t("admin.webhooks.renew")} onClick=${() => onOpen("renew")}><${Icon} name="key" /></button>
      <button class="round" type="button" aria-label=${t("admin.removeName", { name })} title=${t("do.remove")} onClick=${() => onOpen("remove")}><${Icon} name="bin" /></button>
    </div>
  </li>`;
}

function HookForm({ hook, onSend, onDone }) {
  return html`<${FormDialog} title=${hook ? t("admin.editName", { name: nameOf(hook) }) : t("admin.webhooks.add")} word=${t("do.save")} onSend=${onSend} onDone=${onDone}>
    <${Field} name="url" type="url" label=${t("admin.webhooks.url")} hint=${t("admin.webhooks.urlHint")} required maxlength="2048" defaultValue=${hook?.url ?? ""} />
    <${Field} name="name" label=${t("admin.webhooks.name")} maxlength="80" defaultValue=${hook?.name ?? ""} />
    <${Field} name="types" label=${t("admin.webhooks.types")} hint=${t("admin.webhooks.typesHint")} defaultValue=${(hook?.types ?? []).join(", ")} />
    <label class="check"><input type="checkbox" name="is_enabled" defaultChecked=${hook?.is_enabled ?? true} /><span>${t("admin.webhooks.isOn")}</span></label>
  <//>`;
}

function DeadLetters({ hook, onChanged, onDone }) {
  const { actions } = useShared();
  const path = `/webhooks/${part(hook.id)}/dead-letters`;
  const letters = useAnswer(() => ask("GET", path));
  const isWaiting = letters.value?.some((letter) => letter.is_waiting);
  useEvery(isWaiting ? REPLAY_EVERY_MS : 0, () => {
    letters.reload();
    onChanged();
  });
  const replay = async () => {
    try {
      await ask("POST", `${path}/replay`, {});
      actions.say("good", t("admin.webhooks.replayed"));
      letters.reload();
      onChanged();
    } catch (error) {
      actions.fail(error);
    }
  };
  return html`<${Dialog} title=${t("admin.webhooks.lettersOf", { name: nameOf(hook) })} kind="wide" onDone=${onDone}>
    <${Loading} answer=${letters} />
    ${letters.value?.length === 0 && html`<${Empty} title=${t("admin.webhooks.noLetters")} />`}
    <ul class="rows">
      ${(letters.value ?? []).map(
        (letter) => html`<li class="row" key=${letter.number}>
          <div class="row-main"><p class="row-name">${letter.type} ${letter.is_waiting && html`<${Badge} tone="warning">${t("admin.webhooks.again")}<//>`}</p>
          <p class="row-facts">${whenWords(letter.time)} · ${letter.problem}</p></div>
        </li>`,
      )}
    </ul>
    <div class="form-buttons"><button class="primary" type="button" disabled=${!letters.value?.length} onClick=${replay}>${t("admin.webhooks.replay")}</button></div>
  <//>`;
}
