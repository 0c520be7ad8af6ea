// The three forwards of a phone: how they stand, and, where its set-up names keys for them or its make has a way, on
// and off.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { whyNotAtPhone } from "../reasons.js";
import { html, useState } from "../ui.js";
import { Dialog, Field, Switch } from "./layout.js";
import { Outcomes } from "./outcome.js";
import { useShared } from "./shared.js";

const KINDS = ["always", "busy", "no_answer"];

export function ForwardButton({ phone, live, attempts }) {
  const [isOpen, setOpen] = useState(false);
  const on = KINDS.filter((kind) => phone.forwarding[kind]);
  return html`<button class="chip${on.length ? " is-on" : ""}" type="button" aria-haspopup="dialog" onClick=${() => setOpen(true)}>
      <${Icon} name="forward" /><span>${on.length ? on.map((kind) => t(`forward.${kind}.short`)).join(", ") : t("forward.none")}</span>
    </button>
    ${isOpen && html`<${ForwardDialog} phone=${phone} live=${live} attempts=${attempts} onDone=${() => setOpen(false)} />`}`;
}

function ForwardDialog({ phone, live, attempts, onDone }) {
  const { actions, me } = useShared();
  const [targets, setTargets] = useState({});
  // Without keys of its own, a phone that can is one of a make that can, and wants to be told where to.
  const keysFor = (kind, on) => (Object.keys(phone.forward_keys).length ? phone.forward_keys[`${kind}_${on ? "on" : "off"}`] : "{target}");
  const why = phone.verbs.includes("set_forwarding") ? "" : whyNotAtPhone("set_forwarding", phone, me, live);
  return html`<${Dialog} title=${t("forward.title", { name: phone.name })} onDone=${onDone}>
    ${why && html`<p class="section-note">${why}</p>`}
    ${KINDS.map((kind) => {
      const isOn = phone.forwarding[kind];
      const keys = keysFor(kind, !isOn);
      const target = targets[kind] ?? "";
      const needsTarget = !isOn && keys?.includes("{target}");
      return html`<div class="forward" key=${kind}>
        <${Switch} label=${t(`forward.${kind}`)} note=${isOn === null ? t("forward.unknown") : undefined} isOn=${isOn === true}
          isDisabled=${Boolean(why) || !keys || (needsTarget && !target)} onChange=${(on) => actions.setForward(phone, kind, on, on ? target : "")} />
        ${needsTarget &&
        !why &&
        html`<${Field} label=${t("forward.target")} inputmode="tel" maxlength="32" value=${target}
          onInput=${(event) => setTargets({ ...targets, [kind]: event.target.value.replace(/[^0-9*#]/g, "") })} />`}
      </div>`;
    })}
    <${Outcomes} attempts=${attempts} isRoomy=${true} />
  <//>`;
}
