// Contacts from a file: first what would happen, then, if that is right, it happens.

import { ask } from "../../api.js";
import { t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useRef, useState } from "../../ui.js";
import { Section } from "../layout.js";
import { wordsOf } from "./parts.js";

const typeOf = (file) => (/\.(vcf|vcard)$/i.test(file.name) || file.type === "text/vcard" ? "text/vcard" : "text/csv");

export function Part() {
  const [file, setFile] = useState(null);
  const [report, setReport] = useState(null);
  const [problem, setProblem] = useState("");
  const [isSending, setSending] = useState(false);
  const field = useRef(null);
  const send = async (chosen, isTrial) => {
    setSending(true);
    setProblem("");
    try {
      setReport(await ask("POST", `/contacts/import${isTrial ? "?dry_run=true" : ""}`, chosen, { "Content-Type": typeOf(chosen) }));
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      setReport(null);
      setProblem(wordsOf(error));
    }
    setSending(false);
  };
  const choose = (chosen) => {
    setFile(chosen ?? null);
    setReport(null);
    setProblem("");
    if (chosen) send(chosen, true);
  };
  const startOver = () => {
    field.current.value = "";
    choose(null);
  };
  const isTrial = report?.is_dry_run;
  const changes = report ? report.created + report.updated : 0;
  return html`<${Section} title=${t("admin.contacts")} note=${t("admin.contacts.note")}
    actions=${html`<a class="button plain" href="/api/v1/contacts/export?format=csv" download="contacts.csv"><${Icon} name="download" />CSV</a>
      <a class="button plain" href="/api/v1/contacts/export?format=vcard" download="contacts.vcf"><${Icon} name="download" />vCard</a>`}>
    <div class="panel">
      <label class="file-choice">
        <span class="setting-label">${t("admin.contacts.file")}</span>
        <input type="file" ref=${field} accept=".csv,.vcf,.vcard,text/csv,text/vcard" onChange=${(event) => choose(event.target.files[0])} />
      </label>
      <div role="status">
        ${isSending && html`<p class="section-note"><span class="spinner"></span> ${t("do.loading")}</p>`}
        ${report && html`<${Report} report=${report} name=${file?.name} />`}
      </div>
      ${problem && html`<p class="form-problem" role="alert">${problem}</p>`}
      ${report &&
      html`<div class="form-buttons">
        <button class="plain" type="button" onClick=${startOver}>${t(isTrial ? "do.cancel" : "admin.contacts.another")}</button>
        ${isTrial && html`<button class="primary" type="button" disabled=${isSending || changes === 0} onClick=${() => send(file, false)}>${t("admin.contacts.import", { n: changes })}</button>`}
      </div>`}
    </div>
  <//>`;
}

function Report({ report, name }) {
  const columns = Object.entries(report.columns);
  return html`<div class="report">
    <p><strong>${t(report.is_dry_run ? "admin.contacts.would" : "admin.contacts.done", { name: name ?? "" })}</strong></p>
    <dl class="counts">
      ${["created", "updated", "unchanged"].map((key) => html`<div key=${key}><dt>${t(`admin.contacts.${key}`)}</dt><dd>${report[key]}</dd></div>`)}
      <div><dt>${t("admin.contacts.refused")}</dt><dd>${report.refused.length + report.refused_more}</dd></div>
    </dl>
    ${columns.length > 0 &&
    html`<details><summary>${t("admin.contacts.columns")}</summary>
      <dl class="vars">${columns.map(([column, meaning]) => html`<div key=${column}><dt>${column}</dt><dd>${meaning || t("admin.contacts.leftOut")}</dd></div>`)}</dl>
    </details>`}
    ${report.refused.length > 0 &&
    html`<details open><summary>${t("admin.contacts.refusedRows")}</summary>
      <ul class="refused">${report.refused.map((each) => html`<li key=${each.row}><strong>${t("admin.contacts.row", { n: each.row })}</strong> ${each.reason} <code>${each.text}</code></li>`)}</ul>
      ${report.refused_more > 0 && html`<p class="section-note">${t("admin.more", { n: report.refused_more })}</p>`}
    </details>`}
  </div>`;
}
