// Why a button is grey. The console says what works; this says why the rest does not, in the operator's words.

import { t } from "./i18n.js";

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
