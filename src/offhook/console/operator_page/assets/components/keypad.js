// Digits into a call: by clicking, or by typing while the keypad has the focus. What was sent stays readable.

import { html, useLayoutEffect, useRef, useState } from "../ui.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const SPOKEN = { "*": "star", "#": "hash" };

export function Keypad({ entry, attempts }) {
  const { actions } = useShared();
  const [pressed, setPressed] = useState("");
  const pad = useRef(null);
  useLayoutEffect(() => pad.current.focus({ preventScroll: true }), []);
  const press = (digit) => {
    setPressed((before) => before + digit);
    actions.sendDigit(entry, digit);
  };
  const onKeyDown = (event) => {
    if (!KEYS.includes(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    press(event.key);
  };
  return html`<div class="keypad" role="group" aria-label="Keypad" tabindex="0" ref=${pad} onKeyDown=${onKeyDown}>
    <output class="keypad-sent" aria-label="Digits sent">${pressed || html`<span>Type or click digits</span>`}</output>
    <div class="keypad-keys">
      ${KEYS.map(
        (key) => html`<button key=${key} type="button" aria-label=${SPOKEN[key] ?? key} onClick=${() => press(key)}>${key}</button>`,
      )}
    </div>
    <${Outcomes} attempts=${attempts} isRoomy=${true} />
  </div>`;
}
