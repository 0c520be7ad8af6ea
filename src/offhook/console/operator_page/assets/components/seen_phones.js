// Phones that report to this console and that nobody has set up: they can be watched, not worked.

import { t } from "../i18n.js";
import { html, useState } from "../ui.js";
import { Presence } from "./avatar.js";
import { Section } from "./layout.js";
import { SetupDialog } from "./setup_dialog.js";

const MOST_SHOWN = 100;

export function SeenPhones({ phones }) {
  const [chosen, setChosen] = useState(null);
  if (phones.length === 0 && !chosen) return null;
  return html`<${Section} title=${t("seen.title")} note=${t("seen.note")}>
    <ul class="seen">
      ${phones.slice(0, MOST_SHOWN).map((phone) => html`<${Seen} key=${phone.id} phone=${phone} onSetUp=${() => setChosen(phone)} />`)}
    </ul>
    ${phones.length > MOST_SHOWN && html`<p class="section-note">${t("seen.more", { n: phones.length - MOST_SHOWN })}</p>`}
    ${chosen && html`<${SetupDialog} key=${chosen.id} phone=${chosen} onDone=${() => setChosen(null)} />`}
  <//>`;
}

function Seen({ phone, onSetUp }) {
  const facts = [phone.address, phone.model, phone.firmware].filter(Boolean).join(" · ");
  return html`<li>
    <span class="seen-name">${phone.name}</span>
    <span class="seen-facts">${facts}</span>
    <${Presence} state=${phone.state} />
    <button class="plain" type="button" aria-label=${t("seen.setUpName", { name: phone.name })} onClick=${onSetUp}>${t("seen.setUp")}</button>
  </li>`;
}
