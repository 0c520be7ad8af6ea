// One call at one phone: the other party, how it stands, and what can be done now.

import { Icon } from "../icons.js";
import { html, useEffect, useState } from "../ui.js";
import { callState, partyWords } from "../words.js";
import { Keypad } from "./keypad.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";
import { Timer } from "./timer.js";
import { TransferBox } from "./transfer_box.js";

// The other states' words tell the direction already.
const DIRECTED = new Set(["connected", "held"]);

export function CallPanel({ entry, attempts }) {
  const { phones } = useShared();
  const [opened, setOpened] = useState(null); // null, "transfer" or "keypad"
  const { connection } = entry;
  const party = otherParty(connection, phones);
  const can = (verb) => connection.verbs.includes(verb);
  const toggle = (panel) => setOpened(opened === panel ? null : panel);
  useEffect(() => {
    if (opened === "transfer" && !can("blind_transfer")) setOpened(null);
    if (opened === "keypad" && !can("send_digits")) setOpened(null);
  }, [connection.verbs]);
  return html`<section class="call call-${connection.state}" aria-label=${`Call with ${party.name}`}>
    <div class="call-head">
      <p class="call-state">
        <${Icon} name=${connection.direction === "incoming" ? "incoming" : "outgoing"} />${callState(connection)}
        ${DIRECTED.has(connection.state) && html`<span class="call-direction">${connection.direction} call</span>`}
      </p>
      <${Timer} since=${connection.answered ?? connection.began} label=${connection.answered ? "Talk time" : "Since it began"} />
    </div>
    <p class="party">
      <span class="party-name" title=${party.name}>${party.name}</span>
      ${party.number && html`<span class="party-number" title=${party.number}>${party.number}</span>`}
    </p>
    ${connection.confidence < 1 && html`<p class="call-doubt">The phone did not say which call this is.</p>`}
    <${Buttons} entry=${entry} can=${can} opened=${opened} toggle=${toggle} attempts=${attempts} />
    ${connection.verbs.length === 0 && html`<p class="call-elsewhere">The phone’s keys would go to its other call.</p>`}
    <${Outcomes} attempts=${attempts.filter((one) => one.verb !== "send_digits" || opened !== "keypad")} isRoomy=${true} />
    ${opened === "transfer" && html`<${TransferBox} entry=${entry} onDone=${() => setOpened(null)} />`}
    ${opened === "keypad" && html`<${Keypad} entry=${entry} attempts=${attempts.filter((one) => one.verb === "send_digits")} />`}
  </section>`;
}

function otherParty(connection, phones) {
  const { number, uri } = connection.remote;
  if (connection.state === "initiated" && !number && !uri) return { name: "No number yet", number: "" };
  return partyWords(connection.remote, phones);
}

function Buttons({ entry, can, opened, toggle, attempts }) {
  const { actions } = useShared();
  const { connection } = entry;
  const isBusy = (...verbs) => attempts.some((one) => verbs.includes(one.verb) && !one.problem && isUnderWay(one.command));
  if (connection.state === "alerting") {
    return html`<div class="call-actions call-actions-ringing">
      <${Button} icon="handset" text="Answer" kind="answer" can=${can("answer")} busy=${isBusy("answer")} onClick=${() => actions.answer(entry)} />
      <${Button} icon="hangup" text="Reject" kind="danger" can=${can("reject")} busy=${isBusy("reject")} onClick=${() => actions.reject(entry)} />
    </div>`;
  }
  const isHeld = connection.state === "held";
  const hold = isHeld
    ? html`<${Button} icon="play" text="Resume" kind="primary" can=${can("retrieve")} busy=${isBusy("retrieve")} onClick=${() => actions.hold(entry, false)} />`
    : html`<${Button} icon="pause" text="Hold" can=${can("hold")} busy=${isBusy("hold")} onClick=${() => actions.hold(entry, true)} />`;
  return html`<div class="call-actions">
    ${hold}
    <${Button} icon="transfer" text="Transfer" can=${can("blind_transfer")} expanded=${opened === "transfer"} onClick=${() => toggle("transfer")} />
    <${Button} icon="keypad" text="Keypad" can=${can("send_digits")} expanded=${opened === "keypad"} onClick=${() => toggle("keypad")} />
    <${Button} icon="hangup" text="Hang up" kind="danger" can=${can("hang_up")} busy=${isBusy("hang_up")} onClick=${() => actions.hangUp(entry)} />
  </div>`;
}

function isUnderWay(command) {
  return !command || ["queued", "sent", "acknowledged"].includes(command.state);
}

// `busy` only shows that it is under way: the console decides what a second press means.
function Button({ icon, text, kind = "plain", can, busy = false, expanded, onClick }) {
  return html`<button
    class="action ${kind}${busy ? " is-busy" : ""}"
    type="button"
    disabled=${!can}
    aria-busy=${busy ? "true" : undefined}
    aria-expanded=${expanded === undefined ? undefined : String(expanded)}
    onClick=${onClick}
  >
    <${Icon} name=${icon} /><span>${text}</span>
  </button>`;
}
