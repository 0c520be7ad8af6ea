// Calls by hour: stacked columns, and the same as a table for those who cannot see or want the numbers.

import { locale, t } from "../../i18n.js";
import { html } from "../../ui.js";
import { hoursShown } from "./figures.js";

const PARTS = ["answered", "missed", "outgoing"];
const LINES = 4;

export function HourChart({ rows }) {
  const hours = hoursShown(rows);
  const most = niceTop(Math.max(1, ...hours.map((row) => row.answered + row.missed + row.outgoing)));
  const ticks = Array.from({ length: LINES + 1 }, (_, index) => Math.round((most * (LINES - index)) / LINES));
  return html`<div class="panel">
    <ul class="legend" aria-hidden="true">
      ${PARTS.map((part) => html`<li key=${part}><span class="swatch bar-${part}"></span>${t(`wallboard.${part}`)}</li>`)}
    </ul>
    <div class="chart" aria-hidden="true">
      <div class="chart-scale">${ticks.map((tick, index) => html`<span key=${index}>${tick}</span>`)}</div>
      <div class="chart-hours">
        ${hours.map((row) => html`<${Hour} key=${row.key} row=${row} most=${most} />`)}
      </div>
    </div>
    <details class="chart-table">
      <summary>${t("wallboard.table")}</summary>
      <div class="scroll" tabindex="0" role="group" aria-label=${t("wallboard.table")}>
        <table class="tally">
          <thead><tr><th scope="col">${t("wallboard.hour")}</th>${PARTS.map((part) => html`<th key=${part} scope="col">${t(`wallboard.${part}`)}</th>`)}</tr></thead>
          <tbody>${hours.map((row) => html`<tr key=${row.key}><th scope="row">${hourWord(row)}</th>${PARTS.map((part) => html`<td key=${part}>${row[part]}</td>`)}</tr>`)}</tbody>
        </table>
      </div>
    </details>
  </div>`;
}

function Hour({ row, most }) {
  const words = t("wallboard.hourWords", { hour: hourWord(row), answered: row.answered, missed: row.missed, outgoing: row.outgoing });
  return html`<div class="hour" title=${words}>
    <div class="hour-bars">
      ${PARTS.map((part) => row[part] > 0 && html`<span key=${part} class="bar bar-${part}" style=${{ height: `${(100 * row[part]) / most}%` }}></span>`)}
    </div>
    <span class="hour-name">${hourWord(row)}</span>
  </div>`;
}

function hourWord(row) {
  return new Intl.DateTimeFormat(locale(), { hour: "numeric" }).format(new Date(row.key));
}

// A scale that ends at a number which its four parts divide well: 4, 8, 12, 16, 20, 24, 32, 40, 80, 120 …
function niceTop(most) {
  for (let step = 1; ; step *= 10) for (const top of [4, 8, 12, 16, 20, 24, 32]) if (most <= top * step) return top * step;
}
