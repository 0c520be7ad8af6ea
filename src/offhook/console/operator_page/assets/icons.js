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
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.4l2.8 1.8",
  people: "M9 11.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM3.2 19c.4-3 2.7-4.6 5.8-4.6s5.4 1.6 5.8 4.6M15.6 5.4a3.2 3.2 0 0 1 0 5.9M17.2 14.7c2 .5 3.3 2 3.6 4.3",
  book: "M5 5.5A1.5 1.5 0 0 1 6.5 4H19v13H6.5A1.5 1.5 0 0 0 5 18.5v-13zM5 18.5A1.5 1.5 0 0 0 6.5 20H19v-3M12 8.7a1.4 1.4 0 1 0 0 .01M9.4 13.4c.3-1.3 1.3-2 2.6-2s2.3.7 2.6 2",
  chart: "M4 20h16M7 20v-7M12 20V6M17 20v-10",
  gear: "M12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM12 3.5v2.2M12 18.3v2.2M20.5 12h-2.2M5.7 12H3.5M18 6l-1.6 1.6M7.6 16.4 6 18M18 18l-1.6-1.6M7.6 7.6 6 6",
  keyboard: "M4 7h16v10H4zM7 10h.01M10 10h.01M13 10h.01M16.5 10h.01M7.5 14h9",
  leave: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9.5",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.8v1.8M12 19.4v1.8M2.8 12h1.8M19.4 12h1.8M5.5 5.5l1.3 1.3M17.2 17.2l1.3 1.3M18.5 5.5l-1.3 1.3M6.8 17.2l-1.3 1.3",
  moon: "M19 14.6A7.6 7.6 0 0 1 9.4 5 7.6 7.6 0 1 0 19 14.6z",
  mic: "M12 4a2.6 2.6 0 0 0-2.6 2.6v5a2.6 2.6 0 0 0 5.2 0v-5A2.6 2.6 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.2",
  mute: "M12 4a2.6 2.6 0 0 0-2.6 2.6v5a2.6 2.6 0 0 0 5.2 0v-5A2.6 2.6 0 0 0 12 4zM6.5 11.5a5.5 5.5 0 0 0 11 0M12 17v3.2M4.5 4.5l15 15",
  conference: "M12 10.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM7 19c.3-3.4 2.3-5.2 5-5.2s4.7 1.8 5 5.2M5.4 12.6a2 2 0 1 0-.1 0M18.6 12.6a2 2 0 1 0-.1 0M2.6 17.2c.2-1.2.9-2 1.9-2.3M21.4 17.2c-.2-1.2-.9-2-1.9-2.3",
  ask: "M5 5h14v10h-8l-4 4v-4H5zM9.5 10h.01M12 10h.01M14.5 10h.01",
  redial: "M5.5 12a6.5 6.5 0 1 1 2 4.7M5 18.5v-4h4",
  voicemail: "M7 9.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM17 9.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM7 15.5h10",
  forward: "M5 8h9a4 4 0 0 1 0 8H9M14 4.5 17.5 8 14 11.5",
  note: "M6 4h12v16H6zM9 9h6M9 12.5h6M9 16h3.5",
  plus: "M12 6v12M6 12h12",
  shield: "M12 3.5 5 6.2v5.3c0 4.2 2.9 7.4 7 9 4.1-1.6 7-4.8 7-9V6.2zM9 12l2.2 2.2 4-4.4",
  key: "M8.5 11a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM11 12l7.5-7.5M15.5 7.5l2.5 2.5M13.5 9.5l1.5 1.5",
  bin: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5",
  copy: "M9 9h10v10H9zM5 15V5h10",
  download: "M12 4.5v10M7.5 10.5 12 15l4.5-4.5M5 19h14",
  back: "M10 6.5 4.5 12l5.5 5.5M5 12h14.5",
  bell: "M12 4.5a5 5 0 0 0-5 5v3.2L5.4 16h13.2L17 12.7V9.5a5 5 0 0 0-5-5zM10.3 18.6a1.8 1.8 0 0 0 3.4 0",
  open: "M10 5H5v14h14v-5M13.5 5H19v5.5M19 5l-8 8",
  desk: "M5 4h14v16H5zM8.5 7.5h7v3h-7zM9 14h.01M12 14h.01M15 14h.01M9 17h.01M12 17h.01M15 17h.01",
  speaker: "M5 9.5v5h3.2L13 18.5v-13L8.2 9.5zM16 9.2a4 4 0 0 1 0 5.6M18.3 6.8a7.4 7.4 0 0 1 0 10.4",
  headset: "M5 15.5V12a7 7 0 0 1 14 0v3.5M5 13.5h2.6v5H6a1 1 0 0 1-1-1zM19 13.5h-2.6v5H18a1 1 0 0 0 1-1z",
  softer: "M5 9.5v5h3.2L13 18.5v-13L8.2 9.5zM16 12h5",
  louder: "M5 9.5v5h3.2L13 18.5v-13L8.2 9.5zM16 12h5M18.5 9.5v5",
  restart: "M12 3.5v7M7.2 6.6a7 7 0 1 0 9.6 0",
  refresh: "M5.5 11a6.7 6.7 0 0 1 11.8-3.3L19 9.5M19 5v4.5h-4.5M18.5 13a6.7 6.7 0 0 1-11.8 3.3L5 14.5M5 19v-4.5h4.5",
  up: "M6.5 14.5 12 9l5.5 5.5",
  left: "M14.5 6.5 9 12l5.5 5.5",
  right: "M9.5 6.5 15 12l-5.5 5.5",
  down: "M6.5 9.5 12 15l5.5-5.5",
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
  dnd: "dnd",
  away: "unknown",
};
