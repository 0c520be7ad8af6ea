// Calls that are over, newest first.

import { Icon } from "../icons.js";
import { pastCalls } from "../store.js";
import { html, useMemo } from "../ui.js";
import { causeOf, clockTime, dayBefore, duration, partyWords, phoneWords } from "../words.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

const NONE = [];

export function CallList({ state }) {
  const { actions } = useShared();
  const { calls, phones, history, attempts } = state;
  const past = useMemo(() => pastCalls(state), [calls]);
  const rowAttempts = attempts.filter((one) => one.place.startsWith("row/"));
  return html`<section aria-labelledby="calls-title">
    <div class="section-head"><h2 id="calls-title">Recent calls</h2></div>
    ${past.length === 0 && html`<${NoCalls} history=${history} />`}
    ${past.length > 0 &&
    html`<ol class="call-list">
      ${past.map((call) => {
        const mine = rowAttempts.filter((one) => one.place === `row/${call.id}`);
        return html`<${Row} key=${call.id} call=${call} phones=${phones} attempts=${mine.length ? mine : NONE} />`;
      })}
    </ol>`}
    ${history.state === "failed" && past.length > 0 && html`<p class="section-note">The console did not answer; try again.</p>`}
    ${(history.hasMore || history.state === "failed") &&
    html`<button
      class="plain more"
      type="button"
      disabled=${history.state === "loading"}
      onClick=${() => actions.loadCalls(past.length ? past[past.length - 1].id : null)}
    >
      ${history.state === "loading" ? "Loading…" : "Load more"}
    </button>`}
  </section>`;
}

function NoCalls({ history }) {
  if (history.state === "loading") return html`<p class="empty">Loading the call list…</p>`;
  if (history.state === "failed") return html`<p class="empty">The call list could not be loaded.</p>`;
  return html`<div class="empty">
    <p><strong>No calls yet.</strong></p>
    <p>Every call that ends is listed here. To place one, type a number into a phone’s card and press Enter.</p>
  </div>`;
}

function Row({ call, phones, attempts }) {
  return useMemo(() => {
    const facts = factsOf(call, phones);
    return html`<li class="row${facts.isMissed ? " is-missed" : ""}">
      <${When} ms=${Date.parse(call.began)} />
      <p class="row-parties">
        <${Side} side=${facts.from} />
        <${Icon} name="transfer" /><span class="visually-hidden">to</span>
        ${facts.to.map((side, index) => html`<${Side} key=${index} side=${side} />`)}
      </p>
      <p class="row-result result-${facts.tone}"><${Icon} name=${facts.icon} />${facts.result}</p>
      <p class="row-cause">${facts.cause}</p>
      <${CallBack} call=${call} missed=${facts.missed} phones=${phones} />
      ${attempts.length > 0 && html`<${Outcomes} attempts=${attempts} />`}
    </li>`;
  }, [call, phones, attempts]);
}

function When({ ms }) {
  const day = dayBefore(ms, Date.now());
  return html`<time class="row-time" datetime=${new Date(ms).toISOString()}>
    ${clockTime(ms)}${day && html`<small>${day}</small>`}
  </time>`;
}

function Side({ side }) {
  return html`<span class="side">
    ${side.direction && html`<${Icon} name=${side.direction} /><span class="visually-hidden">${side.direction} at </span>`}
    <span class="side-name">${side.name}</span>${side.number && html`<span class="side-number">${side.number}</span>`}
  </span>`;
}

function CallBack({ call, missed, phones }) {
  const { actions } = useShared();
  const phone = missed && phones.get(missed.phone);
  const number = missed?.remote.number;
  if (!phone || !number || !phone.verbs.includes("dial")) return html`<span class="row-back"></span>`;
  return html`<span class="row-back">
    <button class="plain" type="button" aria-label=${`Call ${number} back from ${phone.extension || phone.name}`}
      onClick=${() => actions.dial(phone, number, `row/${call.id}`)}>Call back</button>
  </span>`;
}

// Who called whom, and how it went, out of what each of our phones saw.
function factsOf(call, phones) {
  const out = call.connections.find((one) => one.direction === "outgoing");
  const ins = unique(call.connections.filter((one) => one.direction === "incoming"));
  const first = ins[0] ?? call.connections[0];
  const own = (connection) => ({ ...phoneWords(connection.phone, phones), direction: connection.direction });
  const from = out ? own(out) : first ? partyWords(first.remote, phones) : { name: "Unknown", number: "" };
  const to = ins.length ? ins.map(own) : out ? [partyWords(out.remote, phones)] : [{ name: "Unknown", number: "" }];
  const missed = call.answered ? undefined : call.connections.find((one) => one.is_missed);
  const causes = call.connections.map((one) => causeOf(one.cause)).filter(Boolean);
  return { from, to, missed, isMissed: Boolean(missed), cause: Array.from(new Set(causes)).join(", "), ...result(call, missed) };
}

function unique(connections) {
  return Array.from(new Map(connections.map((one) => [one.phone, one])).values());
}

function result(call, missed) {
  if (call.answered) {
    const talked = duration(Date.parse(call.answered), Date.parse(call.ended ?? call.answered));
    return { result: `Answered, ${talked}`, icon: "check", tone: "good" };
  }
  if (missed) return { result: "Missed", icon: "alert", tone: "missed" };
  return { result: "Not answered", icon: "cross", tone: "quiet" };
}
