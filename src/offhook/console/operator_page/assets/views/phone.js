// The operator's desk: the own phone large, colleagues beside it, the newest calls below.

import { CallList } from "../components/call_list.js";
import { Colleagues } from "../components/colleagues.js";
import { Desk } from "../components/desk.js";
import { Choice, Empty } from "../components/layout.js";
import { SeenPhones } from "../components/seen_phones.js";
import { t } from "../i18n.js";
import { changeSettings, useSettings } from "../settings.js";
import { deskPhones, phonesSeen, phonesSetUp } from "../store.js";
import { html, useMemo } from "../ui.js";

export function View({ state, live }) {
  const { phones, attempts, me } = state;
  const { showsAll } = useSettings();
  const desk = useMemo(() => deskPhones(state, showsAll), [phones, me, showsAll]);
  const seen = useMemo(() => (me.scopes.includes("phones:admin") ? phonesSeen(state) : []), [phones, me]);
  const hasOthers = useMemo(() => phonesSetUp(state).length > desk.length, [phones, desk]);
  const hasChoice = me.commands_all_phones && me.phones.some((id) => phones.get(id)?.is_set_up);
  const options = [[false, t("desk.mine")], [true, t("desk.all")]];
  return html`${hasChoice &&
    html`<div class="desk-choice">
      <${Choice} label=${t("desk.which")} isPlain=${true} options=${options} value=${showsAll} onChange=${(all) => changeSettings({ showsAll: all })} />
    </div>`}
    <div class="desk${hasOthers ? "" : " is-alone"}">
      ${desk.length > 0
        ? html`<${Desk} phones=${desk} live=${live} attempts=${attempts} />`
        : html`<${NoPhone} me=${me} hasSeen=${seen.length > 0} />`}
      ${hasOthers && html`<${Colleagues} state=${state} desk=${desk} live=${live} />`}
    </div>
    <${SeenPhones} phones=${seen} />
    <${CallList} state=${state} desk=${desk} />`;
}

function NoPhone({ me, hasSeen }) {
  if (!me.scopes.includes("phones:admin")) return html`<${Empty} title=${t("desk.notMine")}>${t("desk.notMineNote")}<//>`;
  return html`<${Empty} title=${t("desk.none")}>${t(hasSeen ? "desk.noneButSeen" : "desk.noneNote")}<//>`;
}
