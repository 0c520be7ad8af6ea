// What became of a click, beside the thing that was clicked. Success fades; a failure stays until dismissed.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useEffect } from "../ui.js";
import { attemptWords, outcome } from "../words.js";
import { useShared } from "./shared.js";

const FADE_MS = 6_000;
const ICON = { good: "check", info: "info", warning: "alert", bad: "alert" };
const STEPS = { queued: 0, sent: 1, acknowledged: 2 };

export function Outcome({ attempt }) {
  const { actions } = useShared();
  const { tone, text, fades } = outcome(attempt);
  const isPending = tone === "pending";
  useEffect(() => {
    if (!fades) return undefined;
    const timer = setTimeout(() => actions.dismiss(attempt.id), FADE_MS);
    return () => clearTimeout(timer);
  }, [attempt.id, fades]);
  return html`<p class="outcome outcome-${tone}${fades ? " outcome-fades" : ""}" key=${attempt.id} data-verb=${attempt.verb}>
    ${isPending ? html`<${Progress} reached=${STEPS[attempt.command?.state] ?? 0} />` : html`<${Icon} name=${ICON[tone]} />`}
    <span><b>${attemptWords(attempt)}</b> — ${text}</span>
    ${!isPending &&
    !fades &&
    html`<button class="icon-button" type="button" aria-label=${t("do.dismiss")} onClick=${() => actions.dismiss(attempt.id)}>
      <${Icon} name="cross" />
    </button>`}
  </p>`;
}

// Sent, taken, proved: the third dot is the phone's own report.
function Progress({ reached }) {
  return html`<span class="progress" aria-hidden="true">${[1, 2, 3].map((step) => html`<i key=${step} class=${step <= reached ? "is-done" : ""}></i>`)}</span>`;
}

// Outcomes in a space of their own that keeps its height, so that nothing jumps when they come and go.
export function Outcomes({ attempts, isRoomy }) {
  return html`<div class="outcomes${isRoomy ? " outcomes-roomy" : ""}">
    ${attempts.map((attempt) => html`<${Outcome} key=${attempt.id} attempt=${attempt} />`)}
  </div>`;
}
