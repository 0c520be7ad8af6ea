// Who did what, when, from where, and how it went.

import { ask } from "../../api.js";
import { locale, t } from "../../i18n.js";
import { codeWords } from "../../reasons.js";
import { html, useEffect, useRef, useState } from "../../ui.js";
import { Empty, Field, Section } from "../layout.js";
import { Badge, wordsOf } from "./parts.js";

const PAGE = 50;
const TYPING_PAUSE_MS = 250;
const NOTHING = { by: "", what: "", after: "", until: "" };

export function Part() {
  const [filters, setFilters] = useState(NOTHING);
  const [list, setList] = useState({ entries: [], hasMore: false, problem: "", isLoading: true });
  const wanted = useRef(0);
  const set = (name) => (event) => setFilters({ ...filters, [name]: event.target.value });

  const load = async (before = null) => {
    const asked = (wanted.current += 1);
    try {
      const found = await ask("GET", `/audit?${queryOf(filters, before)}`);
      if (asked === wanted.current) setList((known) => ({ entries: before ? [...known.entries, ...found] : found, hasMore: found.length === PAGE, problem: "", isLoading: false }));
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      if (asked === wanted.current) setList((known) => ({ ...known, problem: wordsOf(error), isLoading: false }));
    }
  };
  useEffect(() => {
    const timer = setTimeout(load, filters === NOTHING ? 0 : TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [filters]);

  const last = list.entries[list.entries.length - 1];
  return html`<${Section} title=${t("admin.audit")} note=${t("admin.audit.note")}>
    <form class="audit-filters" onSubmit=${(event) => event.preventDefault()}>
      <${Field} label=${t("admin.audit.by")} placeholder="user:anna" maxlength="128" value=${filters.by} onInput=${set("by")} />
      <${Field} label=${t("admin.audit.what")} placeholder="createUser" maxlength="64" value=${filters.what} onInput=${set("what")} />
      <${Field} label=${t("admin.audit.from")} type="date" value=${filters.after} onInput=${set("after")} />
      <${Field} label=${t("admin.audit.to")} type="date" value=${filters.until} onInput=${set("until")} />
      <button class="plain" type="button" onClick=${() => setFilters(NOTHING)}>${t("admin.audit.all")}</button>
    </form>
    ${list.problem && html`<p class="form-problem" role="alert">${list.problem}</p>`}
    ${list.entries.length === 0 && !list.problem && html`<${Empty} title=${t(list.isLoading ? "do.loading" : "admin.noMatch")} />`}
    ${list.entries.length > 0 &&
    html`<div class="table-room" tabindex="0" role="group" aria-label=${t("admin.audit")}>
      <table class="audit">
        <thead><tr>${["when", "by", "what", "target", "outcome"].map((key) => html`<th key=${key} scope="col">${t(`admin.audit.${key}`)}</th>`)}</tr></thead>
        <tbody>${list.entries.map((entry) => html`<${Row} key=${entry.number} entry=${entry} />`)}</tbody>
      </table>
    </div>`}
    ${list.hasMore && last && html`<button class="plain more" type="button" onClick=${() => load(last.number)}>${t("do.loadMore")}</button>`}
  <//>`;
}

function Row({ entry }) {
  const isDone = entry.outcome === "done" || entry.outcome === "accepted";
  const detail = Object.entries(entry.detail).map(([key, value]) => `${key}: ${Array.isArray(value) ? value.join(", ") : value}`);
  return html`<tr>
    <td><time datetime=${entry.time}>${new Date(entry.time).toLocaleString(locale(), { dateStyle: "short", timeStyle: "medium" })}</time></td>
    <td>${entry.by}${entry.address && html`<small>${entry.address}</small>`}</td>
    <td><code>${entry.what}</code></td>
    <td class="audit-target">${entry.target.replace("/api/v1", "")}${detail.length > 0 && html`<small>${detail.join(" · ")}</small>`}</td>
    <td><${Badge} tone=${isDone ? "good" : "bad"}>${t(isDone ? `admin.audit.${entry.outcome}` : "admin.audit.refused")}<//>${!isDone && html`<small title=${entry.outcome}>${codeWords(entry.outcome)}</small>`}</td>
  </tr>`;
}

// Whole days of the browser's own time.
function queryOf(filters, before) {
  const query = new URLSearchParams({ limit: PAGE });
  if (filters.by.trim()) query.set("by", filters.by.trim());
  if (filters.what.trim()) query.set("what", filters.what.trim());
  if (filters.after) query.set("after", midnight(filters.after, 0));
  if (filters.until) query.set("until", midnight(filters.until, 1));
  if (before) query.set("before", before);
  return query;
}

function midnight(day, more) {
  const [year, month, date] = day.split("-").map(Number);
  return new Date(year, month - 1, date + more).toISOString();
}
