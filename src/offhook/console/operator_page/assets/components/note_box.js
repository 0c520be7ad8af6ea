// What the user has to say about a call: an outcome, and words. Each user has one note on a call.

import { api } from "../api.js";
import { t } from "../i18n.js";
import { html, useEffect, useId, useRef, useState } from "../ui.js";
import { useShared } from "./shared.js";

export function noteOf(call, me) {
  return call.notes?.find((note) => note.by === `user:${me.name}`);
}

export function NoteBox({ call, onDone }) {
  const { actions, me } = useShared();
  const written = noteOf(call, me);
  const [text, setText] = useState(written?.text ?? "");
  const [outcome, setOutcome] = useState(written?.outcome ?? "");
  const [outcomes, setOutcomes] = useState([]);
  const first = useRef(null);
  const id = useId();
  useEffect(() => {
    first.current.focus({ preventScroll: true });
    api.outcomes().then(setOutcomes, () => {}); // without them one types
  }, []);
  const save = async (event) => {
    event.preventDefault();
    if (await actions.annotate(call.id ?? call.call, text.trim(), outcome.trim())) {
      actions.say("good", t("note.saved"));
      onDone();
    }
  };
  const onKeyDown = (event) => {
    if (event.key === "Escape") onDone();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  };
  return html`<form class="note-box" aria-label=${t("note.title")} onSubmit=${save} onKeyDown=${onKeyDown}>
    <label for=${`${id}-text`}>${t("note.text")}</label>
    <textarea id=${`${id}-text`} rows="2" maxlength="4000" ref=${first} value=${text} onInput=${(event) => setText(event.target.value)}></textarea>
    <label for=${`${id}-outcome`}>${t("note.outcome")}</label>
    <input id=${`${id}-outcome`} list=${`${id}-outcomes`} maxlength="64" autocomplete="off" value=${outcome} onInput=${(event) => setOutcome(event.target.value)} />
    <datalist id=${`${id}-outcomes`}>${outcomes.map((one) => html`<option key=${one} value=${one}></option>`)}</datalist>
    <div class="form-buttons">
      <button class="plain" type="button" onClick=${onDone}>${t("do.cancel")}</button>
      <button class="primary" type="submit">${t("do.save")}</button>
    </div>
  </form>`;
}
