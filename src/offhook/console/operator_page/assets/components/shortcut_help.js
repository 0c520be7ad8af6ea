// The keys that work at this moment.

import { t } from "../i18n.js";
import { currentSettings } from "../settings.js";
import { shortcuts } from "../shortcuts.js";
import { html } from "../ui.js";
import { Dialog } from "./layout.js";

export function ShortcutHelp({ onDone }) {
  return html`<${Dialog} title=${t("shortcuts.title")} onDone=${onDone}>
    <dl class="keys">
      ${[...shortcuts(), { key: "Esc", label: t("shortcuts.escape") }].map(
        ({ key, label }) => html`<div key=${key}><dt><kbd>${key}</kbd></dt><dd>${label}</dd></div>`,
      )}
    </dl>
    <p class="section-note">${t(currentSettings().hasShortcuts ? "shortcuts.note" : "shortcuts.off")}</p>
  <//>`;
}
