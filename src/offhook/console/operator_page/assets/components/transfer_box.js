// Where a call goes next: a number, a colleague with how they stand, or a contact; at once, or after asking.

import { t } from "../i18n.js";
import { dialable, keyable } from "../numbers.js";
import { html, useRef, useState } from "../ui.js";
import { verbWord } from "../words.js";
import { Choice } from "./layout.js";
import { useShared } from "./shared.js";
import { TargetField } from "./target_field.js";

export function TransferBox({ entry, can, onDone }) {
  const { actions } = useShared();
  const [text, setText] = useState("");
  const [flow, setFlow] = useState(can("blind_transfer") ? "blind" : "attended");
  const box = useRef(null);
  const { connection } = entry;
  const transferTo = async (target) => {
    if (!(await actions.transfer(entry, keyable(target), flow))) return;
    // To the call, not to a button of it: a second Enter must not press one.
    if (box.current?.contains(document.activeElement)) box.current.closest(".call").focus({ preventScroll: true });
    onDone();
  };
  const onKeyDown = (event) => event.key === "Escape" && onDone();
  const number = dialable(text);
  // Neither the phone that transfers nor the party that is transferred.
  const isLeftOut = (phone) => phone.id === connection.phone || phone.id === connection.remote.phone;
  return html`<div class="transfer" role="group" aria-label=${verbWord("blind_transfer")} ref=${box} onKeyDown=${onKeyDown}>
    <${Choice} label=${t("transfer.how")} isPlain=${true} value=${flow} onChange=${setFlow}
      options=${[["blind", t("transfer.blind")], ["attended", t("transfer.attended")]].filter(([one]) => can(`${one}_transfer`))} />
    <div class="dial">
      <${TargetField} label=${t("transfer.target")} placeholder=${t("transfer.placeholder")} value=${text} onValue=${setText} onChoose=${transferTo}
        isLeftOut=${isLeftOut} isAlwaysOpen=${true} hasFocus=${true} />
      <button class="primary" type="button" disabled=${!number} onClick=${() => transferTo({ number })}>
        ${verbWord(flow === "blind" ? "blind_transfer" : "attended_transfer")}
      </button>
    </div>
  </div>`;
}
