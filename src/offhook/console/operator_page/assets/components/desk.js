// The phones that one works at, one card each. A single one is drawn large.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useMemo, useState } from "../ui.js";
import { PhoneCard } from "./phone_card.js";
import { plain } from "./targets.js";

const MANY = 8; // from here on a search field is worth its space
const MOST = 48; // cards at once; the search finds the other phones
const NONE = [];
const IN_FRONT = ["alerting", "connected", "initiated", "failed", "held"];

export function Desk({ phones, live, attempts }) {
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => matching(phones, wanted), [phones, wanted]);
  const shown = useMemo(() => worthShowing(found, live), [found, live]);
  const byPhone = useMemo(() => grouped(attempts), [attempts]);
  const current = useMemo(() => currentCall(shown, live), [shown, live]);
  return html`<div class="desk-phones">
    ${phones.length > MANY && html`<${Search} wanted=${wanted} onWanted=${setWanted} />`}
    ${shown.length === 0 && html`<p class="empty">${t("desk.noMatch", { text: wanted })}</p>`}
    <div class="cards${phones.length === 1 ? " is-single" : ""}">
      ${shown.map(
        (phone, index) => html`<${PhoneCard}
          key=${phone.id}
          phone=${phone}
          live=${live.get(phone.id) ?? NONE}
          attempts=${byPhone.get(phone.id) ?? NONE}
          current=${current?.connection.phone === phone.id ? current.connection.id : null}
          isFirst=${index === 0}
        />`,
      )}
    </div>
    ${found.length > shown.length && html`<p class="section-note desk-more">${t("desk.more", { n: found.length - shown.length })}</p>`}
  </div>`;
}

// The first ones, and those where something goes on, wherever they stand.
function worthShowing(phones, live) {
  if (phones.length <= MOST) return phones;
  const busy = phones.filter((phone) => live.has(phone.id)).slice(0, MOST);
  const shown = new Set([...busy, ...phones.slice(0, MOST)].slice(0, MOST));
  return phones.filter((phone) => shown.has(phone));
}

// What rings goes before what is talked on, and that before what is held; of equals the oldest.
function currentCall(phones, live) {
  const entries = phones.flatMap((phone) => live.get(phone.id) ?? NONE);
  const rank = ({ connection }) => IN_FRONT.indexOf(connection.state);
  return entries.sort((one, other) => rank(one) - rank(other))[0];
}

function grouped(attempts) {
  const groups = new Map();
  for (const one of attempts) groups.set(one.phone, [...(groups.get(one.phone) ?? []), one]);
  return groups;
}

// Phones with something going on are never hidden by a search.
function matching(phones, wanted) {
  const text = plain(wanted);
  if (!text) return phones;
  return phones.filter(
    (phone) => phone.state === "ringing" || plain(`${phone.name} ${phone.extension} ${phone.id} ${phone.address}`).includes(text),
  );
}

function Search({ wanted, onWanted }) {
  return html`<label class="search">
    <${Icon} name="search" />
    <span class="visually-hidden">${t("desk.find")}</span>
    <input type="search" placeholder=${t("desk.find")} value=${wanted} onInput=${(event) => onWanted(event.target.value)} />
  </label>`;
}
