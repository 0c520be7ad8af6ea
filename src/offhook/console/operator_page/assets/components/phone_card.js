// One phone: who it is, what it is doing, its calls, and everything that can be done with it.

import { Icon, PRESENCE_ICON } from "../icons.js";
import { html, useLayoutEffect, useMemo, useRef } from "../ui.js";
import { presenceWord, registration } from "../words.js";
import { CallPanel } from "./call_panel.js";
import { DialBox } from "./dial_box.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

// The card is drawn again only when something of it changed: thousands of phones may be listed.
export function PhoneCard({ phone, live, attempts }) {
  return useMemo(
    () => html`<${Card} phone=${phone} live=${live} attempts=${attempts} />`,
    [phone, attempts, ...live.flatMap(({ call, connection }) => [call, connection])],
  );
}

function Card({ phone, live, attempts }) {
  const card = useRef(null);
  useKeptFocus(card);
  const titleId = `phone-${phone.id}`;
  const liveIds = new Set(live.map(({ connection }) => connection.id));
  const at = (place) => attempts.filter((one) => one.place === place);
  const atCard = attempts.filter(
    (one) => one.place === `${phone.id}/dial` || one.place === `${phone.id}/dnd` || isOfEndedCall(one, phone, liveIds),
  );
  const isRinging = live.some(({ connection }) => connection.state === "alerting") || phone.state === "ringing";
  return html`<article
    class="card${isRinging ? " is-ringing" : ""}"
    data-state=${phone.state}
    aria-labelledby=${titleId}
    ref=${card}
  >
    <header class="card-head">
      <div class="card-who">
        <h3 id=${titleId}>${phone.name}</h3>
        <p class="card-number">${phone.extension || phone.id}</p>
      </div>
      <p class="presence presence-${phone.state}">
        <${Icon} name=${PRESENCE_ICON[phone.state] ?? "unknown"} />${presenceWord(phone.state)}
      </p>
    </header>
    <div class="card-facts">
      <${Registration} lines=${phone.lines} />
      <${DndSwitch} phone=${phone} />
    </div>
    <div class="card-calls${live.length === 0 ? " is-quiet" : ""}">
      ${live.map(
        (entry) => html`<${CallPanel} key=${entry.connection.id} entry=${entry} attempts=${at(entry.connection.id)} />`,
      )}
      ${live.length === 0 && html`<p class="card-quiet">${phone.state === "dialling" ? "Off hook, no number yet" : "No call"}</p>`}
    </div>
    <${DialBox} phone=${phone} />
    <${Outcomes} attempts=${atCard} isRoomy=${true} />
  </article>`;
}

function isOfEndedCall(attempt, phone, liveIds) {
  return !attempt.place.startsWith(`${phone.id}/`) && !attempt.place.startsWith("row/") && !liveIds.has(attempt.place);
}

function Registration({ lines }) {
  const { tone, text } = registration(lines);
  const title = lines.map((line) => `${line.uri || "account"}: ${line.state}`).join("\n");
  return html`<p class="registration registration-${tone}" title=${title}>
    <span class="dot" aria-hidden="true"></span>${text}
  </p>`;
}

function DndSwitch({ phone }) {
  const { actions } = useShared();
  const isOn = phone.dnd === true;
  return html`<button
    class="switch${isOn ? " is-on" : ""}"
    type="button"
    role="switch"
    aria-checked=${isOn ? "true" : "false"}
    aria-label="Do not disturb"
    disabled=${!phone.verbs.includes("set_dnd")}
    onClick=${() => actions.setDnd(phone, !isOn)}
  >
    <${Icon} name="dnd" />
    <span>${phone.dnd === null ? "DND not reported" : isOn ? "Do not disturb" : "DND off"}</span>
  </button>`;
}

// Buttons go away with the state they belong to. Whoever works by keyboard must not be thrown to the top of the page.
function useKeptFocus(card) {
  const last = useRef(null);
  useLayoutEffect(() => {
    const element = card.current;
    const remember = (event) => (last.current = event.target);
    element.addEventListener("focusin", remember);
    return () => element.removeEventListener("focusin", remember);
  }, []);
  useLayoutEffect(() => {
    const held = last.current;
    if (!held || document.activeElement !== document.body) return;
    if (card.current.contains(held) && !held.disabled) return;
    last.current = null;
    const next = card.current.querySelector(".call-actions button:enabled") ?? card.current.querySelector(".dial input");
    next?.focus({ preventScroll: true });
  });
}
