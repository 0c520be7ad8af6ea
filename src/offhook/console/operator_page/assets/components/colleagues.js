// The others, with how they stand and since when. A click calls; a call that is dropped on somebody is handed over.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { keptOrder } from "../kept_order.js";
import { useShortcut } from "../shortcuts.js";
import { presenceOf } from "../store.js";
import { html, useMemo, useRef, useState } from "../ui.js";
import { presenceWord } from "../words.js";
import { Avatar } from "./avatar.js";
import { HandOver } from "./hand_over.js";
import { Section } from "./layout.js";
import { useShared } from "./shared.js";
import { plain } from "./targets.js";
import { Timer } from "./timer.js";

const CALL = "application/x-offhook-call";
const MOST = 100; // the search finds the others

// desk: the phones to call from; live: what goes on at them.
export function Colleagues({ state, desk, live }) {
  const [wanted, setWanted] = useState("");
  const [handedOver, setHandedOver] = useState(null); // {entry, colleague}
  const search = useRef(null);
  useShortcut("/", t("colleagues.find"), () => search.current.focus());
  const own = new Set(desk.map((phone) => phone.id));
  const others = useMemo(() => othersOf(state, own), [state.phones, desk]);
  const text = plain(wanted);
  const shown = text ? others.filter((phone) => plain(`${phone.name} ${phone.extension}`).includes(text)) : others;
  const entries = desk.flatMap((phone) => live.get(phone.id) ?? []);
  const movable = entries.filter(({ connection }) => connection.verbs.some((verb) => verb.endsWith("_transfer") && !/complete|cancel/.test(verb)));
  const handOver = (colleague, id) => {
    const entry = movable.find(({ connection }) => connection.id === id) ?? (id ? null : movable[0]);
    if (entry) setHandedOver({ entry, colleague });
  };
  return html`<${Section} title=${t("colleagues.title")} kind="colleagues">
    ${others.length > 5 &&
    html`<label class="search">
      <${Icon} name="search" /><span class="visually-hidden">${t("colleagues.find")}</span>
      <input type="search" placeholder=${t("colleagues.find")} ref=${search} value=${wanted} onInput=${(event) => setWanted(event.target.value)} />
    </label>`}
    ${others.length === 0 && html`<p class="empty">${t("colleagues.none")}</p>`}
    <ul class="people">
      ${shown.slice(0, MOST).map(
        (phone) => html`<${Colleague} key=${phone.id} phone=${phone} since=${state.since.get(phone.id)} from=${desk[0]}
          canTakeOver=${movable.some(({ connection }) => connection.remote.phone !== phone.id)} onHandOver=${(id) => handOver(phone, id)} />`,
      )}
    </ul>
    ${shown.length > MOST && html`<p class="section-note">${t("colleagues.more", { n: shown.length - MOST })}</p>`}
    ${handedOver && html`<${HandOver} ...${handedOver} onDone=${() => setHandedOver(null)} />`}
  <//>`;
}

const byName = keptOrder((phone) => phone.name);

function othersOf({ phones }, own) {
  return byName(phones).filter((phone) => phone.is_set_up && !own.has(phone.id));
}

function Colleague({ phone, since, from, canTakeOver, onHandOver }) {
  const { actions } = useShared();
  const [isOver, setOver] = useState(false);
  const presence = presenceOf(phone);
  const canCall = Boolean(from && phone.extension && from.verbs.includes("dial"));
  const takes = (event) => canTakeOver && phone.extension && event.dataTransfer.types.includes(CALL);
  const onDragOver = (event) => {
    if (!takes(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const onDrop = (event) => {
    event.preventDefault();
    setOver(false);
    onHandOver(event.dataTransfer.getData(CALL));
  };
  return html`<li class="person${isOver ? " is-over" : ""}" onDragOver=${onDragOver} onDragLeave=${() => setOver(false)} onDrop=${onDrop}>
    <${Avatar} name=${phone.name} state=${presence} />
    <div class="person-who">
      <p class="person-name">${phone.name}</p>
      <p class="person-state state-${presence}">${presenceWord(presence)}${since && presence !== "idle" && html` <${Timer} since=${since} label=${t("colleagues.since")} />`}</p>
    </div>
    <span class="person-number">${phone.extension}</span>
    ${canTakeOver &&
    phone.extension &&
    html`<button class="round" type="button" aria-label=${t("colleagues.transfer", { name: phone.name })} title=${t("colleagues.transfer", { name: phone.name })}
      onClick=${() => onHandOver(null)}><${Icon} name="transfer" /></button>`}
    <button class="round call-round" type="button" disabled=${!canCall} aria-label=${t("colleagues.call", { name: phone.name })} title=${t("colleagues.call", { name: phone.name })}
      onClick=${() => actions.dial(from, phone.extension)}><${Icon} name="handset" /></button>
  </li>`;
}
