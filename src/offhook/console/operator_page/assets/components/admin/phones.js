// Phones: those that wait to be let in, those that are, and whether each reports and obeys.

import { ask, part } from "../../api.js";
import { known, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { phonesSeen, phonesSetUp } from "../../store.js";
import { html, useState } from "../../ui.js";
import { Presence } from "../avatar.js";
import { Empty, Section } from "../layout.js";
import { useShared } from "../shared.js";
import { Badge, Sure, useAnswer, whenWords, wordsOf } from "./parts.js";
import { PhoneForm } from "./phone_form.js";
import { SetupSheet } from "./setup_sheet.js";

const MOST_SHOWN = 200;

export function Part({ state }) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(null); // {kind: "form" | "sheet" | "remove", phone}
  const dialects = useAnswer(() => ask("GET", "/dialects"));
  const fits = (phone) => [phone.name, phone.extension, phone.id, phone.mac, phone.address, phone.model].join(" ").toLowerCase().includes(text.trim().toLowerCase());
  const waiting = phonesSeen(state).filter(fits);
  const phones = phonesSetUp(state).filter(fits);
  const close = () => setOpen(null);
  const isNew = open?.kind === "form" && !open.phone?.is_set_up;
  return html`<div class="toolbar">
      <label class="search">
        <${Icon} name="search" /><span class="visually-hidden">${t("admin.phones.search")}</span>
        <input type="search" placeholder=${t("admin.phones.search")} value=${text} onInput=${(event) => setText(event.target.value)} />
      </label>
      <button class="primary" type="button" onClick=${() => setOpen({ kind: "form", phone: null })}><${Icon} name="plus" />${t("admin.phones.add")}</button>
    </div>
    ${waiting.length > 0 &&
    html`<${Section} title=${t("admin.phones.waiting", { n: waiting.length })} note=${t("admin.phones.waitingNote")}>
      <ul class="rows">
        ${waiting.slice(0, MOST_SHOWN).map((phone) => html`<${Waiting} key=${phone.id} phone=${phone} onAdmit=${() => setOpen({ kind: "form", phone })} />`)}
      </ul>
    <//>`}
    <${Section} title=${t("admin.phones")} note=${phones.length ? t("admin.phones.count", { n: phones.length }) : ""}>
      ${phones.length === 0
        ? html`<${Empty} title=${t(text ? "admin.noMatch" : "admin.phones.none")}>${!text && t("admin.phones.noneNote")}<//>`
        : html`<ul class="rows">
            ${phones.slice(0, MOST_SHOWN).map((phone) => html`<${Known} key=${phone.id} phone=${phone} onOpen=${(kind) => setOpen({ kind, phone })} />`)}
          </ul>`}
      ${phones.length > MOST_SHOWN && html`<p class="section-note">${t("admin.more", { n: phones.length - MOST_SHOWN })}</p>`}
    <//>
    ${open?.kind === "form" &&
    html`<${PhoneForm} phone=${open.phone} dialects=${dialects.value ?? []} onSaved=${(phone) => setOpen(isNew ? { kind: "sheet", phone } : null)} onDone=${() => setOpen((now) => (now?.kind === "form" ? null : now))} />`}
    ${open?.kind === "sheet" && html`<${SetupSheet} key=${open.phone.id} phone=${open.phone} onDone=${close} />`}
    ${open?.kind === "remove" &&
    html`<${Sure} title=${t("admin.phones.remove", { name: open.phone.name })} word=${t("do.remove")} onSend=${() => ask("DELETE", `/phones/${part(open.phone.id)}`)} onDone=${close}>
      <p>${t("admin.phones.removeNote")}</p>
    <//>`}`;
}

function Waiting({ phone, onAdmit }) {
  return html`<li class="row">
    <div class="row-main">
      <p class="row-name">${phone.name}</p>
      <p class="row-facts">${[phone.address, phone.model, phone.firmware].filter(Boolean).join(" · ")}</p>
    </div>
    <${LastReport} phone=${phone} />
    <div class="row-buttons">
      <button class="primary" type="button" aria-label=${t("admin.phones.admitName", { name: phone.name })} onClick=${onAdmit}>${t("admin.phones.admit")}</button>
    </div>
  </li>`;
}

function Known({ phone, onOpen }) {
  const name = phone.name;
  return html`<li class="row" aria-label=${name}>
    <div class="row-main">
      <p class="row-name">${name} <span class="row-number">${phone.extension}</span> <${Presence} state=${phone.state} /></p>
      <p class="row-facts">${[phone.id, phone.mac, phone.address, phone.model, phone.firmware].filter((one, at, all) => one && one !== name && all.indexOf(one) === at).join(" · ")}</p>
    </div>
    <${LastReport} phone=${phone} />
    <${Reach} phone=${phone} />
    <div class="row-buttons">
      <button class="plain" type="button" aria-label=${t("admin.phones.setupName", { name })} onClick=${() => onOpen("sheet")}><${Icon} name="note" />${t("admin.phones.setup")}</button>
      <button class="round" type="button" aria-label=${t("admin.editName", { name })} title=${t("do.edit")} onClick=${() => onOpen("form")}><${Icon} name="gear" /></button>
      <button class="round" type="button" aria-label=${t("admin.removeName", { name })} title=${t("do.remove")} onClick=${() => onOpen("remove")}><${Icon} name="bin" /></button>
    </div>
  </li>`;
}

function LastReport({ phone }) {
  return html`<div class="row-state">
    <span class="row-label">${t("admin.phones.reports")}</span>
    ${phone.last_report
      ? html`<time datetime=${phone.last_report}>${whenWords(phone.last_report)}</time>`
      : html`<${Badge} tone="warning">${t("admin.phones.neverReported")}<//>`}
  </div>`;
}

const TONES = { reached: "good", not_tested: "quiet", not_set_up: "quiet" };

function Reach({ phone }) {
  const { actions } = useShared();
  const [test, setTest] = useState(null);
  const [isTrying, setTrying] = useState(false);
  const tryIt = async () => {
    setTrying(true);
    try {
      setTest(await ask("POST", `/phones/${part(phone.id)}/reach`));
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      actions.say("bad", wordsOf(error));
    }
    setTrying(false);
  };
  const words = test && (known(`admin.reach.${test.outcome}`) ? t(`admin.reach.${test.outcome}`) : test.message);
  return html`<div class="row-state">
    <span class="row-label">${t("admin.phones.control")}</span>
    <span class="row-control">${phone.control_url || t("admin.phones.seenOnly")}</span>
    ${phone.control_url &&
    html`<button class="quiet small" type="button" aria-label=${t("admin.phones.tryName", { name: phone.name })} aria-busy=${isTrying ? "true" : undefined} onClick=${tryIt}>
      ${isTrying ? html`<span class="spinner"></span>` : html`<${Icon} name="redial" />`}${t("admin.phones.try")}
    </button>`}
    <span role="status">${test && html`<${Badge} tone=${TONES[test.outcome] ?? "bad"}>${words}<//>`}</span>
  </div>`;
}
