// One phone to work with: who it is, what it is doing, its calls, and everything that can be done with it.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { whyNotAtPhone } from "../reasons.js";
import { useShortcut } from "../shortcuts.js";
import { html, useLayoutEffect, useMemo, useRef } from "../ui.js";
import { doubtsOf, registration } from "../words.js";
import { Avatar, Presence } from "./avatar.js";
import { CallPanel } from "./call_panel.js";
import { DialBox } from "./dial_box.js";
import { ForwardButton } from "./forwards.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

// The card is drawn again only when something of it changed: thousands of phones may be listed.
export function PhoneCard({ phone, live, attempts, current, isFirst }) {
  return useMemo(
    () => html`<${Card} phone=${phone} live=${live} attempts=${attempts} current=${current} isFirst=${isFirst} />`,
    [phone, attempts, current, isFirst, ...live.flatMap(({ call, connection }) => [call, connection])],
  );
}

// current: id of the connection that shortcuts are about, when it is at this phone; isFirst: so are the phone's own.
function Card({ phone, live, attempts, current, isFirst }) {
  const card = useRef(null);
  useKeptFocus(card);
  const titleId = `phone-${phone.id}`;
  const liveIds = new Set(live.map(({ connection }) => connection.id));
  const at = (place) => attempts.filter((one) => one.place === place);
  const atCard = attempts.filter((one) => isAtCard(one, phone) || isOfEndedCall(one, phone, liveIds));
  const isRinging = live.some(({ connection }) => connection.state === "alerting") || phone.state === "ringing";
  const doubts = doubtsOf(phone);
  return html`<article
    class="card${isRinging ? " is-ringing" : ""}"
    data-state=${phone.state}
    aria-labelledby=${titleId}
    tabindex="-1"
    ref=${card}
  >
    <header class="card-head">
      <${Avatar} name=${phone.name} />
      <div class="card-who">
        <h2 id=${titleId}>${phone.name}</h2>
        <p class="card-number"><span>${phone.extension || phone.id}</span><${Registration} lines=${phone.lines} /></p>
      </div>
      <${Presence} state=${phone.state} />
    </header>
    <div class="card-facts">
      <${DndSwitch} phone=${phone} live=${live} isFirst=${isFirst} />
      <${ForwardButton} phone=${phone} live=${live} attempts=${at(`${phone.id}/forward`)} />
    </div>
    ${doubts && html`<p class="call-doubt"><${Icon} name="unknown" />${doubts}</p>`}
    <div class="card-calls${live.length === 0 ? " is-quiet" : ""}">
      ${live.map(
        (entry) => html`<${CallPanel}
          key=${entry.connection.id}
          entry=${entry}
          phone=${phone}
          beside=${live.filter((one) => one !== entry)}
          attempts=${at(entry.connection.id)}
          isCurrent=${entry.connection.id === current}
        />`,
      )}
      ${live.length === 0 && html`<p class="card-quiet">${t(phone.state === "dialling" ? "card.offHook" : "card.noCall")}</p>`}
    </div>
    <${DialBox} phone=${phone} live=${live} attempts=${attempts} isFirst=${isFirst} />
    <${Outcomes} attempts=${atCard} isRoomy=${true} />
  </article>`;
}

function isAtCard(attempt, phone) {
  return ["dial", "dnd", "forward", "keys"].some((part) => attempt.place === `${phone.id}/${part}`);
}

// An attempt's place is a connection, a part of the card, or somewhere else: "row/…", "toast/…".
function isOfEndedCall({ place }, phone, liveIds) {
  return place.endsWith(`:${phone.id}`) && !place.includes("/") && !liveIds.has(place);
}

function Registration({ lines }) {
  const { tone, text } = registration(lines);
  const title = lines.map((line) => `${line.uri}: ${line.state}`).join("\n");
  return html`<span class="registration registration-${tone}" title=${title}>
    <span class="dot" aria-hidden="true"></span><span>${text}</span>
  </span>`;
}

function DndSwitch({ phone, live, isFirst }) {
  const { actions, me } = useShared();
  const isOn = phone.dnd === true;
  const why = phone.verbs.includes("set_dnd") ? "" : whyNotAtPhone("set_dnd", phone, me, live);
  const turn = () => (why ? actions.say("info", why) : actions.setDnd(phone, !isOn));
  useShortcut("b", t("verb.set_dnd"), turn, isFirst && !why);
  return html`<button
    class="chip${isOn ? " is-on" : ""}"
    type="button"
    role="switch"
    aria-checked=${isOn ? "true" : "false"}
    aria-label=${t("verb.set_dnd")}
    aria-disabled=${why ? "true" : undefined}
    title=${why || undefined}
    onClick=${turn}
  >
    <${Icon} name="dnd" />
    <span>${t(phone.dnd === null ? "dnd.unknown" : isOn ? "dnd.on" : "dnd.off")}</span>
  </button>`;
}

// Buttons go away with the state they belong to. Whoever works by keyboard must not be thrown to the top of the page,
// nor into a field, where the next shortcut would be typed.
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
    const next = card.current.querySelector(".call-actions button:not([aria-disabled])") ?? card.current;
    next.focus({ preventScroll: true });
  });
}
