// What a phone's administrator does from afar: look for new settings, restart. A call is ended only by who means it.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { html, useId, useLayoutEffect, useRef, useState } from "../ui.js";
import { verbWord } from "../words.js";
import { Action } from "./action.js";
import { useShared } from "./shared.js";

export function Maintenance({ phone, live, standing }) {
  const { actions } = useShared();
  const [asked, setAsked] = useState(null); // "restart" or "provision", waiting to be confirmed
  const id = useId();
  const hasCall = live.length > 0;
  // During a call neither is listed; who confirms that the call may end is not refused for it.
  const why = (verb) => standing || (phone.verbs.includes(verb) || hasCall ? "" : t("keys.missing"));
  const run = (verb) => {
    setAsked(null);
    actions[verb](phone, hasCall);
  };
  const check = () => (hasCall ? setAsked("provision") : run("provision"));
  return html`<section class="maintenance" aria-labelledby=${id}>
    <h3 id=${id}>${t("maintenance.title")}</h3>
    ${asked
      ? html`<${Sure} verb=${asked} phone=${phone} hasCall=${hasCall} onSure=${() => run(asked)} onCancel=${() => setAsked(null)} />`
      : html`<div class="maintenance-buttons">
          <${Action} icon="refresh" text=${t("maintenance.provision")} why=${why("provision")} onClick=${check} />
          <${Action} icon="restart" text=${t("maintenance.restart")} kind="danger" why=${why("restart")} onClick=${() => setAsked("restart")} />
        </div>`}
  </section>`;
}

function Sure({ verb, phone, hasCall, onSure, onCancel }) {
  const cancel = useRef(null);
  const id = useId();
  useLayoutEffect(() => cancel.current.focus(), []);
  return html`<div class="sure" role="group" aria-labelledby=${id}>
    <p id=${id}><${Icon} name="alert" /><span>${t(`maintenance.${verb}Sure`, { name: phone.name })}${hasCall && ` ${t("maintenance.endsCall")}`}</span></p>
    <div class="form-buttons">
      <button class="plain" type="button" ref=${cancel} onClick=${onCancel}>${t("do.cancel")}</button>
      <button class="danger" type="button" onClick=${onSure}>${verbWord(verb)}</button>
    </div>
  </div>`;
}
