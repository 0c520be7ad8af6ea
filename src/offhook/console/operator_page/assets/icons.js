// Small line drawings. They repeat what the words beside them say, so screen readers skip them.

import { html } from "./ui.js";

const PATHS = {
  handset:
    "M6.6 3.5c.5 0 1 .3 1.2.8l1 2.6c.2.5 0 1-.3 1.4L7.2 9.5a11.5 11.5 0 0 0 5.3 5.3l1.2-1.3c.4-.3.9-.5 1.4-.3l2.6 1c.5.2.8.7.8 1.2v2.3c0 .8-.7 1.4-1.5 1.3C9.8 18.4 3.6 12.2 3 5c-.1-.8.5-1.5 1.3-1.5z",
  idle: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8.5 12.2l2.4 2.4 4.6-5",
  dialling: "M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01",
  pause: "M9 5.5v13M15 5.5v13",
  play: "M8 5.5v13l10.5-6.5z",
  unknown: "M9.2 9.2a2.9 2.9 0 1 1 4.3 2.5c-.9.5-1.5 1.2-1.5 2.3M12 17.5h.01",
  outgoing: "M7 17 17 7M9 7h8v8",
  incoming: "M17 7 7 17M15 17H7V9",
  transfer: "M4 12h14M13 6.5l5.5 5.5-5.5 5.5",
  keypad: "M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01",
  cross: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  alert: "M12 4 3 19.5h18zM12 10v4.2M12 17h.01",
  info: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 11.5v4.5M12 8.2h.01",
  dnd: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM8 12h8",
  search: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5 20 20",
  waves: "M12 12h.01M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8M18.4 5.6a9 9 0 0 1 0 12.8",
};
const FILLED = new Set(["handset", "play"]);
const ROTATED = { hangup: "handset" };

export function Icon({ name }) {
  const drawn = ROTATED[name] ?? name;
  const kind = `icon icon-${name}${FILLED.has(drawn) ? " icon-filled" : ""}`;
  return html`<svg class=${kind} viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${PATHS[drawn]} /></svg>`;
}

export const PRESENCE_ICON = {
  unknown: "unknown",
  idle: "idle",
  dialling: "dialling",
  calling: "outgoing",
  ringing: "handset",
  talking: "waves",
  on_hold: "pause",
};
