// Large figures, to be read from across the room.

import { t } from "../../i18n.js";
import { html } from "../../ui.js";
import { STATES, share, time } from "./figures.js";

function Tile({ kind, label, value, note }) {
  return html`<div class="tile tile-${kind}">
    <dt>${label}</dt>
    <dd><span class="tile-value">${value}</span>${note && html`<span class="tile-note">${note}</span>`}</dd>
  </div>`;
}

export function NowTiles({ counts }) {
  const shown = STATES.filter((state) => state !== "unknown" || counts.unknown > 0);
  return html`<dl class="tiles tiles-now">
    ${shown.map((state) => html`<${Tile} key=${state} kind=${state} label=${t(`wallboard.state.${state}`)} value=${counts[state]} />`)}
  </dl>`;
}

export function DayTiles({ total, within }) {
  const longest = (seconds) => (seconds === null ? "" : t("wallboard.longest", { time: time(seconds) }));
  return html`<dl class="tiles">
    <${Tile} kind="answered" label=${t("wallboard.answered")} value=${total.answered} note=${t("wallboard.of", { n: total.incoming })} />
    <${Tile} kind="missed" label=${t("wallboard.missed")} value=${total.missed} />
    <${Tile} kind="level" label=${t("wallboard.serviceLevel")} value=${share(total.service_level)} note=${t("wallboard.serviceNote", { n: within })} />
    <${Tile} kind="outgoing" label=${t("wallboard.outgoing")} value=${total.outgoing} note=${t("wallboard.reached", { n: total.outgoing_answered })} />
    <${Tile} kind="talk" label=${t("wallboard.talk")} value=${time(total.talk_average_s)} note=${longest(total.talk_longest_s)} />
    <${Tile} kind="ring" label=${t("wallboard.ring")} value=${time(total.ring_average_s)} note=${longest(total.ring_longest_s)} />
  </dl>`;
}
