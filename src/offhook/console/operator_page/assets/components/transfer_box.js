// Where a call goes next: a number, or one of our other phones with how it stands.

import { Icon, PRESENCE_ICON } from "../icons.js";
import { html, useLayoutEffect, useRef, useState } from "../ui.js";
import { presenceWord } from "../words.js";
import { useOwnPhones, useShared } from "./shared.js";

const MOST_PICKS = 12;

export function TransferBox({ entry, onDone }) {
  const { actions } = useShared();
  const own = useOwnPhones();
  const [target, setTarget] = useState("");
  const input = useRef(null);
  useLayoutEffect(() => input.current.focus({ preventScroll: true }), []);
  const transferTo = async (number) => {
    if (await actions.transfer(entry, number)) onDone();
  };
  const submit = (event) => {
    event.preventDefault();
    if (target.trim()) transferTo(target.trim());
  };
  const onKeyDown = (event) => event.key === "Escape" && onDone();
  const picks = picksFor(own, entry, target);
  return html`<div class="transfer" role="group" aria-label="Transfer" onKeyDown=${onKeyDown}>
    <form onSubmit=${submit}>
      <input
        type="text"
        autocomplete="off"
        spellcheck="false"
        maxlength="128"
        aria-label="Transfer to"
        placeholder="Number or name"
        ref=${input}
        value=${target}
        onInput=${(event) => setTarget(event.target.value)}
      />
      <button class="primary" type="submit" disabled=${!target.trim()}>Transfer</button>
    </form>
    <ul class="picks">
      ${picks.map(
        (phone) => html`<li key=${phone.id}>
          <button type="button" onClick=${() => transferTo(phone.extension)}>
            <span class="pick-name">${phone.name}</span>
            <span class="pick-number">${phone.extension}</span>
            <span class="presence presence-${phone.state}">
              <${Icon} name=${PRESENCE_ICON[phone.state] ?? "unknown"} />${presenceWord(phone.state)}
            </span>
          </button>
        </li>`,
      )}
    </ul>
  </div>`;
}

// Neither the phone that transfers nor the party that is transferred.
function picksFor(own, { connection }, target) {
  const text = target.trim().toLocaleLowerCase();
  return own
    .filter((phone) => phone.extension && phone.id !== connection.phone && phone.id !== connection.remote.phone)
    .filter((phone) => `${phone.name} ${phone.extension}`.toLocaleLowerCase().includes(text))
    .slice(0, MOST_PICKS);
}
