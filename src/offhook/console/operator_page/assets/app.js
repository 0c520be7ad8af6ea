// Wires the parts: feed and API -> store -> page. The only file that knows all of them.

import { Actions } from "./actions.js";
import { api } from "./api.js";
import { Page } from "./components/page.js";
import { openFeed } from "./feed.js";
import { Refresher } from "./refresh.js";
import { Store, endedUnheard, isFinal, liveAt, touchedBy } from "./store.js";
import { html, render } from "./ui.js";

const PAGE_OF_CALLS = 50;
const FEW_PHONES = 100;

const NOTHING = { phones: [], gonePhones: [], calls: [], goneCalls: [] };

const store = new Store();
const actions = new Actions(api, store);

function apply(found) {
  if (!found.snapshot) {
    store.dispatch({ type: "resources", ...found });
    return;
  }
  const isHistoryShort = endedUnheard(store.state, found.snapshot);
  store.dispatch({ type: "snapshot", snapshot: found.snapshot, now: Date.now() });
  if (isHistoryShort) loadCalls();
}

const refresher = new Refresher(api, {
  apply,
  liveAt: (phone) => liveAt(store.state, phone),
  isSmall: () => store.state.phones.size <= FEW_PHONES,
});

async function loadCalls(before = null) {
  if (before) store.dispatch({ type: "historyState", historyState: "loading" });
  try {
    const calls = await api.pastCalls(PAGE_OF_CALLS, before);
    store.dispatch({ type: "history", calls, isFirst: !before, hasMore: calls.length === PAGE_OF_CALLS });
  } catch {
    store.dispatch({ type: "historyState", historyState: "failed" });
  }
}

// What became of commands while the feed was lost and could not be resumed.
function askAboutCommands() {
  for (const { command } of store.state.attempts) {
    if (!command || isFinal(command)) continue;
    api.command(command.id).then(
      (now) => store.dispatch({ type: "command", command: now }),
      () => {}, // the feedback stays at what was known last
    );
  }
}

async function whoAmI() {
  try {
    store.dispatch({ type: "me", me: await api.me() });
  } catch (error) {
    if (error.status === 401) location.assign("/sign-in");
  }
}

openFeed({
  snapshot(snapshot) {
    refresher.startOver();
    store.dispatch({ type: "snapshot", snapshot, now: Date.now() });
    loadCalls();
    askAboutCommands();
  },
  event(envelope) {
    if (envelope.type.startsWith("command.")) store.dispatch({ type: "command", command: envelope.detail });
    else if (envelope.type === "phone.removed") apply({ ...NOTHING, gonePhones: [envelope.phone] });
    else refresher.touch(touchedBy(store.state, envelope));
  },
  gap: () => refresher.touchEverything(),
  link(link) {
    store.dispatch({ type: "link", link, now: Date.now() });
    refresher.setAway(link !== "live");
  },
  refused: whoAmI,
});
whoAmI();

const more = { loadCalls };
render(html`<${Page} store=${store} actions=${actions} more=${more} />`, document.getElementById("page"));
