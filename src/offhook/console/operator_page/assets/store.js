// What the page knows, and the only function that changes it: reduce(state, action) -> state. No I/O, no clock.
//
// Phones, calls and commands are the API's own resources, untouched. An attempt is one click of the operator and the
// command that came of it; it is what the feedback beside a button shows.

import { keptOrder } from "./kept_order.js";

export const EMPTY = Object.freeze({
  link: "starting", // starting, live, away
  awaySince: null, // local ms
  clockAheadMs: 0, // the console's clock minus ours
  epoch: null,
  phones: new Map(),
  calls: new Map(), // live ones, and those of the call list
  history: Object.freeze({ state: "loading", hasMore: false }), // loading, ready, failed
  commands: new Map(), // progress of commands whose answer has not come back yet
  attempts: Object.freeze([]),
  toasts: Object.freeze([]), // {id, tone, text}
  since: new Map(), // phone id -> when its state was first seen to be what it is
  missed: 0, // missed calls that one has not seen
  me: null,
  language: "en",
});

const KEPT_COMMANDS = 200;
const MOST_TOASTS = 4;
const PROGRESS = ["queued", "sent", "acknowledged"];

const reducers = {
  link(state, { link, now }) {
    if (link === state.link) return state;
    return { ...state, link, awaySince: link === "away" ? now : null };
  },

  snapshot(state, { snapshot, now }) {
    const isSameJournal = snapshot.epoch === state.epoch;
    const calls = new Map();
    if (isSameJournal) for (const call of state.calls.values()) if (!call.is_live) calls.set(call.id, call);
    for (const call of snapshot.calls) calls.set(call.id, call);
    const clockAheadMs = Date.parse(snapshot.time) - now;
    const phones = new Map(snapshot.phones.map((phone) => [phone.id, phone]));
    const since = new Map(snapshot.phones.map((phone) => [phone.id, sinceOf(state, phone)]));
    return { ...state, epoch: snapshot.epoch, phones, since, calls, clockAheadMs: clockAheadMs || 0 };
  },

  resources(state, { phones, gonePhones, calls, goneCalls }) {
    const since = new Map(state.since);
    for (const phone of phones) since.set(phone.id, sinceOf(state, phone));
    for (const id of gonePhones) since.delete(id);
    return {
      ...state,
      phones: merged(state.phones, phones, gonePhones),
      since,
      calls: merged(state.calls, calls, goneCalls),
    };
  },

  // The first page replaces what was listed: between it and older entries there may be calls we never heard of.
  history(state, { calls, isFirst, hasMore }) {
    const known = new Map(state.calls);
    const oldest = calls.length ? calls[calls.length - 1].began : "";
    if (isFirst) for (const call of state.calls.values()) if (!call.is_live && call.began < oldest) known.delete(call.id);
    return { ...state, calls: merged(known, calls, []), history: { state: "ready", hasMore } };
  },

  historyState(state, { historyState }) {
    return { ...state, history: { ...state.history, state: historyState } };
  },

  me(state, { me }) {
    return { ...state, me };
  },

  language(state, { language }) {
    return { ...state, language };
  },

  missed(state, { count }) {
    return { ...state, missed: count };
  },

  toast(state, { toast }) {
    return { ...state, toasts: [...state.toasts.slice(1 - MOST_TOASTS), toast] };
  },

  closeToast(state, { id }) {
    return { ...state, toasts: state.toasts.filter((one) => one.id !== id) };
  },

  attempt(state, { attempt }) {
    const others = state.attempts.filter((one) => one.place !== attempt.place || one.verb !== attempt.verb);
    return { ...state, attempts: [...others, { ...attempt, command: null, problem: null }] };
  },

  accepted(state, { id, command }) {
    const progress = state.commands.get(command.id);
    return withAttempt(state, id, { command: progress ? further(command, progress) : command });
  },

  refused(state, { id, problem }) {
    return withAttempt(state, id, { problem });
  },

  dismiss(state, { id }) {
    return { ...state, attempts: state.attempts.filter((one) => one.id !== id) };
  },

  command(state, { command }) {
    const commands = new Map(state.commands);
    commands.delete(command.id);
    commands.set(command.id, command);
    if (commands.size > KEPT_COMMANDS) commands.delete(commands.keys().next().value);
    const attempts = state.attempts.map((one) =>
      one.command?.id === command.id ? { ...one, command: further(one.command, command) } : one,
    );
    return { ...state, commands, attempts };
  },
};

