// What the administrator's parts are put together from.

import { locale, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useEffect, useRef, useState } from "../../ui.js";
import { Dialog } from "../layout.js";
import { useShared } from "../shared.js";

// What the console answers to a question: asked when the part is opened, and whenever an input changes.
export function useAnswer(ask, inputs = []) {
  const [answer, setAnswer] = useState({ value: null, problem: "", isLoading: true });
  const wanted = useRef(0);
  const reload = async () => {
    const asked = (wanted.current += 1);
    try {
      const value = await ask();
      if (asked === wanted.current) setAnswer({ value, problem: "", isLoading: false });
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      if (asked === wanted.current) setAnswer((known) => ({ ...known, problem: wordsOf(error), isLoading: false }));
    }
  };
  useEffect(() => void reload(), inputs);
  return { ...answer, reload };
}

// Does something again and again while it is shown and somebody looks; every 0 ms is never.
export function useEvery(ms, act) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    if (ms === 0) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

export const wordsOf = (error) => (error.status === 0 ? t("outcome.noAnswer") : sentence(error.message));

export const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? "" : "."}`;

export function Loading({ answer }) {
  if (answer.problem) return html`<p class="form-problem" role="alert">${answer.problem}</p>`;
  return answer.isLoading ? html`<p class="empty">${t("do.loading")}</p>` : null;
}

// A form in a dialog: what the console refuses is said above the buttons, and nothing that was typed is lost.
export function FormDialog({ title, word, kind = "", buttonKind = "primary", onSend, onDone, children }) {
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const submit = async (event) => {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    try {
      await onSend(new FormData(event.target));
      onDone();
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setProblem(wordsOf(error));
      setSending(false);
    }
  };
  return html`<${Dialog} title=${title} kind=${kind} onDone=${onDone}>
    <form onSubmit=${submit}>
      ${children}
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      <div class="form-buttons">
        <button class="plain" type="button" onClick=${(event) => event.target.closest("dialog").close()}>${t("do.cancel")}</button>
        <button class=${buttonKind} type="submit" aria-busy=${isSending ? "true" : undefined}>${word}</button>
      </div>
    </form>
  <//>`;
}

// Asks before something is done that cannot be taken back.
export function Sure({ title, word, onSend, onDone, children }) {
  return html`<${FormDialog} title=${title} word=${word} buttonKind="danger" onSend=${onSend} onDone=${onDone}>${children}<//>`;
}

// Shown this once: it cannot be asked for again.
export function SecretDialog({ title, secret, note, onDone }) {
  return html`<${Dialog} title=${title} onDone=${onDone}>
    <p>${note}</p>
    <div class="copy-row"><code class="secret">${secret}</code><${Copy} text=${secret} label=${t("admin.copy")} kind="primary" /></div>
    <div class="form-buttons"><button class="plain" type="button" onClick=${(event) => event.target.closest("dialog").close()}>${t("admin.keptIt")}</button></div>
  <//>`;
}

export function Copy({ text, label, kind = "plain", isShort = false }) {
  const { actions } = useShared();
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return undefined;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [isDone]);
  const copy = async (event) => {
    if (await toClipboard(text, event.currentTarget)) setDone(true);
    else actions.say("warning", t("admin.notCopied"));
  };
  const word = isDone ? t("admin.copied") : label;
  return html`<button class=${isShort ? "round" : kind} type="button" aria-label=${isShort ? word : undefined} title=${isShort ? word : undefined} onClick=${copy}>
    <${Icon} name=${isDone ? "check" : "copy"} />${!isShort && html`<span>${word}</span>`}
  </button>`;
}

// Browsers give pages that came over plain HTTP from elsewhere no clipboard; the old way works there.
async function toClipboard(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    button.after(field); // beside the button: a dialog lets nothing outside it be selected
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    button.focus();
    return isDone;
  }
}

export function Badge({ tone = "quiet", children }) {
  return html`<span class="tag tag-${tone}">${children}</span>`;
}

// A time today without its date.
export function whenWords(text) {
  if (!text) return "";
  const when = new Date(text);
  const isToday = when.toDateString() === new Date().toDateString();
  return isToday ? when.toLocaleTimeString(locale(), { timeStyle: "medium" }) : when.toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}
