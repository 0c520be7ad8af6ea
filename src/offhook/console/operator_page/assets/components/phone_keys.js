// The phone's own keys, laid out as on a desk phone: what they do is up to the phone, so nothing here guesses it.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { whyNotPhone } from "../reasons.js";
import { presenceOf } from "../store.js";
import { html, useId, useState } from "../ui.js";
import { callState, presenceWord, verbWord } from "../words.js";
import { otherParty } from "./call_panel.js";
import { DIGITS, KeypadKeys } from "./keypad.js";
import { Dialog } from "./layout.js";
import { Maintenance } from "./maintenance.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";
import { Timer } from "./timer.js";

const TOKENS = { "#": "POUND" }; // every other digit is its own name
const EXAMPLE = "SPEAKER 1002 OK";
const ARROWS = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const FUNCTIONS = [
  ["F_HOLD", "hold", "pause"],
  ["F_TRANSFER", "transfer", "transfer"],
  ["F_CONFERENCE", "conference", "conference"],
  ["RD", "redial", "redial"],
  ["MSG", "message", "voicemail"],
  ["MUTE", "mute", "mute"],
  ["HEADSET", "headset", "headset"],
  ["SPEAKER", "speaker", "speaker"],
];
const numbers = (most) => Array.from({ length: most }, (_, index) => index + 1);

// attempts: what became of the keys pressed here.
export function PhoneKeys({ phone, live, attempts, onDone }) {
  const { actions, me } = useShared();
  const noteId = useId();
  const standing = whyNotPhone(phone, me);
  const why = (verb) => standing || (phone.verbs.includes(verb) ? "" : t("keys.missing"));
  const noteOf = (verb) => (why(verb) ? noteId : undefined);
  const missing = ["press_keys", "press_line", "press_dss", "press_soft", "navigate", "change_volume"].map(why).find(Boolean);
  const can = (verb, run) => (...given) => why(verb) || run(...given);
  const token = can("press_keys", (name, words) => actions.pressKeys(phone, [name], words));
  const digit = can("press_keys", (typed) => actions.typeDigit(phone, TOKENS[typed] ?? typed, typed));
  const one = (verb) => can(verb, (which, words) => actions.pressKey(phone, verb, which, words));
  const onKeyDown = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input")) return;
    const direction = event.target.closest(".keys-nav") && ARROWS[event.key];
    if (!direction && !DIGITS.includes(event.key)) return;
    event.preventDefault();
    if (direction) one("navigate")(direction, t(`keys.${direction}`));
    else digit(event.key);
  };
  return html`<${Dialog} title=${t("keys.title", { name: phone.name })} kind="keys-dialog" onDone=${onDone}>
    <div class="desk-phone" onKeyDown=${onKeyDown}>
      <${Display} phone=${phone} live=${live} attempts=${attempts} />
      <${Row} kind="keys-soft" label=${t("keys.soft")} verb="press_soft" letter="F" most=${4} why=${why} noteOf=${noteOf} onPress=${one("press_soft")} />
      <div class="keys-middle">
        <${Navigation} why=${why} noteOf=${noteOf} onDirection=${one("navigate")} onToken=${token} />
        <div class="keys-functions" role="group" aria-label=${t("keys.functions")}>
          ${FUNCTIONS.map(
            ([name, word, icon]) => html`<${Key} key=${name} text=${t(`keys.${word}`)} icon=${icon} why=${why("press_keys")} note=${noteOf("press_keys")}
              onPress=${() => token(name, t(`keys.${word}`))} />`,
          )}
        </div>
      </div>
      <div class="keys-lower">
        <div class="keys-pad" role="group" aria-label=${t("dial.keypad")}><${KeypadKeys} why=${why("press_keys")} note=${noteOf("press_keys")} onPress=${digit} /></div>
        <${Volume} phone=${phone} why=${why("change_volume")} note=${noteOf("change_volume")} />
      </div>
      <${Row} kind="keys-lines" label=${t("keys.lines")} verb="press_line" letter="L" most=${8} why=${why} noteOf=${noteOf} onPress=${one("press_line")} />
      <${Row} kind="keys-dss" label=${t("keys.dss")} verb="press_dss" letter="D" most=${10} why=${why} noteOf=${noteOf} onPress=${one("press_dss")} />
    </div>
    ${missing && html`<p class="section-note" id=${noteId}>${missing}</p>`}
    <${Sequence} phone=${phone} why=${why("press_keys")} />
    ${me.scopes.includes("phones:admin") && html`<${Maintenance} phone=${phone} live=${live} standing=${standing} />`}
  <//>`;
}

