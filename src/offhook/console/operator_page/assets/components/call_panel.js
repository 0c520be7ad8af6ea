// One call at one phone: the other party, how it stands, what can be done now, and what became of it.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { whyNot } from "../reasons.js";
import { popFor } from "../screen_pop.js";
import { useSettings } from "../settings.js";
import { useShortcut } from "../shortcuts.js";
import { isFinal } from "../store.js";
import { html, useEffect, useLayoutEffect, useRef, useState } from "../ui.js";
import { callState, doubtOf, partyWords, verbWord } from "../words.js";
import { Action } from "./action.js";
import { Keypad } from "./keypad.js";
import { NoteBox, noteOf } from "./note_box.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";
import { Timer } from "./timer.js";
import { TransferBox } from "./transfer_box.js";
import { useTransfer } from "./transfer_state.js";
import { VoiceRow } from "./voice_row.js";

// The other states' words tell the direction already.
const DIRECTED = new Set(["connected", "held"]);
const NEEDED = { transfer: ["blind_transfer", "attended_transfer"], keypad: ["send_digits"] };

// beside: the phone's other calls; isCurrent: the one that shortcuts are about.
export function CallPanel({ entry, phone, beside, attempts, isCurrent }) {
  const { phones, me } = useShared();
  const [opened, setOpened] = useState(null); // null, "transfer", "keypad" or "note"
  const { call, connection } = entry;
  const party = otherParty(connection, phones);
  const can = (verb) => connection.verbs.includes(verb) || (verb === "set_mic" && connection.state === "connected" && phone.verbs.includes(verb));
  const why = (...verbs) => (verbs.some(can) ? "" : whyNot(verbs[0], entry, phone, me, beside));
  const toggle = (panel) => setOpened(opened === panel ? null : panel);
  useEffect(() => {
    if (NEEDED[opened] && !NEEDED[opened].some(can)) setOpened(null);
  }, [connection.verbs]);
  const doubt = doubtOf(connection);
  const isRinging = connection.state === "alerting";
  const panel = useRef(null);
  // At one's own phone what rings is seen, and not below the edge of a small screen.
  useLayoutEffect(() => {
    if (isRinging && isCurrent && panel.current.closest(".is-single")) panel.current.scrollIntoView({ block: "nearest" });
  }, [isRinging, isCurrent]);
  const onDragStart = (event) => {
    event.dataTransfer.setData("application/x-offhook-call", connection.id);
    event.dataTransfer.effectAllowed = "move";
  };
  return html`<section
    class="call call-${connection.state}${connection.is_uncertain ? " is-uncertain" : ""}"
    aria-label=${t("call.with", { name: party.name })}
    tabindex="-1"
    ref=${panel}
    draggable=${can("blind_transfer") || can("attended_transfer") ? "true" : undefined}
    onDragStart=${onDragStart}
  >
    <div class="call-head">
      <p class="call-state">
        <${Icon} name=${connection.direction === "incoming" ? "incoming" : "outgoing"} />${callState(connection)}
        ${DIRECTED.has(connection.state) && html`<span class="call-direction">${t(`call.${connection.direction}`)}</span>`}
        ${connection.is_muted && html`<span class="call-muted"><${Icon} name="mute" />${t("call.muted")}</span>`}
      </p>
      <${Timer} since=${connection.answered ?? connection.began} label=${t(connection.answered ? "call.talkTime" : "call.sinceBegan")} />
    </div>
    <div class="party">
      <span class="party-name" title=${party.name}>${party.name}</span>
      ${party.number && html`<span class="party-number" title=${party.number}>${party.number}</span>`}
      <${PopLink} entry=${entry} />
    </div>
    ${doubt && html`<p class="call-doubt"><${Icon} name="unknown" />${doubt}</p>`}
    <${Consultation} entry=${entry} phone=${phone} attempts=${attempts} why=${why} />
    ${isRinging
      ? html`<${RingingButtons} entry=${entry} why=${why} attempts=${attempts} isCurrent=${isCurrent} />`
      : html`<${Buttons} entry=${entry} beside=${beside} why=${why} opened=${opened} toggle=${toggle} attempts=${attempts} isCurrent=${isCurrent} />`}
    ${connection.state === "connected" && html`<${VoiceRow} entry=${entry} phone=${phone} isCurrent=${isCurrent} />`}
    ${opened !== "note" && noteOf(call, me) && html`<${WrittenNote} note=${noteOf(call, me)} />`}
    <${Outcomes} attempts=${attempts.filter((one) => one.verb !== "send_digits" || opened !== "keypad")} isRoomy=${true} />
    ${opened === "transfer" && html`<${TransferBox} entry=${entry} can=${can} onDone=${() => setOpened(null)} />`}
    ${opened === "keypad" && html`<${Keypad} entry=${entry} attempts=${attempts.filter((one) => one.verb === "send_digits")} />`}
    ${opened === "note" && html`<${NoteBox} call=${call} onDone=${() => setOpened(null)} />`}
  </section>`;
}

export function otherParty(connection, phones) {
  const { number, uri } = connection.remote;
  if (connection.state === "initiated" && !number && !uri) return { name: t("party.nobody"), number: "" };
  return partyWords(connection.remote, phones);
}

function isBusy(attempts, ...verbs) {
  return attempts.some((one) => verbs.includes(one.verb) && !one.problem && !(one.command && isFinal(one.command)));
}

