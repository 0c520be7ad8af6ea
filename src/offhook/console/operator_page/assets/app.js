// Wires the parts: feed and API -> store -> page. The only file that knows all of them.

import { Actions } from "./actions.js";
import { Alerts } from "./alerts.js";
import { api } from "./api.js";
import { Shell } from "./components/shell.js";
import { openFeed } from "./feed.js";
import { speak } from "./i18n.js";
import { numberOfLink } from "./numbers.js";
import { Preferences } from "./preferences.js";
import { Refresher } from "./refresh.js";
import { to } from "./router.js";
import { applyTheme, onSettings } from "./settings.js";
import { listenForShortcuts } from "./shortcuts.js";
import { Store, endedUnheard, isFinal, liveAt, touchedBy } from "./store.js";
import { html, render } from "./ui.js";

// What the end of a command changes by itself, with no event of its own: a transfer's state; the microphone, of which
// no phone reports.
const ASK_AFTER = new Set(["set_mic", "blind_transfer", "attended_transfer", "complete_transfer", "cancel_transfer"]);
const NOTHING = { phones: [], gonePhones: [], calls: [], goneCalls: [] };

applyTheme();
onSettings(applyTheme);
listenForShortcuts();

const store = new Store();
const actions = new Actions(api, store);
const preferences = new Preferences(api, (error) => actions.fail(error));
new Alerts(store);
takeDialLink();

// A tel: link that the browser handed to us: /dial?number=tel:…
function takeDialLink() {
  const number = location.pathname === "/dial" && new URLSearchParams(location.search).get("number");
  if (number) history.replaceState(null, "", `/${to("dial", { number: numberOfLink(number) })}`);
}

function apply(found) {
  if (!found.snapshot) {
    store.dispatch({ type: "resources", ...found });
    return;
  }
  const isHistoryShort = endedUnheard(store.state, found.snapshot);
  store.dispatch({ type: "snapshot", snapshot: found.snapshot, now: Date.now() });
  if (isHistoryShort) actions.loadCalls();
}

const refresher = new Refresher(api, {
  apply,
  liveAt: (phone) => liveAt(store.state, phone),
  count: () => store.state.phones.size,
  seesCallsAt: (phone) => store.state.me === null || store.state.me.sees_all_phones || store.state.me.phones.includes(phone),
});

function heardOfCommand(command) {
  store.dispatch({ type: "command", command });
  if (ASK_AFTER.has(command.verb) && isFinal(command)) refresher.touch([command.phone]);
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
    const me = await api.me();
    // Before anything is drawn that can be pressed: somebody may have turned the shortcuts off.
    const [language] = await Promise.all([speak(me.user?.language), preferences.load()]);
    store.dispatch({ type: "language", language });
    store.dispatch({ type: "me", me });
  } catch (error) {
    if (error.status === 401) location.assign("/sign-in");
  }
}

openFeed({
  snapshot(snapshot) {
    refresher.startOver();
    store.dispatch({ type: "snapshot", snapshot, now: Date.now() });
    actions.loadCalls();
    actions.countMissed();
    askAboutCommands();
  },
  event(envelope) {
    if (envelope.type.startsWith("command.")) heardOfCommand(envelope.detail);
    else if (envelope.type === "phone.removed") apply({ ...NOTHING, gonePhones: [envelope.phone] });
    else refresher.touch(touchedBy(store.state, envelope));
    if (envelope.type === "call.missed") actions.countMissed();
    store.publish(envelope);
  },
  link(link) {
    store.dispatch({ type: "link", link, now: Date.now() });
    refresher.setAway(link !== "live");
    if (link !== "live") return;
    if (store.state.me === null) whoAmI();
    else preferences.load();
  },
  // Signed out, or what we may see has changed: who we are now decides what is shown.
  refused: whoAmI,
});

// Somebody comes back: another browser, or an administrator, may have chosen something else meanwhile.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && store.state.me) preferences.load();
});

await speak(""); // the browser's, until it is known who asks
whoAmI();
const page = document.getElementById("page");
page.replaceChildren(); // what stood there until now; drawing leaves it when the first snapshot was quicker
render(html`<${Shell} store=${store} actions=${actions} />`, page);