// What the console knows of the phone and became of the keys, where a desk phone has its screen.
function Display({ phone, live, attempts }) {
  const { phones } = useShared();
  return html`<div class="keys-display">
    <p><b>${phone.extension || phone.name}</b><span>${presenceWord(presenceOf(phone))}</span></p>
    ${live.map(
      ({ connection }) => html`<p key=${connection.id}>
        <span class="keys-party">${otherParty(connection, phones).name}</span>
        <span>${callState(connection)} <${Timer} since=${connection.answered ?? connection.began} label=${t("call.sinceBegan")} /></span>
      </p>`,
    )}
    ${attempts.length ? html`<${Outcomes} attempts=${attempts} />` : html`<p class="keys-screen-note">${t("keys.screenNote")}</p>`}
  </div>`;
}

function Navigation({ why, noteOf, onDirection, onToken }) {
  const arrow = (direction) => html`<${Key} kind=${`key-${direction}`} label=${t(`keys.${direction}`)} icon=${direction} why=${why("navigate")} note=${noteOf("navigate")}
    onPress=${() => onDirection(direction, t(`keys.${direction}`))} />`;
  const named = (name, kind, label) => html`<${Key} kind=${kind} text=${name} label=${label} why=${why("press_keys")} note=${noteOf("press_keys")} onPress=${() => onToken(name, name)} />`;
  return html`<div class="keys-nav" role="group" aria-label=${t("keys.navigation")}>
    ${arrow("up")} ${arrow("left")} ${named("OK", "key-ok")} ${arrow("right")} ${arrow("down")} ${named("X", "key-x", t("keys.x"))}
  </div>`;
}

function Row({ kind, label, verb, letter, most, why, noteOf, onPress }) {
  return html`<div class="keys-row ${kind}" role="group" aria-label=${label}>
    <span class="keys-label" aria-hidden="true">${label}</span>
    ${numbers(most).map((number) => html`<${Key} key=${number} text=${`${letter}${number}`} why=${why(verb)} note=${noteOf(verb)} onPress=${() => onPress(number, `${letter}${number}`)} />`)}
  </div>`;
}

function Volume({ phone, why, note }) {
  const { actions } = useShared();
  const change = (delta) => why || actions.changeVolume(phone, delta, `${phone.id}/keys`);
  return html`<div class="keys-volume" role="group" aria-label=${verbWord("change_volume")}>
    <${Key} label=${t("voice.louder")} icon="louder" why=${why} note=${note} onPress=${() => change(1)} />
    <span class="keys-label" aria-hidden="true">${verbWord("change_volume")}</span>
    <${Key} label=${t("voice.softer")} icon="softer" why=${why} note=${note} onPress=${() => change(-1)} />
  </div>`;
}

// Grey ones can be reached, and say in the note below why they are grey.
function Key({ text, label, icon, kind = "", why, note, onPress }) {
  return html`<button class="key ${kind}" type="button" aria-label=${label} aria-disabled=${why ? "true" : undefined} aria-describedby=${note} title=${why || label || undefined} onClick=${onPress}>
    ${icon && html`<${Icon} name=${icon} />`}${text && html`<span>${text}</span>`}
  </button>`;
}

function Sequence({ phone, why }) {
  const { actions } = useShared();
  const [text, setText] = useState("");
  const id = useId();
  const tokens = text.split(/[\s,;]+/).filter(Boolean).map((token) => TOKENS[token] ?? token);
  const submit = (event) => {
    event.preventDefault();
    if (tokens.length && !why) actions.pressKeys(phone, tokens, tokens.join(" "));
  };
  return html`<form class="keys-sequence" onSubmit=${submit}>
    <label for=${id}>${t("keys.sequence")}</label>
    <div class="dial">
      <input id=${id} aria-describedby=${`${id}-hint`} maxlength="256" placeholder=${EXAMPLE} autocomplete="off" autocapitalize="off" spellcheck="false" disabled=${Boolean(why)}
        value=${text} onInput=${(event) => setText(event.target.value)} />
      <button class="plain" type="submit" disabled=${Boolean(why) || tokens.length === 0}>${t("keys.press")}</button>
    </div>
    <small id=${`${id}-hint`}>${t("keys.sequenceHint")}</small>
  </form>`;
}
