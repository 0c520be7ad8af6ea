// What became of a click, beside the thing that was clicked. Success fades; a failure stays until dismissed.

import { Icon } from "../icons.js";
import { html, useEffect } from "../ui.js";
import { outcome, verbWord } from "../words.js";
import { useShared } from "./shared.js";

const FADE_MS = 6_000;
const ICON = { pending: null, good: "check", info: "info", warning: "alert", bad: "alert" };

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
    ${isPending ? html`<span class="spinner" aria-hidden="true"></span>` : html`<${Icon} name=${ICON[tone]} />`}
    <span><b>${verbWord(attempt.verb)}</b> — ${text}</span>
    ${!isPending &&
    !fades &&
    html`<button class="icon-button" type="button" aria-label="Dismiss" onClick=${() => actions.dismiss(attempt.id)}>
      <${Icon} name="cross" />
    </button>`}
  </p>`;
}

// Outcomes in a space of their own that keeps its height, so that nothing jumps when they come and go.
export function Outcomes({ attempts, isRoomy }) {
  return html`<div class="outcomes${isRoomy ? " outcomes-roomy" : ""}">
    ${attempts.map((attempt) => html`<${Outcome} key=${attempt.id} attempt=${attempt} />`)}
  </div>`;
}
