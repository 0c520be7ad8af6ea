import { EMPTY, endedUnheard, liveAt, liveByPhone, pastCalls, phonesSetUp, reduce, touchedBy } from "/assets/store.js";
import { equal } from "./expect.js";

const connection = (call, phone, extra = {}) => ({
  id: `${call}:${phone}`, phone, state: "connected", began: "2026-01-05T09:00:00.000Z", ended: null, ...extra,
});
const call = (id, began, isLive, phones = ["p1"]) => ({
  id, began, is_live: isLive, connections: phones.map((phone) => connection(id, phone)),
});
const snapshot = (epoch, calls, phones = []) => ({
  epoch, seq: 1, time: "2026-01-05T09:00:10.000Z", calls, phones,
});
const after = (actions, state = EMPTY) => actions.reduce(reduce, state);
const ids = (calls) => calls.map((one) => one.id);

export function aSnapshotReplacesPhonesAndLiveCallsAndKeepsTheCallListOfItsJournal() {
  const state = after([
    { type: "snapshot", snapshot: snapshot("e", [call("live", "3", true)], [{ id: "p1" }, { id: "p2" }]), now: 0 },
    { type: "history", calls: [call("old", "1", false)], isFirst: true, hasMore: false },
  ]);
  const next = snapshot("e", [call("new", "4", true)], [{ id: "p2" }]);
  equal(endedUnheard(state, next), true);
  const replaced = reduce(state, { type: "snapshot", snapshot: next, now: 0 });
  equal(Array.from(replaced.phones.keys()), ["p2"]);
  equal(Array.from(replaced.calls.keys()).sort(), ["new", "old"]);
  equal(endedUnheard(replaced, next), false);
}

export function anotherJournalLeavesNothingOfTheOld() {
  const state = after([
    { type: "snapshot", snapshot: snapshot("e", []), now: 0 },
    { type: "history", calls: [call("old", "1", false)], isFirst: true, hasMore: false },
    { type: "snapshot", snapshot: snapshot("f", []), now: 0 },
  ]);
  equal(state.calls.size, 0);
}

export function theClocksDifferenceIsKnown() {
  const now = Date.parse("2026-01-05T09:00:00.000Z");
  equal(reduce(EMPTY, { type: "snapshot", snapshot: snapshot("e", []), now }).clockAheadMs, 10_000);
}

export function theFirstPageOfCallsDropsWhatIsOlderAndLaterPagesAddIt() {
  const page = (calls, isFirst) => ({ type: "history", calls, isFirst, hasMore: true });
  const listed = after([page([call("a", "1", false)], true), page([call("c", "3", false), call("b", "2", false)], true)]);
  equal(ids(pastCalls(listed)), ["c", "b"]);
  equal(ids(pastCalls(reduce(listed, page([call("a", "1", false)], false)))), ["c", "b", "a"]);
}

export function aCallThatEndedMovesToTheList() {
  const state = after([
    { type: "snapshot", snapshot: snapshot("e", [call("a", "1", true, ["p1", "p2"])]), now: 0 },
  ]);
  equal(Array.from(liveByPhone(state).keys()), ["p1", "p2"]);
  const ended = reduce(state, { type: "resources", phones: [], gonePhones: [], calls: [call("a", "1", false)], goneCalls: [] });
  equal(liveByPhone(ended).size, 0);
  equal(ids(pastCalls(ended)), ["a"]);
}

export function anEventTouchesWhatHangsTogetherWithIt() {
  const state = after([
    { type: "snapshot", snapshot: snapshot("e", [call("a", "1", true, ["p1", "p2"]), call("b", "2", true, ["p1"])]), now: 0 },
  ]);
  equal(Array.from(touchedBy(state, { phone: "p1", call: "a" })), ["p1", "p2"]);
  equal(Array.from(touchedBy(state, { phone: "p3", call: "new" })), ["p3"]);
  equal(liveAt(state, "p1"), ["a", "b"]);
  equal(liveAt(state, "p2"), ["a"]);
}

const attempt = { type: "attempt", attempt: { id: 1, phone: "p1", place: "p1/dial", verb: "dial" } };
const command = (state) => ({ id: "c1", state });

export function progressThatOvertakesTheAnswerIsNotLost() {
  const state = after([
    attempt,
    { type: "command", command: command("confirmed") },
    { type: "accepted", id: 1, command: command("queued") },
    { type: "command", command: command("acknowledged") },
  ]);
  equal(state.attempts[0].command.state, "confirmed");
}

export function aNewAttemptReplacesTheOneBeforeAtTheSamePlace() {
  const other = { type: "attempt", attempt: { ...attempt.attempt, id: 2, place: "p2/dial" } };
  const again = { type: "attempt", attempt: { ...attempt.attempt, id: 3 } };
  equal(after([attempt, other, again]).attempts.map((one) => one.id), [2, 3]);
  equal(after([attempt, other, { type: "dismiss", id: 1 }]).attempts.map((one) => one.id), [2]);
}

export function commandsOfOthersDoNotPileUp() {
  let state = EMPTY;
  for (let n = 0; n < 500; n += 1) state = reduce(state, { type: "command", command: { id: `c${n}`, state: "sent" } });
  equal(state.commands.size, 200);
  equal(state.commands.has("c499"), true);
}

export function phonesStayInOrderWhateverChanges() {
  const phone = (id, extension, extra = {}) => ({ id, extension, is_set_up: true, lines: [], ...extra });
  const change = (phones, gonePhones = []) => ({ type: "resources", phones, gonePhones, calls: [], goneCalls: [] });
  const steps = [
    [[phone("a", "100"), phone("b", "20"), phone("c", "3"), phone("d", "20")], [], "c b d a"],
    [[phone("b", "20", { state: "ringing" })], [], "c b d a"],
    [[phone("b", "200")], [], "c d a b"],
    [[phone("e", "1")], ["d"], "e c a b"],
    [[], ["e", "c"], "a b"],
  ];
  let state = EMPTY;
  for (const [phones, gone, expected] of steps) {
    state = reduce(state, change(phones, gone));
    equal(phonesSetUp(state).map((one) => one.id).join(" "), expected);
  }
}

export function sinceWhenIsKeptWhileAPhoneStaysAsItIs() {
  const phone = (state, last_report) => ({ id: "a", state, last_report, dnd: null, lines: [] });
  const told = (one) => ({ type: "resources", phones: [one], gonePhones: [], calls: [], goneCalls: [] });
  const since = (...actions) => after(actions).since.get("a");
  equal(since(told(phone("idle", "1")), told(phone("idle", "2"))), "1");
  equal(since(told(phone("idle", "1")), told(phone("ringing", "2"))), "2");
  equal(since(told(phone("idle", "1")), { type: "snapshot", snapshot: snapshot("e", [], [phone("idle", "3")]), now: 0 }), "1");
  equal(since(told(phone("idle", "1")), { ...told(phone("idle", "2")), phones: [], gonePhones: ["a"] }), undefined);
}
