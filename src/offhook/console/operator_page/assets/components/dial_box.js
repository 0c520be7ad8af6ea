// Where a number is typed; the card's own phone places the call.

import { Icon } from "../icons.js";
import { html, useState } from "../ui.js";
import { useShared } from "./shared.js";

export function DialBox({ phone }) {
  const { actions } = useShared();
  const [number, setNumber] = useState("");
  const canDial = phone.verbs.includes("dial");
  const dial = async (event) => {
    event.preventDefault();
    const wanted = number.trim();
    if (!wanted || !canDial) return;
    if (await actions.dial(phone, wanted)) setNumber("");
  };
  const from = phone.extension || phone.name;
  return html`<form class="dial" onSubmit=${dial}>
    <input
      type="text"
      inputmode="tel"
      autocomplete="off"
      spellcheck="false"
      aria-label=${`Number to call from ${from}`}
      placeholder=${`Call from ${from}`}
      maxlength="128"
      value=${number}
      onInput=${(event) => setNumber(event.target.value)}
    />
    <button class="primary" type="submit" disabled=${!canDial || !number.trim()}>
      <${Icon} name="handset" />Call
    </button>
  </form>`;
}
