// The newest calls that are over; the history view has all of them.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { to } from "../router.js";
import { pastCalls } from "../store.js";
import { html, useMemo } from "../ui.js";
import { causeOf, clockTime, dayBefore, doubtOf, duration, partyWords, phoneWords } from "../words.js";
import { Empty, Section } from "./layout.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

const NONE = [];
const SHOWN = 8;

export function CallList({ state, desk }) {
  const { calls, phones, history, attempts } = state;
  const past = useMemo(() => pastCalls(state).slice(0, SHOWN), [calls]);
  const rowAttempts = attempts.filter((one) => one.place.startsWith("row/"));
  const all = html`<a class="more-link" href=${to("history")}>${t("calls.all")}<${Icon} name="transfer" /></a>`;
  return html`<${Section} title=${t("calls.recent")} actions=${past.length > 0 && all}>
    ${past.length === 0 && html`<${NoCalls} history=${history} />`}
    ${past.length > 0 &&
    html`<ol class="call-list">
      ${past.map((call) => {
        const mine = rowAttempts.filter((one) => one.place === `row/${call.id}`);
        return html`<${Row} key=${call.id} call=${call} phones=${phones} desk=${desk} attempts=${mine.length ? mine : NONE} />`;
      })}
    </ol>`}
  <//>`;
}

function NoCalls({ history }) {
  if (history.state === "loading") return html`<p class="empty">${t("calls.loading")}</p>`;
  if (history.state === "failed") return html`<p class="empty">${t("calls.failed")}</p>`;
  return html`<${Empty} title=${t("calls.none")}>${t("calls.noneNote")}<//>`;
}

function Row({ call, phones, desk, attempts }) {
  return useMemo(() => {
    const mine = desk.length === 1 ? call.connections.find((one) => one.phone === desk[0].id) : undefined;
    const facts = factsOf(call, phones, mine);
    return html`<li class="row${facts.isMissed ? " is-missed" : ""}">
      <${When} ms=${Date.parse(call.began)} />
      <p class="row-parties">
        ${mine
          ? html`<${Side} side=${{ ...partyWords(mine.remote, phones), direction: mine.direction }} />`
          : html`<${Side} side=${facts.from} /><${Icon} name="transfer" /><span class="visually-hidden">${t("calls.to")}</span>
              ${facts.to.map((side, index) => html`<${Side} key=${index} side=${side} />`)}`}
        ${facts.doubt && html`<span class="doubt-mark" title=${facts.doubt}>${t("doubts.mark")}</span>`}
      </p>
      <p class="row-result result-${facts.tone}"><${Icon} name=${facts.icon} />${facts.result}</p>
      <p class="row-cause">${facts.cause}</p>
      <${CallBack} call=${call} connection=${facts.missed ?? mine} phones=${phones} />
      ${attempts.length > 0 && html`<${Outcomes} attempts=${attempts} />`}
    </li>`;
  }, [call, phones, desk, attempts]);
}

function When({ ms }) {
  const day = dayBefore(ms, Date.now());
  return html`<time class="row-time" datetime=${new Date(ms).toISOString()}>
    ${clockTime(ms)}${day && html`<small>${day}</small>`}
  </time>`;
}

export function Side({ side }) {
  const { direction } = side;
  return html`<span class="side">
    ${direction && html`<${Direction} direction=${direction} />`}
    <span class="side-name" title=${side.name}>${side.name}</span>${side.number && html`<span class="side-number">${side.number}</span>`}
  </span>`;
}

export function Direction({ direction, kind = direction }) {
  return html`<${Icon} name=${direction === "incoming" ? "incoming" : "outgoing"} /><span class="visually-hidden">${t(`calls.${kind}`)}${" "}</span>`;
}

function CallBack({ call, connection, phones }) {
  const { actions } = useShared();
  const phone = connection && phones.get(connection.phone);
  const number = connection?.remote.number;
  if (!phone || !number || !phone.verbs.includes("dial")) return html`<span class="row-back"></span>`;
  const label = t("calls.callBackName", { number: connection.remote.display || number, from: phone.extension || phone.name });
  return html`<span class="row-back">
    <button class="plain" type="button" aria-label=${label} onClick=${() => actions.dial(phone, number, `row/${call.id}`)}>
      <${Icon} name="handset" />${t("calls.callBack")}
    </button>
  </span>`;
}

// Who called whom, and how it went, out of what each of our phones saw. What a colleague missed was not missed at `mine`.
function factsOf(call, phones, mine) {
  const out = call.connections.find((one) => one.direction === "outgoing");
  const ins = unique(call.connections.filter((one) => one.direction === "incoming"));
  const first = ins[0] ?? call.connections[0];
  const own = (connection) => ({ ...phoneWords(connection.phone, phones), direction: connection.direction });
  const nobody = { name: t("party.unknown"), number: "" };
  const from = out ? own(out) : first ? partyWords(first.remote, phones) : nobody;
  const to = ins.length ? ins.map(own) : out ? [partyWords(out.remote, phones)] : [nobody];
  const missed = call.answered ? undefined : (mine ? [mine] : call.connections).find((one) => one.is_missed);
  const causes = call.connections.map((one) => causeOf(one.cause)).filter(Boolean);
  const doubt = call.connections.map(doubtOf).find(Boolean);
  return { from, to, missed, doubt, isMissed: Boolean(missed), cause: Array.from(new Set(causes)).join(", "), ...result(call, missed) };
}

function unique(connections) {
  return Array.from(new Map(connections.map((one) => [one.phone, one])).values());
}

function result(call, missed) {
  if (call.answered) {
    const time = duration(Date.parse(call.answered), Date.parse(call.ended ?? call.answered));
    return { result: t("calls.answered", { time }), icon: "check", tone: "good" };
  }
  if (missed) return { result: t("calls.missed"), icon: "alert", tone: "missed" };
  return { result: t("calls.notAnswered"), icon: "cross", tone: "quiet" };
}
