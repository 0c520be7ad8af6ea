// The whole page.

import { liveByPhone, phonesSeen, phonesSetUp } from "../store.js";
import { html, useEffect, useMemo, useState } from "../ui.js";
import { Announcer } from "./announcer.js";
import { CallList } from "./call_list.js";
import { Header } from "./header.js";
import { PhoneList } from "./phone_list.js";
import { SeenPhones } from "./seen_phones.js";
import { Shared, SharedProvider } from "./shared.js";

export function Page({ store, actions, more }) {
  const [state, setState] = useState(store.state);
  useEffect(() => {
    setState(store.state);
    return store.subscribe(setState);
  }, [store]);

  const { phones, calls, attempts } = state;
  const own = useMemo(() => phonesSetUp(state), [phones]);
  const seen = useMemo(() => phonesSeen(state), [phones]);
  const live = useMemo(() => liveByPhone(state), [calls]);
  const shared = useMemo(() => new Shared(store, actions), [store, actions]);

  useEffect(() => {
    const ringing = own.filter((phone) => phone.state === "ringing").length;
    document.title = ringing ? `(${ringing}) ringing · offhook` : "offhook";
  }, [own]);

  if (state.link === "starting" || (state.epoch === null && state.link === "live")) {
    return html`<p class="starting">Opening the console…</p>`;
  }
  return html`<${SharedProvider} value=${shared}>
    <${Header} link=${state.link} awaySince=${state.awaySince} me=${state.me} hasData=${state.epoch !== null} />
    <main class=${state.link === "live" ? "" : "is-stale"}>
      <${PhoneList} phones=${own} live=${live} attempts=${attempts} hasSeen=${seen.length > 0} />
      <${SeenPhones} phones=${seen} />
      <${CallList} state=${state} more=${more} />
    </main>
    <${Announcer} live=${live} phones=${phones} attempts=${attempts} />
  <//>`;
}