function RingingButtons({ entry, why, attempts, isCurrent }) {
  const { actions } = useShared();
  const answer = () => actions.answer(entry);
  const reject = () => actions.reject(entry);
  useShortcut("a", verbWord("answer"), answer, isCurrent && !why("answer"));
  useShortcut("x", verbWord("reject"), reject, isCurrent && !why("reject"));
  return html`<div class="call-actions call-actions-ringing">
    <${Action} icon="handset" text=${verbWord("answer")} kind="answer" hint="a" why=${why("answer")} busy=${isBusy(attempts, "answer")} onClick=${answer} />
    <${Action} icon="hangup" text=${verbWord("reject")} kind="danger" hint="x" why=${why("reject")} busy=${isBusy(attempts, "reject")} onClick=${reject} />
  </div>`;
}

function Buttons({ entry, beside, why, opened, toggle, attempts, isCurrent }) {
  const { actions } = useShared();
  const { connection } = entry;
  const isHeld = connection.state === "held";
  const wish = isHeld ? "retrieve" : "hold";
  const held = beside.find((one) => one.connection.state === (isHeld ? "connected" : "held"));
  const { is_muted: isMuted } = connection;
  const run = {
    hold: () => actions.hold(entry, !isHeld),
    mute: () => actions.mute(entry, !isMuted),
    hangUp: () => actions.hangUp(entry),
    join: () => actions.join(entry, held),
    transfer: () => toggle("transfer"),
    keypad: () => toggle("keypad"),
    note: () => toggle("note"),
  };
  const offered = (...verbs) => isCurrent && !why(...verbs);
  useShortcut("o", verbWord(wish), run.hold, offered(wish));
  useShortcut("m", verbWord(isMuted ? "unmute" : "mute"), run.mute, offered("set_mic"));
  useShortcut("t", verbWord("blind_transfer"), run.transfer, offered("blind_transfer", "attended_transfer"));
  useShortcut("k", t("call.keypad"), run.keypad, offered("send_digits"));
  useShortcut("f", verbWord("conference"), run.join, offered("conference") && Boolean(held));
  useShortcut("n", t("note.title"), run.note, isCurrent);
  useShortcut("x", verbWord("hang_up"), run.hangUp, offered("hang_up"));
  return html`<div class="call-actions">
    <${Action} icon=${isHeld ? "play" : "pause"} text=${verbWord(wish)} kind=${isHeld && !why(wish) ? "primary" : "plain"} hint="o" why=${why(wish)}
      busy=${isBusy(attempts, "hold", "retrieve")} onClick=${run.hold} />
    <${Action} icon=${isMuted ? "mic" : "mute"} text=${verbWord(isMuted ? "unmute" : "mute")} hint="m" why=${why("set_mic")} aria-pressed=${String(isMuted)}
      busy=${isBusy(attempts, "set_mic")} onClick=${run.mute} />
    <${Action} icon="keypad" text=${t("call.keypad")} hint="k" why=${why("send_digits")} aria-expanded=${String(opened === "keypad")} onClick=${run.keypad} />
    <${Action} icon="transfer" text=${verbWord("blind_transfer")} hint="t" why=${why("blind_transfer", "attended_transfer")}
      aria-expanded=${String(opened === "transfer")} onClick=${run.transfer} />
    ${beside.length > 0 &&
    html`<${Action} icon="conference" text=${verbWord("conference")} hint="f" why=${why("conference")} busy=${isBusy(attempts, "conference")} onClick=${run.join} />`}
    <${Action} icon="note" text=${t("note.button")} hint="n" aria-expanded=${String(opened === "note")} onClick=${run.note} />
    <${Action} icon="hangup" text=${verbWord("hang_up")} kind="danger" hint="x" why=${why("hang_up")} busy=${isBusy(attempts, "hang_up")} onClick=${run.hangUp} />
  </div>`;
}

// An attended transfer that is under way: the held call says to whom it goes, and how to end that.
function Consultation({ entry, phone, attempts, why }) {
  const { actions, phones } = useShared();
  const transfer = useTransfer(entry);
  if (!transfer || !entry.connection.is_transferring) return null;
  const target = Array.from(phones.values()).find((one) => one.extension && one.extension === transfer.target);
  return html`<div class="consultation" role="group" aria-label=${t("transfer.to", { name: target?.name ?? transfer.target })}>
    <p><${Icon} name="transfer" />${t(`transfer.${transfer.state}`, { name: target?.name ?? transfer.target })}</p>
    ${transfer.flow === "attended" &&
    html`<div class="consultation-buttons">
      <${Action} icon="check" text=${verbWord("complete_transfer")} kind="primary" why=${why("complete_transfer")} busy=${isBusy(attempts, "complete_transfer")}
        onClick=${() => actions.completeTransfer(entry, transfer)} />
      <${Action} icon="back" text=${verbWord("cancel_transfer")} why=${why("cancel_transfer")} busy=${isBusy(attempts, "cancel_transfer")}
        onClick=${() => actions.cancelTransfer(entry, transfer)} />
    </div>`}
  </div>`;
}

function PopLink({ entry }) {
  const url = popFor(entry, useSettings().popUrl);
  if (!url || !entry.connection.remote.number) return null;
  return html`<a class="pop-link" href=${url} target="_blank" rel="noopener noreferrer"><${Icon} name="open" />${t("call.openRecord")}</a>`;
}

function WrittenNote({ note }) {
  return html`<p class="note-written"><${Icon} name="note" /><span>${note.outcome && html`<b>${note.outcome}</b>`} ${note.text}</span></p>`;
}
