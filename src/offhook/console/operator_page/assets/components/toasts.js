// Messages that belong to no place on the page, and outcomes of what was started away from where it would show.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useEffect } from "../ui.js";
import { Outcome } from "./outcome.js";
import { useShared } from "./shared.js";

const SHOWN_MS = 6_000;
const ICON = { good: "check", info: "info", warning: "alert", bad: "alert" };

export function Toasts({ toasts, attempts }) {
  const placeless = attempts.filter((one) => one.place.startsWith("toast/"));
  return html`<div class="toasts" role="region" aria-label=${t("shell.messages")}>
    ${placeless.map((attempt) => html`<div class="toast" key=${`attempt-${attempt.id}`}><${Outcome} attempt=${attempt} /></div>`)}
    ${toasts.map((toast) => html`<${Toast} key=${toast.id} toast=${toast} />`)}
  </div>`;
}

// What went wrong stays until it is dismissed: nobody reads a failure within seconds while a caller talks.
function Toast({ toast }) {
  const { actions } = useShared();
  const close = () => actions.closeToast(toast.id);
  const fades = toast.tone === "good" || toast.tone === "info";
  useEffect(() => {
    if (!fades) return undefined;
    const timer = setTimeout(close, SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return html`<div class="toast toast-${toast.tone}" role=${fades ? "status" : "alert"}>
    <${Icon} name=${ICON[toast.tone]} /><span>${toast.text}</span>
    <button class="icon-button" type="button" aria-label=${t("do.dismiss")} onClick=${close}><${Icon} name="cross" /></button>
  </div>`;
}
