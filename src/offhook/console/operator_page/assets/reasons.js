// Why something does not work, in the operator's words: why a button is grey, what the console's refusals mean, and why a
// command came to nothing.

import { currentLanguage, known, t } from "./i18n.js";

const CONSOLES_LANGUAGE = "en"; // in it the console's own words say more than a code can

// A refusal of the API: {error_id, message}.
export function problemWords({ error_id: code, message }) {
  if (currentLanguage() === CONSOLES_LANGUAGE || !known(keyOf(code))) return message;
  return code === "request-not-valid" ? `${codeWords(code)} (${message})` : codeWords(code);
}

// For codes that come without words, as in the audit.
export const codeWords = (code) => (known(keyOf(code)) ? t(keyOf(code)) : code);

const FAILED_ON_THE_WAY = /^phone-(unreachable|timed-out|broke-off|login-refused|moved|refused)$/;

const keyOf = (code) => `error.${code.replaceAll("-", "_")}`;

// Why a command ended as it did; "" when there is nothing to tell. Commands of older consoles have no code for it: then it
// is told from how the command ended and what the phone answered.
export function reasonWords({ state, reason, reason_id: code, requests }) {
  if (!reason || currentLanguage() === CONSOLES_LANGUAGE) return reason ?? "";
  const last = requests[requests.length - 1];
  if (code) {
    const key = [`reason.${code.replaceAll("-", "_")}`, keyOf(code)].find(known);
    const words = key ? t(key, { status: last?.status ?? "" }) : reason;
    const failed = FAILED_ON_THE_WAY.test(code) && requests.length > 1;
    return failed ? `${words}; ${t("reason.partly", { n: requests.length - 1 })}` : words;
  }
  const end = reasonOf(state, last);
  return end && t(`reason.${end}`, { status: last?.status });
}

function reasonOf(state, last) {
  if (state === "unreachable" || state === "timed_out") return state;
  if (state === "unconfirmed") return last ? "no_report" : "not_sent";
  if (state !== "rejected") return "";
  if (!last) return "not_possible";
  if (last.status === null) return "login";
  return last.status < 300 ? "came_to_nothing" : "answered";
}

// --- grey buttons ----------------------------------------------------------------------------------------------------

// entry: {call, connection}; beside: the phone's other live connections.
export function whyNot(verb, { connection }, phone, me, beside) {
  const standing = whyNotPhone(phone, me);
  if (standing) return standing;
  const { state } = connection;
  const also = (...states) => beside.some((one) => states.includes(one.connection.state));
  if (connection.is_transferring && !["cancel_transfer", "complete_transfer"].includes(verb)) return t("why.transferring");
  if (verb === "complete_transfer") return t("why.targetNotAnswered");
  if (verb === "conference") return t(beside.length ? "why.noPair" : "why.needsTwo");
  if (state === "alerting" && verb !== "answer" && verb !== "reject") return t("why.answerFirst");
  if (state === "initiated" && verb !== "hang_up") return t("why.notAnswered");
  if (state === "held" && ["send_digits", "set_mic"].includes(verb)) return t("why.resumeFirst");
  if (state === "alerting" && also("alerting")) return t("why.severalRing");
  if (beside.length) return t("why.otherCall");
  return t("why.notNow");
}

export function whyNotPhone(phone, me) {
  if (!phone.is_set_up) return t("why.notSetUp");
  if (!me.commands_all_phones && !me.phones.includes(phone.id)) return t("why.notYours");
  if (phone.verbs.length === 0) return t("why.reportsOnly");
  return "";
}

// For what is done with the phone itself rather than with one of its calls.
export function whyNotAtPhone(verb, phone, me, live) {
  const standing = whyNotPhone(phone, me);
  if (standing) return standing;
  if (verb === "set_forwarding") return t("why.forwardKeys");
  if (phone.state === "ringing") return t("why.ringing");
  if (phone.state === "calling") return t("why.calling");
  if (live.length) return t("why.inCall");
  return t("why.notNow");
}
