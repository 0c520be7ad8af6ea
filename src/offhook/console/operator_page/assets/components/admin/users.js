// Users: who may sign in, as what, with which phones.

import { ask, part } from "../../api.js";
import { LANGUAGES, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { phonesSetUp } from "../../store.js";
import { html, useState } from "../../ui.js";
import { listed } from "../../words.js";
import { Empty, Field, Section } from "../layout.js";
import { useShared } from "../shared.js";
import { Badge, FormDialog, Loading, SecretDialog, Sure, useAnswer } from "./parts.js";

const ROLES = ["operator", "supervisor", "administrator"];

export function Part({ state }) {
  const { actions } = useShared();
  const users = useAnswer(() => ask("GET", "/users"));
  const [open, setOpen] = useState(null); // {kind, user} or {kind: "secret", name, secret}
  const phones = phonesSetUp(state);
  const close = () => setOpen(null);
  const told = (name, secret) => setOpen(secret ? { kind: "secret", name, secret } : null);
  const path = open?.user && `/users/${part(open.user.id)}`;
  const carryOut = (send, words) => async () => {
    await send();
    actions.say("good", words);
    users.reload();
  };
  return html`<${Section} title=${t("admin.users")} note=${t("admin.users.note")}
      actions=${html`<button class="primary" type="button" onClick=${() => setOpen({ kind: "form" })}><${Icon} name="plus" />${t("admin.users.add")}</button>`}>
      <${Loading} answer=${users} />
      ${users.value?.length === 0 && html`<${Empty} title=${t("admin.users.none")} />`}
      <ul class="rows">
        ${(users.value ?? []).map((user) => html`<${Row} key=${user.id} user=${user} phones=${phones} me=${state.me} onOpen=${(kind) => setOpen({ kind, user })} />`)}
      </ul>
    <//>
    ${open?.kind === "form" && html`<${UserForm} user=${open.user} users=${users.value ?? []} phones=${phones} onSaved=${(name, secret) => (users.reload(), told(name, secret))} onDone=${() => setOpen((now) => (now?.kind === "form" ? null : now))} />`}
    ${open?.kind === "password" && html`<${PasswordForm} user=${open.user} onSaved=${(secret) => (users.reload(), told(open.user.name, secret))} onDone=${() => setOpen((now) => (now?.kind === "password" ? null : now))} />`}
    ${open?.kind === "secret" && html`<${SecretDialog} title=${t("admin.users.passwordOf", { name: open.name })} secret=${open.secret} note=${t("admin.users.passwordOnce")} onDone=${() => setOpen(null)} />`}
    ${open?.kind === "signOut" &&
    html`<${Sure} title=${t("admin.users.signOutName", { name: open.user.name })} word=${t("admin.users.signOut")} onSend=${carryOut(() => ask("DELETE", `${path}/sessions`), t("admin.users.signedOut", { name: open.user.name }))} onDone=${close}>
      <p>${t("admin.users.signOutNote")}</p>
    <//>`}
    ${open?.kind === "remove" &&
    html`<${Sure} title=${t("admin.removeName", { name: open.user.name })} word=${t("do.remove")} onSend=${carryOut(() => ask("DELETE", path), t("admin.users.removed", { name: open.user.name }))} onDone=${close}>
      <p>${t("admin.users.removeNote")}</p>
    <//>`}`;
}

function Row({ user, phones, me, onOpen }) {
  const name = user.name;
  const own = user.phones.map((id) => phones.find((phone) => phone.id === id)?.name ?? id);
  const isMe = me.user?.id === user.id;
  return html`<li class="row" aria-label=${name}>
    <div class="row-main">
      <p class="row-name">${user.display_name || name} ${user.display_name && html`<span class="row-number">${name}</span>`}
        <${Badge} tone=${user.role === "administrator" ? "accent" : "quiet"}>${t(`role.${user.role}`)}<//>
        ${!user.is_enabled && html`<${Badge} tone="bad">${t("admin.users.disabled")}<//>`}
        ${user.is_enabled && !user.has_password && html`<${Badge} tone="warning">${t("admin.users.noPassword")}<//>`}
      </p>
      <p class="row-facts">${[user.group, own.length ? listed(own) : t("admin.users.noPhones")].filter(Boolean).join(" · ")}</p>
    </div>
    <div class="row-buttons">
      <button class="plain" type="button" aria-label=${t("admin.editName", { name })} onClick=${() => onOpen("form")}><${Icon} name="gear" />${t("do.edit")}</button>
      <button class="round" type="button" aria-label=${t("admin.users.newPasswordName", { name })} title=${t("admin.users.newPassword")} onClick=${() => onOpen("password")}><${Icon} name="key" /></button>
      <button class="round" type="button" aria-label=${t("admin.users.signOutName", { name })} title=${t("admin.users.signOut")} onClick=${() => onOpen("signOut")}><${Icon} name="leave" /></button>
      <button class="round" type="button" aria-label=${t("admin.removeName", { name })} title=${t("do.remove")} disabled=${isMe} onClick=${() => onOpen("remove")}><${Icon} name="bin" /></button>
    </div>
  </li>`;
}

function UserForm({ user, users, phones, onSaved, onDone }) {
  const [role, setRole] = useState(user?.role ?? "operator");
  const groups = Array.from(new Set(users.map((one) => one.group).filter(Boolean)));
  const save = async (form) => {
    const body = {
      name: form.get("name").trim(),
      display_name: form.get("display_name").trim(),
      group: form.get("group").trim(),
      language: form.get("language"),
      role,
      phones: form.getAll("phone"),
      is_enabled: form.has("is_enabled"),
    };
    if (user) {
      await ask("PATCH", `/users/${part(user.id)}`, body);
      onSaved(body.name, null);
      return;
    }
    const typed = form.get("password");
    const password = typed || madeUp();
    await ask("POST", "/users", { ...body, password });
    onSaved(body.name, typed ? null : password);
  };
  return html`<${FormDialog} title=${user ? t("admin.editName", { name: user.name }) : t("admin.users.add")} word=${t("do.save")} onSend=${save} onDone=${onDone}>
    <${Field} name="name" label=${t("admin.users.name")} hint=${t("admin.users.nameHint")} required maxlength="64" autocapitalize="none" defaultValue=${user?.name ?? ""} />
    <${Field} name="display_name" label=${t("admin.users.displayName")} maxlength="80" defaultValue=${user?.display_name ?? ""} />
    <${Field} label=${t("admin.users.role")} hint=${t(`role.${role}Note`)}>
      ${(input) => html`<select name="role" ...${input} value=${role} onChange=${(event) => setRole(event.target.value)}>
        ${ROLES.map((one) => html`<option key=${one} value=${one}>${t(`role.${one}`)}</option>`)}
      </select>`}
    <//>
    <${Field} name="group" label=${t("admin.users.group")} hint=${t("admin.users.groupHint")} maxlength="64" list="admin-groups" defaultValue=${user?.group ?? ""} />
    <datalist id="admin-groups">${groups.map((one) => html`<option key=${one} value=${one} />`)}</datalist>
    <fieldset class="checks">
      <legend>${t("admin.users.phones")}</legend>
      ${phones.length === 0 && html`<p class="section-note">${t("admin.phones.none")}</p>`}
      <div class="checks-list">
        ${phones.map(
          (phone) => html`<label key=${phone.id}><input type="checkbox" name="phone" value=${phone.id} defaultChecked=${user?.phones.includes(phone.id)} /><span>${phone.name} <span class="row-number">${phone.extension}</span></span></label>`,
        )}
      </div>
    </fieldset>
    <${Field} label=${t("settings.language")}>
      ${(input) => html`<select name="language" ...${input}>
        <option value="">${t("settings.browserLanguage")}</option>
        ${Object.entries(LANGUAGES).map(([tag, word]) => html`<option key=${tag} value=${tag} selected=${user?.language === tag}>${word}</option>`)}
      </select>`}
    <//>
    ${!user && html`<${Field} name="password" type="password" autocomplete="new-password" label=${t("admin.users.password")} hint=${t("admin.users.passwordHint")} minlength="8" maxlength="256" />`}
    <label class="check"><input type="checkbox" name="is_enabled" defaultChecked=${user?.is_enabled ?? true} /><span>${t("admin.users.maySignIn")}</span></label>
  <//>`;
}

function PasswordForm({ user, onSaved, onDone }) {
  const save = async (form) => {
    const typed = form.get("password");
    const password = typed || madeUp();
    await ask("PUT", `/users/${part(user.id)}/password`, { password });
    onSaved(typed ? null : password);
  };
  return html`<${FormDialog} title=${t("admin.users.newPasswordName", { name: user.name })} word=${t("do.save")} onSend=${save} onDone=${onDone}>
    <${Field} name="password" type="password" autocomplete="new-password" label=${t("admin.users.password")} hint=${t("admin.users.passwordHint")} minlength="8" maxlength="256" />
    <p class="section-note">${t("admin.users.newPasswordNote")}</p>
  <//>`;
}

// 20 characters that are not mistaken for one another: more than 98 bits.
function madeUp() {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789-";
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => letters[byte % letters.length]).join("");
}
