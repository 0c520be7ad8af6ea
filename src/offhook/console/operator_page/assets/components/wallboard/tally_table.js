// One row a person, group or phone; sorted by the column that was chosen.

import { t } from "../../i18n.js";
import { html, useState } from "../../ui.js";
import { nameOf, share, sorted, time } from "./figures.js";

const COLUMNS = [
  ["name", nameOf],
  ["incoming", (row) => row.incoming],
  ["answered", (row) => row.answered],
  ["missed", (row) => row.missed],
  ["service_level", (row) => share(row.service_level), "serviceLevel"],
  ["outgoing", (row) => row.outgoing],
  ["talk_average_s", (row) => time(row.talk_average_s), "talk"],
  ["talk_longest_s", (row) => time(row.talk_longest_s), "talkLongest"],
  ["ring_average_s", (row) => time(row.ring_average_s), "ring"],
  ["ring_longest_s", (row) => time(row.ring_longest_s), "ringLongest"],
];

export function TallyTable({ rows, total, title }) {
  const [order, setOrder] = useState({ column: "answered", isDown: true });
  const choose = (column) =>
    setOrder((before) => ({ column, isDown: before.column === column ? !before.isDown : column !== "name" }));
  if (rows.length === 0) return html`<p class="empty"><strong>${t("wallboard.none")}</strong> ${t("wallboard.noneNote")}</p>`;
  return html`<div class="scroll panel" tabindex="0" role="group" aria-label=${title}>
    <table class="tally">
      <thead>
        <tr>
          ${COLUMNS.map(([column, , word]) => html`<th key=${column} scope="col" aria-sort=${sortWord(order, column)}>
            <button class="quiet" type="button" onClick=${() => choose(column)}>
              ${t(`wallboard.${word ?? column}`)}<span class="sort-mark" aria-hidden="true">${order.column === column ? (order.isDown ? "▾" : "▴") : ""}</span>
            </button>
          </th>`)}
        </tr>
      </thead>
      <tbody>
        ${sorted(rows, order).map((row) => html`<${Row} key=${row.key} row=${row} name=${nameOf(row)} />`)}
      </tbody>
      <tfoot><${Row} row=${total} name=${t("wallboard.sum")} /></tfoot>
    </table>
  </div>`;
}

function sortWord({ column, isDown }, wanted) {
  return column === wanted ? (isDown ? "descending" : "ascending") : "none";
}

function Row({ row, name }) {
  const [, ...figures] = COLUMNS;
  return html`<tr>
    <th scope="row">${name}</th>
    ${figures.map(([column, valueOf]) => html`<td key=${column} class=${column === "missed" && row.missed ? "is-bad" : ""}>${valueOf(row)}</td>`)}
  </tr>`;
}
