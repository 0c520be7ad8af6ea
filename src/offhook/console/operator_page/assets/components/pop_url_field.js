// The address of a page about callers, with an example of what would be opened, or what is wrong with it.

import { t } from "../i18n.js";
import { popUrl } from "../screen_pop.js";
import { html } from "../ui.js";
import { Field } from "./layout.js";

const SOMEBODY = { number: "+390255501234", name: "Rossi & Figli", call: "c_1" };

export function PopUrlField({ template, emptyNote, wrongNote, onInput }) {
  const example = popUrl(template, SOMEBODY);
  const note = !template.trim() ? emptyNote : example ? t("settings.popExample", { url: example }) : wrongNote;
  return html`<${Field} label=${t("settings.popUrl")} hint=${note} inputmode="url" maxlength="2048" placeholder="https://crm.example.com/find?number={number}"
    value=${template} onInput=${(event) => onInput(event.target.value)} />`;
}
