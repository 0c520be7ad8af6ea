// The operator's desk.

import { CallList } from "../components/call_list.js";
import { PhoneList } from "../components/phone_list.js";
import { SeenPhones } from "../components/seen_phones.js";
import { phonesSeen, phonesSetUp } from "../store.js";
import { html, useMemo } from "../ui.js";

export function View({ state, live }) {
  const { phones, attempts } = state;
  const own = useMemo(() => phonesSetUp(state), [phones]);
  const seen = useMemo(() => phonesSeen(state), [phones]);
  return html`<${PhoneList} phones=${own} live=${live} attempts=${attempts} hasSeen=${seen.length > 0} />
    <${SeenPhones} phones=${seen} />
    <${CallList} state=${state} />`;
}
