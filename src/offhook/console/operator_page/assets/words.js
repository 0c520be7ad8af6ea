// What the page says about states, outcomes and times. Words first, so that colour never carries meaning alone.

import { currentLanguage, known, locale, t } from "./i18n.js";
import { reasonWords } from "./reasons.js";

const word = (area, name) => (known(`${area}.${name}`) ? t(`${area}.${name}`) : name);

export const presenceWord = (state) => word("presence", state);
export const verbWord = (verb) => word("verb", verb);

// "normal", "new_call" and "unknown" tell an operator nothing.
export function causeOf(cause) {
  return known(`cause.${cause}`) ? t(`cause.${cause}`) : "";
}

export function callState(connection) {
  if (connection.is_transferring) return t(connection.state === "held" ? "call.consulting" : "call.transferring");
  switch (connection.state) {
    case "initiated":
      return t(connection.remote.number || connection.remote.uri ? "call.calling" : "call.dialling");
    case "alerting":
    case "connected":
    case "held":
      return t(`call.${connection.state}`);
    case "failed":
      return connection.cause ? t("call.failedBecause", { cause: causeOf(connection.cause) || connection.cause }) : t("call.failed");
    default:
      return t("call.ended");
  }
}

// The best two words for somebody: {name, number}; the name falls back to the number, then to "Unknown number". What the
// console knows of a number goes before what the caller says.
export function partyWords(party, phones) {
  const own = party.phone ? phones.get(party.phone) : undefined;
  const number = party.display || party.number || own?.extension || party.uri;
  const name = party.contact?.name || party.name || own?.name || "";
  if (name && name !== number) return { name, number };
  return { name: number || t("party.unknown"), number: "" };
}

export function phoneWords(id, phones) {
  const phone = phones.get(id);
  if (!phone) return { name: id, number: "" };
  return { name: phone.name, number: phone.extension === phone.name ? "" : phone.extension };
}

export function registration(lines) {
  if (lines.length === 0) return { tone: "quiet", text: t("line.none") };
  const count = (state) => lines.filter((line) => line.state === state).length;
  const good = count("registered");
  const state = count("failed") ? "failed" : good === lines.length ? "registered" : "unregistered";
  const text = t(`line.${state}`);
  const isOne = lines.length === 1;
  return {
    tone: state === "registered" ? "good" : "bad",
    text: isOne ? text : t("line.count", { state: text, good, all: lines.length }),
  };
}

// --- honesty ---------------------------------------------------------------------------------------------------------

// Why what is shown of a call may be wrong; "" when nothing speaks against it.
export function doubtOf(connection) {
  if (connection.is_uncertain) return known(`doubt.${connection.doubt}`) ? t(`doubt.${connection.doubt}`) : t("doubt.other");
  return connection.confidence < 1 ? t("doubt.which") : "";
}

// Which of a phone's facts may be wrong, in one sentence; "" when none.
export function doubtsOf(phone) {
  const parts = (phone.doubts ?? []).map((doubt) => doubt.split(/[.:]/)[0]);
  const words = Array.from(new Set(parts), (part) => (known(`doubts.${part}`) ? t(`doubts.${part}`) : part));
  return words.length ? t("doubts.sure", { what: listed(words) }) : "";
}

export function listed(words) {
  return new Intl.ListFormat(currentLanguage(), { type: "conjunction" }).format(words);
}

// --- outcomes --------------------------------------------------------------------------------------------------------

// No report in the document could prove them.
const KEYS = ["press_keys", "press_line", "press_dss", "press_soft", "navigate"];
const NO_PROOF_EXISTS = new Set([...KEYS, "send_digits", "set_mic", "change_volume", "set_audio_path"]);

// What was wished for, in a word or two: "Hold", "Line key L2".
export function attemptWords({ verb, what }) {
  return what ? `${verbWord(verb)} ${what}` : verbWord(verb);
}

// {tone, text, fades}: tone is pending, good, info, warning or bad; what does not fade waits to be dismissed.
export function outcome(attempt) {
  const { command, problem } = attempt;
  if (problem?.status === 0) return outcomeOf("bad", t("outcome.noAnswer"));
  if (problem) return outcomeOf("bad", sentence(t("outcome.notPossible", { reason: problem.message })));
  if (!command) return outcomeOf("pending", t("outcome.sending"));
  const reason = reasonWords(command);
  switch (command.state) {
    case "queued":
    case "sent":
    case "acknowledged":
      return outcomeOf("pending", t(`outcome.${command.state}`));
    case "confirmed":
      return outcomeOf("good", obeyed(command), true);
    case "unconfirmed":
      if (attempt.verb === "provision") return outcomeOf("info", t("outcome.looksForUpdate"), true);
      if (NO_PROOF_EXISTS.has(attempt.verb)) return outcomeOf("info", t("outcome.noProof"), true);
      return outcomeOf("warning", sentence(reason ? t("outcome.unconfirmed", { reason }) : t("outcome.unconfirmedPlain")));
    case "rejected":
      return outcomeOf("bad", sentence(reason ? t("outcome.rejected", { reason }) : t("outcome.rejectedPlain")));
    case "timed_out":
    case "unreachable":
      return outcomeOf("bad", sentence(reason || t(`outcome.${command.state}`)));
    default:
      return outcomeOf("warning", sentence(`${command.state}${reason ? `: ${reason}` : ""}`));
  }
}

function outcomeOf(tone, text, fades = false) {
  return { tone, text, fades };
}

function obeyed(command) {
  if (command.round_trip_ms === null || command.round_trip_ms === undefined) return reasonWords(command) || t("outcome.already");
  return t("outcome.obeyed", { ms: Math.round(command.round_trip_ms) });
}

function sentence(text) {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

// --- times -----------------------------------------------------------------------------------------------------------

export function duration(fromMs, toMs) {
  const seconds = Math.max(0, Math.floor((toMs - fromMs) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const formats = new Map();

// Making a format takes longer than using it a thousand times.
function format(options) {
  const key = `${locale()} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), options));
  return formats.get(key);
}

export function clockTime(ms, hasSeconds = true) {
  return format({ hour: "2-digit", minute: "2-digit", ...(hasSeconds && { second: "2-digit" }) }).format(ms);
}

// "" for today.
export function dayBefore(ms, nowMs) {
  const day = new Date(ms);
  if (day.toDateString() === new Date(nowMs).toDateString()) return "";
  return format({ weekday: "short", day: "numeric", month: "short" }).format(day);
}
