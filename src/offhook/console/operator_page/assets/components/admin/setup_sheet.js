// What to enter at a phone: the URLs to paste, the file to download, and what else has to be done there.

import { ask, part } from "../../api.js";
import { known, t } from "../../i18n.js";
import { Icon } from "../../icons.js";
import { html, useId } from "../../ui.js";
import { Dialog } from "../layout.js";
import { Copy, Loading, sentence, useAnswer } from "./parts.js";

export function SetupSheet({ phone, onDone }) {
  const answer = useAnswer(() => ask("GET", `/phones/${part(phone.id)}/setup`));
  const sheet = answer.value;
  return html`<${Dialog} title=${t("admin.sheet.title", { name: phone.name })} kind="wide" onDone=${onDone}>
    ${sheet ? html`<${Sheet} phone=${phone} sheet=${sheet} />` : html`<${Loading} answer=${answer} />`}
  <//>`;
}

function Sheet({ phone, sheet }) {
  return html`${sheet.warnings.map(
      (each) => html`<p class="note-warning" key=${each.error_id}><${Icon} name="alert" /><span>${warningWords(each)}</span></p>`,
    )}
    <p class="section-note">${t("admin.sheet.make", { make: sheet.dialect_title })}</p>
    ${sheet.files.length > 0 && html`<${Files} phone=${phone} sheet=${sheet} />`}
    <${Steps} sheet=${sheet} />
    <${Urls} sheet=${sheet} />`;
}

function warningWords(warning) {
  const key = `admin.warning.${warning.error_id.replaceAll("-", "_")}`;
  return known(key) ? t(key) : sentence(warning.message);
}

function Files({ phone, sheet }) {
  const id = useId();
  return html`<section aria-labelledby=${id}>
    <h3 id=${id}>${t("admin.sheet.file")}</h3>
    ${sheet.files.map(
      (file) => html`<div class="sheet-file" key=${file.format}>
        <p><strong>${file.name}</strong> <span class="row-facts">${file.title}</span></p>
        <a class="button primary" href=${`/api/v1/phones/${part(phone.id)}/setup/file?format=${part(file.format)}`} download=${file.name}><${Icon} name="download" />${t("admin.sheet.download")}</a>
        ${file.url &&
        html`<p class="row-facts">${t("admin.sheet.fetch")}</p>
          <div class="copy-row"><code>${file.url}</code><${Copy} text=${file.url} label=${t("admin.copyName", { name: file.name })} isShort=${true} /></div>`}
      </div>`,
    )}
    <p class="section-note">${t("admin.sheet.fileNote")}</p>
  </section>`;
}

function Steps({ sheet }) {
  const id = useId();
  return html`<section aria-labelledby=${id}>
    <h3 id=${id}>${t("admin.sheet.steps")}</h3>
    <ol class="steps" lang="en">${sheet.steps.map((step) => html`<li key=${step}>${step}</li>`)}</ol>
    <div class="copy-row"><span>${t("admin.sheet.console")}</span><code>${sheet.console_address}</code><${Copy} text=${sheet.console_address} label=${t("admin.copyName", { name: sheet.console_address })} isShort=${true} /></div>
  </section>`;
}

function Urls({ sheet }) {
  const id = useId();
  return html`<section aria-labelledby=${id}>
    <div class="section-head">
      <h3 id=${id}>${t("admin.sheet.urls", { n: sheet.urls.length })}</h3>
      <div class="section-actions"><${Copy} text=${sheet.text} label=${t("admin.sheet.copyAll")} /></div>
    </div>
    <ul class="sheet-urls" tabindex="0" aria-labelledby=${id}>
      ${sheet.urls.map(
        (each) => html`<li key=${each.event}>
          <span class="sheet-title" lang="en">${each.title}${each.setting && each.setting !== each.event && html`<small>${each.setting}</small>`}</span>
          <code>${each.url}</code>
          <${Copy} text=${each.url} label=${t("admin.copyName", { name: each.title })} isShort=${true} />
        </li>`,
      )}
    </ul>
  </section>`;
}
