// A contact, new or known: names, numbers as people write them, groups, a note.

import { api } from "../api.js";
import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useState } from "../ui.js";
import { Dialog, Field } from "./layout.js";
import { useShared } from "./shared.js";

const MOST_NUMBERS = 16;
const listOf = (text) => text.split(",").map((one) => one.trim()).filter(Boolean);

export function ContactDialog({ contact, onChanged, onDone }) {
  const { actions } = useShared();
  const [numbers, setNumbers] = useState(contact.numbers?.length ? contact.numbers.map(({ display, number, label, extension }) => ({ number: display || number, label, extension })) : [{ number: "", label: "" }]);
  const [problem, setProblem] = useState("");
  const [isSure, setSure] = useState(false);
  const set = (index, change) => setNumbers(numbers.map((one, at) => (at === index ? { ...one, ...change } : one)));
  const carryOut = async (send, text) => {
    try {
      await send();
      actions.say("good", text);
      onChanged();
      onDone();
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setProblem(error.status === 0 ? t("outcome.noAnswer") : error.message);
    }
  };
  const save = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const text = (name) => form.get(name).trim();
    const body = {
      name: text("name"),
      organisation: text("organisation"),
      numbers: numbers.filter(({ number }) => number.trim()).map((one) => ({ ...one, number: one.number.trim() })),
      emails: listOf(text("emails")),
      groups: listOf(text("groups")),
      note: text("note"),
    };
    carryOut(() => (contact.id ? api.changeContact(contact.id, body) : api.addContact(body)), t("contacts.saved", { name: body.name }));
  };
  const remove = () => {
    if (isSure) carryOut(() => api.removeContact(contact.id), t("contacts.removed", { name: contact.name }));
    else setSure(true);
  };
  return html`<${Dialog} title=${contact.id ? contact.name : t("contacts.add")} onDone=${onDone}>
    <form onSubmit=${save}>
      <${Field} name="name" label=${t("contacts.name")} required maxlength="120" defaultValue=${contact.name ?? ""} />
      <${Field} name="organisation" label=${t("contacts.organisation")} maxlength="120" defaultValue=${contact.organisation ?? ""} />
      <fieldset class="numbers">
        <legend>${t("contacts.numbers")}</legend>
        ${numbers.map(
          (one, index) => html`<div class="number-row" key=${index}>
            <input aria-label=${t("contacts.number", { n: index + 1 })} inputmode="tel" maxlength="128" value=${one.number} onInput=${(event) => set(index, { number: event.target.value })} />
            <input aria-label=${t("contacts.label", { n: index + 1 })} placeholder=${t("contacts.labelHint")} maxlength="32" value=${one.label} onInput=${(event) => set(index, { label: event.target.value })} />
          </div>`,
        )}
        ${numbers.length < MOST_NUMBERS &&
        html`<button class="quiet" type="button" onClick=${() => setNumbers([...numbers, { number: "", label: "" }])}><${Icon} name="plus" />${t("contacts.addNumber")}</button>`}
      </fieldset>
      <${Field} name="emails" label=${t("contacts.emails")} hint=${t("contacts.commas")} defaultValue=${(contact.emails ?? []).join(", ")} />
      <${Field} name="groups" label=${t("contacts.groups")} hint=${t("contacts.commas")} defaultValue=${(contact.groups ?? []).join(", ")} />
      <${Field} name="note" label=${t("contacts.note")} maxlength="4000" defaultValue=${contact.note ?? ""} />
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <div class="form-buttons">
        ${contact.id && html`<button class="danger" type="button" onClick=${remove}>${t(isSure ? "contacts.sure" : "do.remove")}</button>`}
        <button class="primary" type="submit">${t("do.save")}</button>
      </div>
    </form>
  <//>`;
}
