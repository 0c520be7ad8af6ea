// What the user chose. Most of it follows them to other browsers, see `preferences.js`; notifications are a matter of
// this browser alone, and so is how much of the desk is shown. What nobody chose is as an administrator chose for all.

import { useEffect, useState } from "./ui.js";

const KEY = "offhook.settings";

const DEFAULTS = Object.freeze({
  theme: "auto", // auto, light, dark
  rings: true,
  hasShortcuts: true,
  ownPopUrl: null, // opened on an incoming call, see screen_pop.js; null: as for everybody, "": none
  popsByItself: false,
  notifies: false,
  showsAll: false, // for who may work every phone: all of them, or the own
  sharedPopUrl: "", // for everybody
});

// As the console calls what follows the user.
const FOLLOWS = { theme: "theme", rings: "rings", hasShortcuts: "has_shortcuts", ownPopUrl: "pop_url", popsByItself: "pops_by_itself" };

// Good before the console has answered; the rest may be of somebody else who signed in at this browser.
const AT_START = ["theme", "notifies", "showsAll"];

const listeners = new Set();
const choiceListeners = new Set();
let settings = complete(kept(AT_START));

function complete(known) {
  const whole = { ...DEFAULTS, ...known };
  return { ...whole, popUrl: whole.ownPopUrl ?? whole.sharedPopUrl };
}

function kept(names) {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return Object.fromEntries(names.filter((name) => name in found).map((name) => [name, found[name]]));
  } catch {
    return {}; // unreadable, or storage is not allowed here
  }
}

function become(change) {
  settings = complete({ ...settings, ...change });
  for (const listener of listeners) listener(settings);
}

function keep() {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // storage is full or not allowed: good until the page is closed
  }
}

export function currentSettings() {
  return settings;
}

export function changeSettings(change) {
  become(change);
  keep();
  const choice = Object.entries(change).filter(([name]) => name in FOLLOWS);
  if (choice.length === 0) return;
  const told = Object.fromEntries(choice.map(([name, value]) => [FOLLOWS[name], value]));
  for (const listener of choiceListeners) listener(told);
}

// What the console keeps of the user's choices, in its words.
export function takePreferences(preferences) {
  const known = Object.entries(FOLLOWS).filter(([, word]) => word in preferences);
  become(Object.fromEntries(known.map(([name, word]) => [name, preferences[word]])));
  keep();
}

export function takeShared(shared) {
  become({ sharedPopUrl: shared.pop_url });
  keep();
}

// Another tab of the same browser changed them.
addEventListener("storage", ({ key }) => {
  if (key === KEY) become(kept(Object.keys(DEFAULTS)));
});

export function onSettings(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Called with what the user has just chosen and what follows them, in the console's words.
export function onChoice(listener) {
  choiceListeners.add(listener);
  return () => choiceListeners.delete(listener);
}

export function useSettings() {
  const [now, setNow] = useState(settings);
  useEffect(() => onSettings(setNow), []);
  return now;
}

export function applyTheme() {
  document.documentElement.dataset.theme = settings.theme;
}
