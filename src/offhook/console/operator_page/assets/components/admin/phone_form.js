// A phone that is added, let in or edited: what the console needs to know to show and command it.

import { ask, part } from "../../api.js";
import { t } from "../../i18n.js";
import { html } from "../../ui.js";
import { Field } from "../layout.js";
import { FormDialog } from "./parts.js";

const TEXTS = ["name", "extension", "account", "control_url", "control_user"];

export function PhoneForm({ phone, dialects, onSaved, onDone }) {
  const isByAddress = phone && phone.mac !== phone.id;
  const save = async (form) => {
    const text = (name) => form.get(name).trim();
    const setup = Object.fromEntries(TEXTS.map((key) => [key, text(key)]));
    const id = phone ? phone.id : text("id");
    const mac = isByAddress ? text("mac") : null;
    const saved = await ask("PUT", `/phones/${part(id)}`, { ...setup, mac, dialect: form.get("dialect"), control_password: form.get("control_password") || null });
    onSaved(saved);
  };
  const value = {
    name: !phone || phone.name === phone.id ? "" : phone.name,
    extension: phone?.extension ?? "",
    account: phone?.account ?? "",
    control_url: phone?.control_url || (phone?.address && !phone.is_set_up ? `http://${phone.address}` : ""),
    control_user: phone?.control_user || "admin",
  };
  const title = !phone ? t("admin.phones.add") : phone.is_set_up ? t("admin.editName", { name: phone.name }) : t("admin.phones.admitName", { name: phone.name });
  const found = phone && dialects.find((one) => one.name === phone.dialect);
  return html`<${FormDialog} title=${title} word=${phone?.is_set_up ? t("do.save") : t("admin.phones.goOn")} onSend=${save} onDone=${onDone}>
    ${!phone && html`<${Field} name="id" label=${t("admin.phones.mac")} hint=${t("admin.phones.macHint")} required maxlength="64" />`}
    ${TEXTS.map(
      (key) => html`<${Field} key=${key} name=${key} label=${t(`admin.phones.${key}`)} hint=${t(`admin.phones.${key}Hint`)} defaultValue=${value[key]} maxlength="256" />`,
    )}
    ${isByAddress &&
    html`<${Field} name="mac" label=${t("admin.phones.mac")} hint=${t(phone.mac && !phone.is_mac_approved ? "admin.phones.macSaid" : "admin.phones.macLater")} defaultValue=${phone.mac} maxlength="32" />`}
    <${Field} name="control_password" type="password" autocomplete="new-password" label=${t("admin.phones.control_password")}
      hint=${t(phone?.is_set_up ? "admin.phones.passwordKept" : "admin.phones.passwordHint")} />
    <${Field} label=${t("admin.phones.make")} hint=${t("admin.phones.makeHint")}>
      ${(input) => html`<select name="dialect" ...${input} defaultValue=${phone?.chosen_dialect ?? ""}>
        <option value="" selected=${!phone?.chosen_dialect}>${found && !phone.chosen_dialect ? t("admin.phones.recognised", { make: found.title }) : t("admin.phones.recognise")}</option>
        ${dialects.map((one) => html`<option key=${one.name} value=${one.name} selected=${one.name === phone?.chosen_dialect}>${one.title}</option>`)}
      </select>`}
    <//>
  <//>`;
}
