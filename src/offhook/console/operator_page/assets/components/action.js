// A button that either works or says why it does not: grey ones can be reached by keyboard, and tell their reason.

import { Icon } from "../icons.js";
import { html, useId } from "../ui.js";
import { useShared } from "./shared.js";

// `why`: reason for being grey, "" when it works; `busy` only shows that it is under way: the console decides what a
// second press means.
export function Action({ icon, text, kind = "plain", why = "", busy = false, hint = "", isLabelHidden = false, onClick, ...more }) {
  const { actions } = useShared();
  const id = useId();
  return html`<button
    type="button"
    ...${more}
    class="action ${kind}${busy ? " is-busy" : ""}"
    aria-disabled=${why ? "true" : undefined}
    aria-describedby=${why ? id : undefined}
    aria-busy=${busy ? "true" : undefined}
    aria-label=${isLabelHidden ? text : undefined}
    title=${why || hint || (isLabelHidden ? text : undefined)}
    onClick=${() => (why ? actions.say("info", why) : onClick())}
  >
    <${Icon} name=${icon} />${!isLabelHidden && html`<span>${text}</span>`}
    ${why && html`<span id=${id} hidden>${why}</span>`}
  </button>`;
}
