// What the console needs to know before it can command a phone.

import { html, useEffect, useRef, useState } from "../ui.js";
import { useShared } from "./shared.js";

export function SetupDialog({ phone, onDone }) {
  const { actions } = useShared();
  const dialog = useRef(null);
  const [problem, setProblem] = useState("");
  useEffect(() => dialog.current.showModal(), []);
  const submit = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const setup = Object.fromEntries(["name", "extension", "control_url", "control_user"].map((key) => [key, form.get(key).trim()]));
    const account = form.get("account").trim();
    try {
      await actions.setUp(phone.id, { ...setup, account, control_password: form.get("control_password") || null });
      onDone();
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setProblem(error.message);
    }
  };
  return html`<dialog class="dialog" ref=${dialog} aria-labelledby="setup-title" onClose=${onDone}>
    <form class="dialog-inner" onSubmit=${submit}>
      <h2 id="setup-title">Set up ${phone.name}</h2>
      <${Field} name="name" label="Name" value=${phone.name === phone.id ? "" : phone.name} hint="What people call it" />
      <${Field} name="extension" label="Extension" value=${phone.extension} hint="Number it is reached at" />
      <${Field} name="account" label="Account" value=${phone.account} hint="To dial from, user@host; empty lets the phone choose" />
      <${Field} name="control_url" label="Address" value=${phone.control_url || (phone.address ? `http://${phone.address}` : "")} hint="http://host:port of its management page, or sip:number@exchange" />
      <${Field} name="control_user" label="User" value=${phone.control_user || "admin"} hint="Of its management page, or of an account at the exchange" />
      <${Field} name="control_password" label="Password" type="password" value="" hint="Kept by the console, never shown again" />
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <div class="form-buttons">
        <button class="plain" type="button" onClick=${() => dialog.current.close()}>Cancel</button>
        <button class="primary" type="submit">Set up</button>
      </div>
    </form>
  </dialog>`;
}

function Field({ name, label, value, hint, type = "text" }) {
  return html`<label class="field">
    <span>${label}</span>
    <input name=${name} type=${type} defaultValue=${value} autocomplete="off" spellcheck="false" />
    <small>${hint}</small>
  </label>`;
}
