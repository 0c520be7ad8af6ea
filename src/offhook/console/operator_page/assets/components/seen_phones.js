// Phones that report to this console and that nobody has set up: they can be watched, not worked.

import { Icon, PRESENCE_ICON } from "../icons.js";
import { html, useState } from "../ui.js";
import { presenceWord } from "../words.js";
import { SetupDialog } from "./setup_dialog.js";

const MOST_SHOWN = 100;

export function SeenPhones({ phones }) {
  const [chosen, setChosen] = useState(null);
  if (phones.length === 0 && !chosen) return null;
  return html`<section aria-labelledby="seen-title">
    <div class="section-head">
      <h2 id="seen-title">Seen on the network</h2>
      <p class="section-note">They report here. Set one up to work it from this page.</p>
    </div>
    <ul class="seen">
      ${phones.slice(0, MOST_SHOWN).map((phone) => html`<${Seen} key=${phone.id} phone=${phone} onSetUp=${() => setChosen(phone)} />`)}
    </ul>
    ${phones.length > MOST_SHOWN && html`<p class="section-note">and ${phones.length - MOST_SHOWN} more</p>`}
    ${chosen && html`<${SetupDialog} key=${chosen.id} phone=${chosen} onDone=${() => setChosen(null)} />`}
  </section>`;
}

function Seen({ phone, onSetUp }) {
  const facts = [phone.address, phone.model, phone.firmware].filter(Boolean).join(" · ");
  return html`<li>
    <span class="seen-name">${phone.name}</span>
    <span class="seen-facts">${facts}</span>
    <span class="presence presence-${phone.state}">
      <${Icon} name=${PRESENCE_ICON[phone.state] ?? "unknown"} />${presenceWord(phone.state)}
    </span>
    <button class="plain" type="button" aria-label=${`Set up ${phone.name}`} onClick=${onSetUp}>Set up</button>
  </li>`;
}
