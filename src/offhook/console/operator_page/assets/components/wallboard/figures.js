// What the wallboard counts and how it says it. No I/O.

import { presenceOf } from "../../store.js";
import { t } from "../../i18n.js";
import { duration } from "../../words.js";

export const STATES = ["talking", "ringing", "calling", "held", "idle", "away", "unknown"];

const STATE_OF = { dialling: "calling", on_hold: "held", dnd: "away" };

export function boardState(phone) {
  const presence = presenceOf(phone);
  return STATE_OF[presence] ?? presence;
}

export function countStates(phones) {
  const counts = Object.fromEntries(STATES.map((state) => [state, 0]));
  for (const phone of phones) counts[boardState(phone)] += 1;
  return counts;
}

export function time(seconds) {
  return seconds === null ? "–" : duration(0, seconds * 1000);
}

export function share(part) {
  return part === null ? "–" : `${Math.round(part * 100)} %`;
}

export function nameOf(row) {
  return row.name || row.key || t("wallboard.nobody");
}

// The day's limits as the browser's clock has them, and whose hours they are.
export function dayQuery(day) {
  const from = new Date(`${day}T00:00:00`);
  const to = new Date(from);
  to.setDate(to.getDate() + 1);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { from: from.toISOString(), to: to.toISOString(), zone };
}

export function today(now = new Date()) {
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

// The hours worth showing: from the first to the last in which something happened, office hours at least.
export function hoursShown(rows) {
  const hourOf = (row) => new Date(row.key).getHours();
  const isQuiet = (row) => row.incoming + row.outgoing === 0;
  const busy = rows.filter((row) => !isQuiet(row)).map(hourOf);
  const first = Math.min(8, ...busy);
  const last = Math.max(17, ...busy);
  return rows.filter((row) => hourOf(row) >= first && hourOf(row) <= last);
}

export function sorted(rows, { column, isDown }) {
  const value = (row) => (column === "name" ? nameOf(row).toLocaleLowerCase() : (row[column] ?? -1));
  const order = (one, other) =>
    value(one) < value(other) ? -1 : value(one) > value(other) ? 1 : nameOf(one).localeCompare(nameOf(other));
  const found = [...rows].sort(order);
  return isDown ? found.reverse() : found;
}
