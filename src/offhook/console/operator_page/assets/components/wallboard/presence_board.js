// Every phone with what it is doing and since when; the busiest first.

import { t } from "../../i18n.js";
import { html, useMemo } from "../../ui.js";
import { Timer } from "../timer.js";
import { STATES, boardState } from "./figures.js";

const MOST = 120; // what a wall can hold
const { compare } = new Intl.Collator();

export function PresenceBoard({ phones, since, live }) {
  const shown = useMemo(() => {
    const order = (phone) => STATES.indexOf(boardState(phone));
    return [...phones].sort((one, other) => order(one) - order(other) || compare(one.name, other.name));
  }, [phones]);
  if (shown.length === 0) return html`<p class="empty">${t("wallboard.noPhones")}</p>`;
  const rest = shown.length - MOST;
  return html`<ul class="board">
      ${shown.slice(0, MOST).map((phone) => html`<${Seat} key=${phone.id} phone=${phone} since=${sinceOf(phone, since, live)} />`)}
    </ul>
    ${rest > 0 && html`<p class="section-note">${t("wallboard.more", { n: rest })}</p>`}`;
}

// A call says when it began or was answered; else the page knows since when it saw the phone like this.
function sinceOf(phone, since, live) {
  const talk = live.get(phone.id)?.find(({ connection }) => connection.state === "connected");
  return talk?.connection.answered ?? since.get(phone.id);
}

function Seat({ phone, since }) {
  const state = boardState(phone);
  const word = t(`wallboard.state.${state}`);
  return html`<li class="seat seat-${state}">
    <span class="seat-name">${phone.name}</span>
    <span class="seat-state">${word}${phone.doubts.includes("calls") && html` <abbr title=${t("doubts.mark")}>?</abbr>`}</span>
    ${since && html`<${Timer} since=${since} label=${word} />`}
  </li>`;
}
