// What the user chose at this browser. Kept here and not at the console: a ring belongs to a desk, not to a person.

import { useEffect, useState } from "./ui.js";

const KEY = "offhook.settings";

const DEFAULTS = Object.freeze({
  theme: "auto", // auto, light, dark
  rings: true,
  notifies: false,
  hasShortcuts: true,
  popUrl: "", // opened on an incoming call; {number}, {name} and {call} are filled in
  popsByItself: false,
  showsAll: false, // for who may work every phone: all of them, or the own
});

const listeners = new Set();
let settings = read();

function read() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return { ...DEFAULTS }; // unreadable, or storage is not allowed here
  }
}

export function currentSettings() {
  return settings;
}

export function changeSettings(change) {
  settings = { ...settings, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // storage is full or not allowed: good until the page is closed
  }
  for (const listener of listeners) listener(settings);
}

// Another tab of the same browser changed them.
addEventListener("storage", ({ key }) => {
  if (key !== KEY) return;
  settings = read();
  for (const listener of listeners) listener(settings);
});

export function onSettings(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSettings() {
  const [now, setNow] = useState(settings);
  useEffect(() => onSettings(setNow), []);
  return now;
}

export function applyTheme() {
  document.documentElement.dataset.theme = settings.theme;
}
