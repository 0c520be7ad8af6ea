// The phones that can be worked from here, one card each.

import { Icon } from "../icons.js";
import { html, useMemo, useState } from "../ui.js";
import { PhoneCard } from "./phone_card.js";

const MANY = 8; // from here on a search field is worth its space
const NONE = [];

export function PhoneList({ phones, live, attempts, hasSeen }) {
  const [wanted, setWanted] = useState("");
  const shown = useMemo(() => matching(phones, wanted), [phones, wanted]);
  const byPhone = useMemo(() => grouped(attempts), [attempts]);
  return html`<section aria-labelledby="phones-title">
    <div class="section-head">
      <h2 id="phones-title">Phones</h2>
      ${phones.length > MANY && html`<${Search} wanted=${wanted} onWanted=${setWanted} />`}
    </div>
    ${phones.length === 0 && html`<${NoPhones} hasSeen=${hasSeen} />`}
    ${phones.length > 0 && shown.length === 0 && html`<p class="empty">No phone matches “${wanted}”.</p>`}
    <div class="cards">
      ${shown.map(
        (phone) => html`<${PhoneCard}
          key=${phone.id}
          phone=${phone}
          live=${live.get(phone.id) ?? NONE}
          attempts=${byPhone.get(phone.id) ?? NONE}
        />`,
      )}
    </div>
  </section>`;
}

function grouped(attempts) {
  const groups = new Map();
  for (const one of attempts) groups.set(one.phone, [...(groups.get(one.phone) ?? []), one]);
  return groups;
}

// Phones with something going on are never hidden by a search.
function matching(phones, wanted) {
  const text = wanted.trim().toLocaleLowerCase();
  if (!text) return phones;
  return phones.filter(
    (phone) =>
      phone.state === "ringing" ||
      `${phone.name} ${phone.extension} ${phone.id} ${phone.address}`.toLocaleLowerCase().includes(text),
  );
}

function Search({ wanted, onWanted }) {
  return html`<label class="search">
    <${Icon} name="search" />
    <span class="visually-hidden">Find a phone</span>
    <input type="search" placeholder="Find a phone" value=${wanted} onInput=${(e) => onWanted(e.target.value)} />
  </label>`;
}

function NoPhones({ hasSeen }) {
  return html`<div class="empty">
    <p><strong>No phone is set up yet.</strong></p>
    ${hasSeen
      ? html`<p>Choose “Set up” at one of the phones seen on the network below.</p>`
      : html`<p>
          Open a phone’s management page, go to Phone → Action URL, and let its events point at this console’s phone
          listener. It will be listed here with its first report.
        </p>`}
  </div>`;
}
