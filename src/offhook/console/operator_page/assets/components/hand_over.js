// A call that was dropped on a colleague: at once, or after asking? Dropping alone does nothing, for hands slip.

import { t } from "../i18n.js";
import { html } from "../ui.js";
import { partyWords, verbWord } from "../words.js";
import { Avatar, Presence } from "./avatar.js";
import { Dialog } from "./layout.js";
import { presenceOf } from "../store.js";
import { useShared } from "./shared.js";

export function HandOver({ entry, colleague, onDone }) {
  const { actions, phones } = useShared();
  const { verbs, remote } = entry.connection;
  const party = partyWords(remote, phones);
  const send = (flow) => {
    onDone();
    actions.transfer(entry, colleague.extension, flow);
  };
  return html`<${Dialog} title=${t("handOver.title", { party: party.name, name: colleague.name })} onDone=${onDone}>
    <p class="hand-over"><${Avatar} name=${colleague.name} /><span>${colleague.name} ${colleague.extension}</span><${Presence} state=${presenceOf(colleague)} /></p>
    <div class="form-buttons">
      <button class="plain" type="button" disabled=${!verbs.includes("attended_transfer")} onClick=${() => send("attended")}>${verbWord("attended_transfer")}</button>
      <button class="primary" type="button" disabled=${!verbs.includes("blind_transfer")} onClick=${() => send("blind")}>${verbWord("blind_transfer")}</button>
    </div>
  <//>`;
}
