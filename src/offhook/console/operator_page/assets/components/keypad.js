// Digits into a call: by clicking, or by typing while the keypad has the focus. What was sent stays readable.

import { t } from "../i18n.js";
import { html, useLayoutEffect, useRef, useState } from "../ui.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

export const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LETTERS = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };

// Digits are their own names.
const spoken = (key) => (key === "*" ? t("keypad.star") : key === "#" ? t("keypad.hash") : undefined);

// why, note: the reason for being grey and where it stands.
export function KeypadKeys({ why = "", note, onPress }) {
  return html`<div class="keypad-keys">
    ${DIGITS.map(
      (key) => html`<button key=${key} type="button" aria-label=${spoken(key)} aria-disabled=${why ? "true" : undefined} aria-describedby=${note} onClick=${() => onPress(key)}>
        <span>${key}</span><small aria-hidden="true">${LETTERS[key] ?? ""}</small>
      </button>`,
    )}
  </div>`;
}

export function Keypad({ entry, attempts }) {
  const { actions } = useShared();
  const [sent, setSent] = useState("");
  const [waiting, setWaiting] = useState("");
  const pad = useRef(null);
  useLayoutEffect(() => pad.current.focus({ preventScroll: true }), []);
  const press = async (digit) => {
    setWaiting((before) => before + digit);
    const isAccepted = await actions.sendDigit(entry, digit);
    setWaiting((before) => before.slice(1)); // their fates come in the order in which they were pressed
    if (isAccepted) setSent((before) => before + digit);
  };
  const onKeyDown = (event) => {
    if (!DIGITS.includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    press(event.key);
  };
  return html`<div class="keypad" role="group" aria-label=${t("call.keypad")} tabindex="0" ref=${pad} onKeyDown=${onKeyDown}>
    <div class="keypad-sent">
      <output aria-label=${t("keypad.sent")}>${sent}</output>
      <span>${waiting || (sent ? "" : t("keypad.hint"))}</span>
    </div>
    <${KeypadKeys} onPress=${press} />
    <${Outcomes} attempts=${attempts} isRoomy=${true} />
  </div>`;
}
