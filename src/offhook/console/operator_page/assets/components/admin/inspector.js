// What phones send, as it arrives: the raw request, what was read from it, and what it led to.
//
// Everything shown here was written by whoever reached the listener. It is text, and is shown as text.

import { ask } from "../../api.js";
import { locale, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useEffect, useRef, useState } from "../../ui.js";
import { phoneWords } from "../../words.js";
import { Empty, Section } from "../layout.js";
import { useShared } from "../shared.js";
import { Badge, wordsOf } from "./parts.js";

const PAGE = 50;
const MOST_SHOWN = 500;

export function Part({ state }) {
  const { store } = useShared();
  const [phone, setPhone] = useState("");
  const [text, setText] = useState("");
  const [isPaused, setPaused] = useState(false);
  const [list, setList] = useState({ actions: [], hasMore: false, problem: "", isLoading: true });
  const [held, setHeld] = useState([]); // what came while it is paused
  const paused = useRef(isPaused);
  paused.current = isPaused;

  const load = async (before = null) => {
    const query = new URLSearchParams({ limit: PAGE, ...(phone && { phone }), ...(before && { before }) });
    try {
      const found = await ask("GET", `/actions?${query}`);
      setList((known) => ({ actions: joined(before ? known.actions : [], found), hasMore: found.length === PAGE, problem: "", isLoading: false }));
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setList((known) => ({ ...known, problem: wordsOf(error), isLoading: false }));
    }
  };
  useEffect(() => {
    setHeld([]);
    load();
  }, [phone]);
  useEffect(
    () =>
      store.onEvent((envelope) => {
        if (!envelope.source || (phone && envelope.phone !== phone)) return;
        if (paused.current) setHeld((known) => withEvent(known, envelope));
        else setList((known) => ({ ...known, actions: withEvent(known.actions, envelope) }));
      }),
    [phone],
  );
  const goOn = () => {
    setPaused(false);
    setList((known) => ({ ...known, actions: joined(held, known.actions) }));
    setHeld([]);
  };

  const wanted = text.trim().toLowerCase();
  const shown = list.actions.filter((one) => !wanted || `${one.event} ${one.request}`.toLowerCase().includes(wanted));
  const oldest = list.actions[list.actions.length - 1];
  return html`<div class="toolbar">
      <label class="select"><span class="visually-hidden">${t("admin.events.phone")}</span>
        <select value=${phone} onChange=${(event) => setPhone(event.target.value)}>
          <option value="">${t("admin.events.everyPhone")}</option>
          ${Array.from(state.phones.values(), (one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}
        </select></label>
      <label class="search">
        <${Icon} name="search" /><span class="visually-hidden">${t("admin.events.search")}</span>
        <input type="search" placeholder=${t("admin.events.search")} value=${text} onInput=${(event) => setText(event.target.value)} />
      </label>
      <button class=${isPaused ? "primary" : "plain"} type="button" onClick=${() => (isPaused ? goOn() : setPaused(true))}>
        <${Icon} name=${isPaused ? "play" : "pause"} />${isPaused ? t("admin.events.goOn", { n: held.length }) : t("admin.events.pause")}
      </button>
    </div>
    <${Section} title=${t("admin.events")} note=${t(isPaused ? "admin.events.paused" : "admin.events.note")}>
      ${list.problem && html`<p class="form-problem" role="alert">${list.problem}</p>`}
      ${shown.length === 0 && !list.problem && html`<${Empty} title=${t(list.isLoading ? "do.loading" : wanted || phone ? "admin.noMatch" : "admin.events.none")} />`}
      <ol class="inspector">
        ${shown.map((one) => html`<${Entry} key=${one.number} action=${one} phones=${state.phones} />`)}
      </ol>
      ${list.hasMore && oldest && html`<button class="plain more" type="button" onClick=${() => load(oldest.number)}>${t("do.loadMore")}</button>`}
    <//>`;
}

function Entry({ action, phones }) {
  const { name } = phoneWords(action.phone, phones);
  const types = Array.from(new Set(action.events.map((event) => event.type)));
  return html`<li>
    <details>
      <summary>
        <time datetime=${action.received}>${timeOf(action.received)}</time>
        <span class="inspector-phone">${name || action.phone}</span>
        <strong class="inspector-event">${action.event || t("admin.events.noWord")}</strong>
        <span class="inspector-types">${types.map((type) => html`<${Badge} key=${type} tone=${toneOf(type)}>${type}<//>`)}</span>
      </summary>
      <div class="inspector-body">
        <h3>${t("admin.events.raw")}</h3>
        <pre tabindex="0" aria-label=${t("admin.events.raw")}>${action.request}</pre>
        <h3>${t("admin.events.decoded")}</h3>
        <${Vars} vars=${action.vars} address=${action.source_address} />
        <h3>${t("admin.events.resulting")}</h3>
        ${action.events.length === 0 ? html`<p class="section-note">${t("admin.events.nothing")}</p>` : action.events.map((event) => html`<${Result} key=${event.seq} event=${event} />`)}
      </div>
    </details>
  </li>`;
}

function Vars({ vars, address }) {
  return html`<dl class="vars">
    ${Object.entries(vars).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd>${value}</dd></div>`)}
    ${address && html`<div><dt class="vars-note">${t("admin.events.from")}</dt><dd>${address}</dd></div>`}
  </dl>`;
}

// Without the request, which stands above, and what every event has.
const COMMON = new Set(["id", "epoch", "source", "type", "received", "phone", "confidence"]);

function Result({ event }) {
  const rest = Object.fromEntries(Object.entries(event).filter(([key]) => !COMMON.has(key)));
  return html`<div class="inspector-result">
    <p><${Badge} tone=${toneOf(event.type)}>${event.type}<//> <span class="row-facts">${t("admin.events.seq", { seq: event.seq })}</span></p>
    <pre tabindex="0" aria-label=${event.type}>${JSON.stringify(rest, null, 2)}</pre>
  </div>`;
}

function toneOf(type) {
  if (type.endsWith(".report_ignored") || type.endsWith(".vendor_event") || type.endsWith("_failed")) return "warning";
  return type.startsWith("call.") ? "accent" : "quiet";
}

// A request's events come one by one; they share its number.
function withEvent(actions, envelope) {
  const { source } = envelope;
  const at = actions.findIndex((one) => one.number === source.action);
  if (at === -1) {
    const action = {
      number: source.action,
      received: envelope.received,
      phone: envelope.phone ?? "",
      source_address: "",
      event: source.event,
      request: source.request,
      vars: source.vars,
      events: [envelope],
    };
    return joined([action], actions);
  }
  if (actions[at].events.some((event) => event.seq === envelope.seq)) return actions;
  const changed = { ...actions[at], events: [...actions[at].events, envelope] };
  return actions.map((one, index) => (index === at ? changed : one));
}

// Newest first, each request once.
function joined(newer, older) {
  const known = new Map([...older, ...newer].map((one) => [one.number, one]));
  return Array.from(known.values()).sort((one, other) => other.number - one.number).slice(0, MOST_SHOWN);
}

function timeOf(text) {
  const date = new Date(text);
  const time = date.toLocaleTimeString(locale(), { hour12: false });
  return `${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
