// Who is doing what now, and what was handled today: for the wall, and for whoever looks after a group.

import { Choice, Section } from "../components/layout.js";
import { boardState, countStates, dayQuery, today } from "../components/wallboard/figures.js";
import { HourChart } from "../components/wallboard/hour_chart.js";
import { PresenceBoard } from "../components/wallboard/presence_board.js";
import { TallyTable } from "../components/wallboard/tally_table.js";
import { DayTiles, NowTiles } from "../components/wallboard/tiles.js";
import { useFigures, useGroups } from "../components/wallboard/use_figures.js";
import { locale, t } from "../i18n.js";
import { Icon } from "../icons.js";
import { replace } from "../router.js";
import { phonesSetUp } from "../store.js";
import { html, useId, useMemo, useRef } from "../ui.js";

const BY = ["user", "group", "phone"];
const WITHIN = [10, 15, 20, 30, 60];

export function View({ state, live, route }) {
  const wish = readWish(route.query);
  const wall = useRef(null);
  const news = useMemo(() => JSON.stringify(countStates(phonesSetUp(state))), [state.phones]);
  const { figures, hasFailed } = useFigures(wish, news);
  const phones = useMemo(() => phonesOf(state, figures, wish.group), [state.phones, figures, wish.group]);
  const counts = useMemo(() => countStates(phones), [phones]);
  const seats = useMemo(() => phones.filter((phone) => boardState(phone) !== "unknown"), [phones]);
  const title = t(`wallboard.rows.${wish.by}`);
  return html`<div class="wallboard" ref=${wall}>
    <${Filters} wish=${wish} onFullScreen=${() => wall.current.requestFullscreen?.()} />
    ${hasFailed && html`<p class="form-problem" role="alert">${t("wallboard.failed")}</p>`}
    <${Section} title=${t("wallboard.now")}><${NowTiles} counts=${counts} /><//>
    ${figures &&
    html`<${Section} title=${dayTitle(wish.day)}><${DayTiles} total=${figures.rows.total} within=${wish.within} /><//>`}
    <${Section} title=${t("wallboard.board")}><${PresenceBoard} phones=${seats} since=${state.since} live=${live} /><//>
    ${figures &&
    html`<${Section} title=${t("wallboard.hours")}><${HourChart} rows=${figures.hours.rows} /><//>
      <${Section} title=${title} actions=${html`<a class="button" href=${exportLink(wish)} download><${Icon} name="down" />${t("wallboard.export")}</a>`}>
        <${TallyTable} rows=${figures.rows.rows} total=${figures.rows.total} title=${title} />
      <//>`}
  </div>`;
}

// What was asked for stands in the address, so that a wall shows the same after a restart.
function readWish(query) {
  const one = (name, known, otherwise) => (known.includes(query.get(name)) ? query.get(name) : otherwise);
  const day = query.get("day") ?? "";
  return {
    by: one("by", BY, "user"),
    group: query.get("group"),
    within: Number(one("within", WITHIN.map(String), "20")),
    day: /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : today(),
  };
}

function choose(wish, change) {
  const next = { ...wish, ...change };
  const query = { by: next.by, within: next.within };
  if (next.group !== null) query.group = next.group;
  if (next.day !== today()) query.day = next.day;
  replace("wallboard", query);
}

function phonesOf(state, figures, group) {
  const all = phonesSetUp(state);
  if (group === null) return all;
  const members = new Set(figures?.phones.rows.map((row) => row.key));
  return all.filter((phone) => members.has(phone.id));
}

function dayTitle(day) {
  if (day === today()) return t("wallboard.handledToday");
  const words = new Intl.DateTimeFormat(locale(), { dateStyle: "full" }).format(new Date(`${day}T12:00:00`));
  return t("wallboard.handledOn", { day: words });
}

function exportLink({ by, group, day, within }) {
  const query = { ...dayQuery(day), by, within_s: within, ...(group === null ? {} : { group }) };
  return `/api/v1/statistics/export?${new URLSearchParams(query)}`;
}

function Filters({ wish, onFullScreen }) {
  const groups = useGroups();
  const ids = { group: useId(), day: useId(), within: useId() };
  const known = wish.group === null || groups.includes(wish.group) ? groups : [...groups, wish.group];
  return html`<form class="filters" aria-label=${t("wallboard.filters")} onSubmit=${(event) => event.preventDefault()}>
    <div class="field">
      <label for=${ids.group}>${t("wallboard.group")}</label>
      <select id=${ids.group} value=${wish.group ?? ""} onChange=${(event) => choose(wish, { group: event.target.value || null })}>
        <option value="">${t("wallboard.everybody")}</option>
        ${known.map((group) => html`<option key=${group} value=${group}>${group}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for=${ids.day}>${t("wallboard.day")}</label>
      <input id=${ids.day} type="date" value=${wish.day} max=${today()} onChange=${(event) => choose(wish, { day: event.target.value || today() })} />
    </div>
    <div class="field">
      <label for=${ids.within}>${t("wallboard.within")}</label>
      <select id=${ids.within} value=${String(wish.within)} onChange=${(event) => choose(wish, { within: Number(event.target.value) })}>
        ${WITHIN.map((n) => html`<option key=${n} value=${String(n)}>${t("wallboard.seconds", { n })}</option>`)}
      </select>
    </div>
    <${Choice} label=${t("wallboard.by")} options=${BY.map((by) => [by, t(`wallboard.by.${by}`)])} value=${wish.by} onChange=${(by) => choose(wish, { by })} />
    <button type="button" class="filters-end" onClick=${onFullScreen}><${Icon} name="open" />${t("wallboard.fullScreen")}</button>
  </form>`;
}
