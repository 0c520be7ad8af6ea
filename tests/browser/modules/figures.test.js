import { boardState, countStates, dayQuery, hoursShown, nameOf, share, sorted, time, today } from "/assets/components/wallboard/figures.js";
import { equal } from "./expect.js";

const phone = (state, extra = {}) => ({ state, dnd: null, lines: [], ...extra });
const row = (key, extra = {}) => ({ key, name: key, incoming: 0, answered: 0, outgoing: 0, ...extra });
const hour = (number, extra = {}) => row(new Date(2026, 0, 5, number).toISOString(), extra);

export function statesAreTheOnesAWallCanTellApart() {
  equal(boardState(phone("on_hold")), "held");
  equal(boardState(phone("dialling")), "calling");
  equal(boardState(phone("idle", { dnd: true })), "away");
  equal(boardState(phone("talking", { dnd: true })), "talking");
  equal(countStates([phone("idle"), phone("idle"), phone("ringing")]).idle, 2);
}

export function secondsAndSharesHaveWordsForNothing() {
  equal([time(null), time(0), time(61.4), time(3601)], ["–", "0:00", "1:01", "1:00:01"]);
  equal([share(null), share(0.805), share(1)], ["–", "81 %", "100 %"]);
}

export function aDayIsTheBrowsersDay() {
  const { from, to, zone } = dayQuery("2026-01-05");
  equal(new Date(from).getHours(), 0);
  equal(new Date(from).getDate(), 5);
  equal(new Date(to).getDate(), 6);
  equal(zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
  equal(today(new Date(2026, 0, 5, 23, 59)), "2026-01-05");
}

export function officeHoursAreShownAndWhateverElseWasBusy() {
  const all = Array.from({ length: 24 }, (_, number) => hour(number));
  equal(hoursShown(all).length, 10);
  all[22] = hour(22, { outgoing: 1 });
  equal(hoursShown(all).length, 15);
  equal(hoursShown([hour(9)]).length, 1);
}

export function rowsAreSortedByFigureThenByName() {
  const rows = [row("b", { answered: 2 }), row("a", { answered: 2 }), row("", { name: "", answered: 9 })];
  equal(sorted(rows, { column: "answered", isDown: true }).map(nameOf), ["Without one", "b", "a"]);
  equal(sorted(rows, { column: "name", isDown: false }).map(nameOf), ["a", "b", "Without one"]);
}
