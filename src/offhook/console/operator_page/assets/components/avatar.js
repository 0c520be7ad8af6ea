// Somebody's initials, and how they stand as a mark on it that has words beside it.

import { Icon, PRESENCE_ICON } from "../icons.js";
import { html } from "../ui.js";
import { presenceWord } from "../words.js";

export function Avatar({ name, state }) {
  return html`<span class="avatar avatar-${hue(name)}" aria-hidden="true">
    ${initials(name)}${state && html`<span class="avatar-mark mark-${state}"></span>`}
  </span>`;
}

export function Presence({ state }) {
  return html`<span class="presence presence-${state}"><${Icon} name=${PRESENCE_ICON[state] ?? "unknown"} />${presenceWord(state)}</span>`;
}

function initials(name) {
  const words = name.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words.slice(0, 1);
  return letters.map((word) => word[0].toLocaleUpperCase()).join("") || "#";
}

// The same colour for the same name.
function hue(name) {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 997;
  return sum % 6;
}
