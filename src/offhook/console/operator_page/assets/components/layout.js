// What views are put together from.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useEffect, useId, useRef } from "../ui.js";

// A part of a view with its heading; `actions` stand at its right.
export function Section({ title, note, actions, kind = "", children }) {
  const id = useId();
  return html`<section class=${kind} aria-labelledby=${id}>
    <div class="section-head">
      <h2 id=${id}>${title}</h2>
      ${note && html`<p class="section-note">${note}</p>`}
      ${actions && html`<div class="section-actions">${actions}</div>`}
    </div>
    ${children}
  </section>`;
}

// Nothing to show, and what to do about it.
export function Empty({ title, children }) {
  return html`<div class="empty">${title && html`<p><strong>${title}</strong></p>`}${children && html`<p>${children}</p>`}</div>`;
}

// The browser's own dialog: keeps the focus inside, closes on Escape, gives the focus back.
export function Dialog({ title, kind = "", onDone, children }) {
  const dialog = useRef(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current.showModal();
    return () => opener?.isConnected && opener.focus({ preventScroll: true });
  }, []);
  const onClick = (event) => event.target === dialog.current && dialog.current.close();
  return html`<dialog class="dialog ${kind}" ref=${dialog} aria-labelledby=${id} onClose=${onDone} onClick=${onClick}>
    <div class="dialog-inner">
      <header class="dialog-head">
        <h2 id=${id}>${title}</h2>
        <button class="icon-button" type="button" aria-label=${t("do.close")} onClick=${() => dialog.current.close()}>
          <${Icon} name="cross" />
        </button>
      </header>
      ${children}
    </div>
  </dialog>`;
}

// A labelled input; `children` replaces the plain text field.
export function Field({ label, hint, children, ...input }) {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${typeof children === "function"
      ? children({ id, "aria-describedby": hint ? `${id}-hint` : undefined })
      : html`<input id=${id} aria-describedby=${hint ? `${id}-hint` : undefined} autocomplete="off" spellcheck="false" ...${input} />`}
    ${hint && html`<small id=${`${id}-hint`}>${hint}</small>`}
  </div>`;
}

// On or off, with its words; `note` says what it does.
export function Switch({ label, note, isOn, isDisabled = false, onChange }) {
  const id = useId();
  return html`<div class="setting">
    <div>
      <span id=${id} class="setting-label">${label}</span>
      ${note && html`<small id=${`${id}-note`}>${note}</small>`}
    </div>
    <button class="toggle" type="button" role="switch" aria-checked=${isOn ? "true" : "false"} aria-labelledby=${id}
      aria-describedby=${note ? `${id}-note` : undefined} disabled=${isDisabled} onClick=${() => onChange(!isOn)}>
      <span class="toggle-knob" aria-hidden="true"></span>
    </button>
  </div>`;
}

// One of few: radio buttons that look like one control.
export function Choice({ label, options, value, onChange, isPlain = false }) {
  const name = useId();
  return html`<fieldset class="choice">
    <legend class=${isPlain ? "visually-hidden" : ""}>${label}</legend>
    <div class="choice-options">
      ${options.map(
        ([key, text]) => html`<label key=${key}>
          <input type="radio" name=${name} checked=${key === value} onChange=${() => onChange(key)} /><span>${text}</span>
        </label>`,
      )}
    </div>
  </fieldset>`;
}
