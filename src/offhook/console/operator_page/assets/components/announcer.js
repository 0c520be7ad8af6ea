// Tells screen readers what the eye is drawn to: incoming calls at once, outcomes when there is a pause.

import { t } from "../i18n.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { attemptWords, outcome, partyWords, phoneWords } from "../words.js";

export function Announcer({ live, phones, attempts }) {
  return html`<div class="visually-hidden">
    <p role="alert" aria-label=${t("call.alerting")}>${useIncoming(live, phones)}</p>
    <p role="status" aria-label=${t("announce.outcome")}>${useOutcome(attempts)}</p>
  </div>`;
}

function useIncoming(live, phones) {
  const rung = useRef(new Set());
  const [text, setText] = useState("");
  useEffect(() => {
    const ringing = Array.from(live.values()).flat().filter(({ connection }) => connection.state === "alerting");
    const fresh = ringing.filter(({ connection }) => !rung.current.has(connection.id));
    rung.current = new Set(ringing.map(({ connection }) => connection.id));
    if (fresh.length) setText(fresh.map(({ connection }) => incoming(connection, phones)).join(". "));
    else if (ringing.length === 0) setText("");
  }, [live]);
  return text;
}

function incoming(connection, phones) {
  const caller = partyWords(connection.remote, phones);
  return t("announce.incoming", { phone: phoneWords(connection.phone, phones).name, caller: `${caller.name} ${caller.number}`.trim() });
}

function useOutcome(attempts) {
  const [text, setText] = useState("");
  useEffect(() => {
    const last = attempts[attempts.length - 1];
    if (last) setText(`${attemptWords(last)}: ${outcome(last).text}`);
  }, [attempts]);
  return text;
}
