// Where a number or a name is typed; the card's own phone places the call.

import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { dialable } from "../numbers.js";
import { whyNotAtPhone, whyNotPhone } from "../reasons.js";
import { useShortcut } from "../shortcuts.js";
import { html, useRef, useState } from "../ui.js";
import { verbWord } from "../words.js";
import { Action } from "./action.js";
import { KeypadKeys } from "./keypad.js";
import { PhoneKeys } from "./phone_keys.js";
import { useShared } from "./shared.js";
import { TargetField } from "./target_field.js";

export function DialBox({ phone, live, attempts, isFirst }) {
  const { actions, me } = useShared();
  const [text, setText] = useState("");
  const [isPadOpen, setPadOpen] = useState(false);
  const [areKeysOpen, setKeysOpen] = useState(false);
  const input = useRef(null);
  const why = (verb) => (phone.verbs.includes(verb) ? "" : whyNotAtPhone(verb, phone, me, live));
  const from = phone.extension || phone.name;
  const number = dialable(text);
  useShortcut("d", t("dial.shortcut"), () => input.current.focus(), isFirst);
  useShortcut("l", verbWord("redial"), () => actions.redial(phone), isFirst && !why("redial"));
  useShortcut("v", verbWord("voicemail"), () => actions.voicemail(phone), isFirst && !why("voicemail"));
  const openKeys = () => setKeysOpen(true);
  useShortcut("y", t("keys.button"), openKeys, isFirst && !whyNotPhone(phone, me));
  const dial = async (target) => {
    if (why("dial")) actions.say("info", why("dial"));
    else if (await actions.dial(phone, target.number)) leave();
  };
  // The call is next, and its keys are letters: they must not be typed into the field.
  const leave = () => {
    setText("");
    if (input.current === document.activeElement) input.current?.closest("article").focus({ preventScroll: true });
  };
  const press = (digit) => {
    setText(text + digit);
    input.current.focus();
  };
  return html`<div class="dial-area">
    <div class="dial">
      <${TargetField} label=${t("dial.from", { from })} placeholder=${t("dial.placeholder", { from })} value=${text} onValue=${setText} onChoose=${dial}
        isLeftOut=${(one) => one.id === phone.id} inputRef=${input} />
      <${Action} icon="handset" text=${verbWord("dial")} kind="primary" why=${why("dial") || (number ? "" : t("why.noNumber"))} onClick=${() => dial({ number })} />
    </div>
    <div class="dial-more">
      <${Action} icon="keypad" text=${t("dial.keypad")} kind="quiet" aria-expanded=${String(isPadOpen)} onClick=${() => setPadOpen(!isPadOpen)} />
      <${Action} icon="redial" text=${verbWord("redial")} kind="quiet" hint="l" why=${why("redial")} onClick=${() => actions.redial(phone)} />
      <${Action} icon="voicemail" text=${verbWord("voicemail")} kind="quiet" hint="v" why=${why("voicemail")} onClick=${() => actions.voicemail(phone)} />
      <${Action} icon="desk" text=${t("keys.button")} kind="quiet" hint="y" why=${whyNotPhone(phone, me)} aria-haspopup="dialog" onClick=${openKeys} />
    </div>
    ${isPadOpen && html`<div class="keypad" role="group" aria-label=${t("dial.keypad")}><${KeypadKeys} onPress=${press} /></div>`}
    ${areKeysOpen &&
    html`<${PhoneKeys} phone=${phone} live=${live} attempts=${attempts.filter((one) => one.place === `${phone.id}/keys`)} onDone=${() => setKeysOpen(false)} />`}
  </div>`;
}
