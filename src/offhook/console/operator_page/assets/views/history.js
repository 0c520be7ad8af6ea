// Every call that is over, at the phones one may see: searched, filtered, noted on, called back.

import { api } from "../api.js";
import { Action } from "../components/action.js";
import { Direction } from "../components/call_list.js";
import { Choice, Empty } from "../components/layout.js";
import { NoteBox, noteOf } from "../components/note_box.js";
import { Outcomes } from "../components/outcome.js";
import { useShared } from "../components/shared.js";
import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { replace } from "../router.js";
import { useShortcut } from "../shortcuts.js";
import { deskPhones } from "../store.js";
import { html, useEffect, useRef, useState } from "../ui.js";
import { causeOf, clockTime, dayBefore, duration, partyWords } from "../words.js";
import { dialable } from "../numbers.js";

const PAGE = 50;
const TYPING_PAUSE_MS = 200;
const GATHER_MS = 150; // the reports of one end arrive a few milliseconds apart
const CHANGES = new Set(["call.connection_cleared", "call.missed", "call.annotated", "call.transferred"]);
const SHOWN = { all: {}, missed: { missed: true }, incoming: { direction: "incoming" }, outgoing: { direction: "outgoing" } };

export function View({ state, route }) {
  const { actions, store } = useShared();
  const [text, setText] = useState(route.query.get("search") ?? "");
  const [shown, setShown] = useState(route.query.get("shown") ?? "all");
  const [page, setPage] = useState({ entries: [], next: null, state: "loading" });
  const search = useRef(null);
  const wanted = useRef(0);
  useShortcut("/", t("history.search"), () => search.current.focus());

  const load = async (before = null) => {
    const filters = { limit: PAGE, ...(SHOWN[shown] ?? {}), ...(text.trim() && { search: text.trim() }), ...(before && { before }) };
    const asked = (wanted.current += 1);
    try {
      const found = await api.history(filters);
      if (asked !== wanted.current) return; // something newer was asked meanwhile
      setPage((known) => ({ entries: before ? [...known.entries, ...found.entries] : found.entries, next: found.next, state: "ready" }));
      if (!before) actions.sawMissed();
    } catch {
      if (asked === wanted.current) setPage((known) => ({ ...known, state: "failed" }));
    }
  };
  const newest = useRef(load);
  newest.current = load;
  useEffect(() => {
    replace("history", { ...(shown !== "all" && { shown }), ...(text.trim() && { search: text.trim() }) });
    const timer = setTimeout(() => newest.current(), text ? TYPING_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text, shown]);
  useEffect(() => {
    let timer = null;
    const stop = store.onEvent((envelope) => {
      if (!CHANGES.has(envelope.type)) return;
      clearTimeout(timer);
      timer = setTimeout(() => newest.current(), GATHER_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);

  const desk = deskPhones(state);
  return html`<div class="toolbar">
      <label class="search">
        <${Icon} name="search" /><span class="visually-hidden">${t("history.search")}</span>
        <input type="search" ref=${search} placeholder=${t("history.searchHint")} value=${text} onInput=${(event) => setText(event.target.value)} />
      </label>
      <${Choice} label=${t("history.show")} isPlain=${true} options=${Object.keys(SHOWN).map((key) => [key, t(`history.${key}`)])} value=${shown} onChange=${setShown} />
    </div>
    ${page.state === "failed" && html`<p class="form-problem" role="alert">${t("calls.failed")}</p>`}
    ${page.entries.length === 0 && page.state !== "failed" && html`<${Nothing} isLoading=${page.state === "loading"} isSearched=${text.trim() || shown !== "all"} />`}
    ${page.entries.length > 0 &&
    html`<ol class="call-list history" aria-label=${t("nav.history")}>
      ${page.entries.map(
        (entry) => html`<${Entry} key=${entry.id} entry=${entry} state=${state} desk=${desk}
          attempts=${state.attempts.filter((one) => one.place === `row/${entry.id}`)} />`,
      )}
    </ol>`}
    ${page.next && html`<button class="plain more" type="button" onClick=${() => load(page.next)}>${t("do.loadMore")}</button>`}`;
}

function Nothing({ isLoading, isSearched }) {
  if (isLoading) return html`<p class="empty">${t("calls.loading")}</p>`;
  if (isSearched) return html`<${Empty} title=${t("history.noMatch")}>${t("history.noMatchNote")}<//>`;
  return html`<${Empty} title=${t("calls.none")}>${t("calls.noneNote")}<//>`;
}

function Entry({ entry, state, desk, attempts }) {
  const { actions } = useShared();
  const [isNoting, setNoting] = useState(false);
  const { phones, me } = state;
  const party = partyWords(entry.remote, phones);
  const from = desk.find((phone) => phone.id === entry.phone) ?? desk[0];
  const number = dialable(entry.remote.number || entry.remote.uri);
  const began = Date.parse(entry.began);
  const day = dayBefore(began, Date.now());
  const isMine = desk.some((phone) => phone.id === entry.phone);
  return html`<li class="row history-row${entry.is_missed ? " is-missed" : ""}">
    <time class="row-time" datetime=${entry.began}>${clockTime(began, false)}${day && html`<small>${day}</small>`}</time>
    <div class="row-parties">
      <span class="side">
        <${Direction} direction=${entry.direction} kind=${entry.is_missed ? "missed" : entry.direction} />
        <span class="side-name" title=${party.name}>${party.name}</span>
        ${party.number && html`<span class="side-number">${party.number}</span>`}
      </span>
      ${(desk.length !== 1 || !isMine) && html`<span class="row-at">${t("history.at", { phone: entry.phone_name })}</span>`}
      ${entry.is_uncertain && html`<span class="doubt-mark" title=${t("doubt.unreported")}>${t("doubts.mark")}</span>`}
    </div>
    <p class="row-result result-${entry.is_missed ? "missed" : entry.answered ? "good" : "quiet"}">${resultOf(entry)}</p>
    <p class="row-cause">${causeOf(entry.cause)}</p>
    <div class="row-back">
      <${Action} icon="note" text=${t("history.noteOn", { name: party.name })} kind="round" isLabelHidden=${true} aria-expanded=${String(isNoting)} onClick=${() => setNoting(!isNoting)} />
      <${Action} icon="handset" text=${t("calls.callBackName", { number: party.number || party.name, from: from?.extension || from?.name || "" })} kind="round call-round" isLabelHidden=${true}
        why=${!from ? t("desk.notMine") : !number ? t("why.noNumber") : from.verbs.includes("dial") ? "" : t("why.notNow")}
        onClick=${() => actions.dial(from, number, `row/${entry.id}`)} />
    </div>
    ${(entry.notes.length > 0 || isNoting || attempts.length > 0) &&
    html`<div class="row-more">
      ${!isNoting && entry.notes.map((note) => html`<${Note} key=${note.by} note=${note} isMine=${note === noteOf(entry, me)} />`)}
      ${isNoting && html`<${NoteBox} call=${{ call: entry.call, notes: entry.notes }} onDone=${() => setNoting(false)} />`}
      <${Outcomes} attempts=${attempts} />
    </div>`}
  </li>`;
}

function Note({ note, isMine }) {
  return html`<p class="note-written">
    <${Icon} name="note" />
    <span>${note.outcome && html`<b>${note.outcome}</b>`} ${note.text}${!isMine && html` <small>${note.by.replace(/^user:/, "")}</small>`}</span>
  </p>`;
}

function resultOf(entry) {
  if (entry.talk_s !== null) return t("calls.answered", { time: duration(0, entry.talk_s * 1000) });
  if (entry.is_missed) return t("history.missedAfter", { time: duration(0, (entry.ring_s ?? 0) * 1000) });
  return t("calls.notAnswered");
}