export function reduce(state, action) {
  return reducers[action.type](state, action);
}

// The console says what a phone does, not since when: its last report is when it last changed, unless we saw it since.
function sinceOf(state, phone) {
  const before = state.phones.get(phone.id);
  const isSame = before && presenceOf(before) === presenceOf(phone);
  return (isSame && state.since.get(phone.id)) || phone.last_report;
}

function merged(map, found, gone) {
  const next = new Map(map);
  for (const one of found) next.set(one.id, one);
  for (const id of gone) next.delete(id);
  return next;
}

function withAttempt(state, id, change) {
  return { ...state, attempts: state.attempts.map((one) => (one.id === id ? { ...one, ...change } : one)) };
}

// Answers and events about one command overtake each other; a command never goes back.
function further(known, heard) {
  return progressOf(heard) >= progressOf(known) ? heard : known;
}

function progressOf(command) {
  const step = PROGRESS.indexOf(command.state);
  return step === -1 ? PROGRESS.length : step;
}

export function isFinal(command) {
  return !PROGRESS.includes(command.state);
}

// --- questions -------------------------------------------------------------------------------------------------------

export function phonesSetUp(state) {
  return sortedPhones(state).filter((phone) => phone.is_set_up);
}

export function phonesSeen(state) {
  return sortedPhones(state).filter((phone) => !phone.is_set_up);
}

const byExtension = keptOrder((phone) => phone.extension);

function sortedPhones(state) {
  return byExtension(state.phones);
}

// phone id -> [{call, connection}] of what goes on there, oldest first.
export function liveByPhone(state) {
  const live = new Map();
  for (const call of state.calls.values()) {
    if (!call.is_live) continue;
    for (const connection of call.connections) {
      if (connection.ended !== null || connection.state === "null") continue;
      if (!live.has(connection.phone)) live.set(connection.phone, []);
      live.get(connection.phone).push({ call, connection });
    }
  }
  for (const entries of live.values()) entries.sort((a, b) => compare(a.connection.began, b.connection.began));
  return live;
}

export function pastCalls(state) {
  const past = Array.from(state.calls.values()).filter((call) => !call.is_live);
  return past.sort((a, b) => compare(b.began, a.began) || compare(b.id, a.id));
}

// The phones somebody works at: the own ones; all of them for who has none and may work each, or wants it so.
export function deskPhones(state, showsAll = false) {
  const { me } = state;
  const own = new Set(me.phones);
  const all = phonesSetUp(state);
  const mine = all.filter((phone) => own.has(phone.id));
  return me.commands_all_phones && (showsAll || mine.length === 0) ? all : mine;
}

// How a phone stands for those who look for somebody: do-not-disturb and a lost registration go before "idle".
export function presenceOf(phone) {
  if (phone.state !== "idle" && phone.state !== "unknown") return phone.state;
  if (phone.dnd === true) return "dnd";
  if (phone.lines.length > 0 && phone.lines.every((line) => line.state !== "registered")) return "away";
  return phone.state;
}

function compare(one, other) {
  return one < other ? -1 : one > other ? 1 : 0;
}

// Phones that an event may have changed: its own, and those that share the call.
export function touchedBy(state, envelope) {
  const phones = new Set(envelope.phone ? [envelope.phone] : []);
  const call = state.calls.get(envelope.call);
  if (call) for (const connection of call.connections) phones.add(connection.phone);
  return phones;
}

export function liveAt(state, phone) {
  const live = Array.from(state.calls.values()).filter((call) => call.is_live);
  return live.filter((call) => call.connections.some((one) => one.phone === phone)).map((call) => call.id);
}

// Live calls that a snapshot no longer has: they ended while nobody told us.
export function endedUnheard(state, snapshot) {
  const listed = new Set(snapshot.calls.map((call) => call.id));
  return Array.from(state.calls.values()).some((call) => call.is_live && !listed.has(call.id));
}

// --- the store -------------------------------------------------------------------------------------------------------

export class Store {
  #state = EMPTY;
  #listeners = new Set();
  #eventListeners = new Set();

  get state() {
    return this.#state;
  }

  dispatch(action) {
    const next = reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener(next);
  }

  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // For views that show events themselves: each envelope of the feed, as it came.
  onEvent(listener) {
    this.#eventListeners.add(listener);
    return () => this.#eventListeners.delete(listener);
  }

  publish(envelope) {
    for (const listener of this.#eventListeners) listener(envelope);
  }
}
