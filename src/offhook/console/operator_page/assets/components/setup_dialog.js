// What the console needs to know before it can command a phone.

import { t } from "../i18n.js";
import { html, useState } from "../ui.js";
import { Dialog, Field } from "./layout.js";
import { useShared } from "./shared.js";

const TEXTS = ["name", "extension", "account", "control_url", "control_user"];

export function SetupDialog({ phone, onDone }) {
  const shared = useShared();
  const [problem, setProblem] = useState("");
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const setup = Object.fromEntries(TEXTS.map((key) => [key, form.get(key).trim()]));
    // What is not asked for here stays as it is now, whoever chose it while the dialog was open.
    const dialect = shared.phones.get(phone.id)?.chosen_dialect ?? "";
    try {
      await shared.actions.setUp(phone.id, { ...setup, dialect, control_password: form.get("control_password") || null });
      onDone();
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setProblem(error.message);
    }
  };
  const value = {
    name: phone.name === phone.id ? "" : phone.name,
    extension: phone.extension,
    account: phone.account,
    control_url: phone.control_url || (phone.address ? `http://${phone.address}` : ""),
    control_user: phone.control_user || "admin",
  };
  return html`<${Dialog} title=${t("setup.title", { name: phone.name })} onDone=${onDone}>
    <form onSubmit=${submit}>
      ${TEXTS.map((key) => html`<${Field} key=${key} name=${key} label=${t(`setup.${key}`)} hint=${t(`setup.${key}Hint`)} defaultValue=${value[key]} />`)}
      <${Field} name="control_password" type="password" label=${t("setup.control_password")} hint=${t("setup.control_passwordHint")} />
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <div class="form-buttons"><button class="primary" type="submit">${t("seen.setUp")}</button></div>
    </form>
  <//>`;
}
