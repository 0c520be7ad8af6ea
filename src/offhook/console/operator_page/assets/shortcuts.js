// Keys that work anywhere on the page while nobody types. Whoever offers something registers it for as long as it is
// on screen; `?` lists what is registered at that moment. Source: WCAG 2.2 §2.1.4: single keys can be turned off.

import { currentSettings } from "./settings.js";
import { useLayoutEffect, useRef } from "./ui.js";

const registered = new Map(); // key -> [{label, run, isAlways}], the newest last

export function useShortcut(key, label, run, isOffered = true) {
  const newest = useRef(run);
  newest.current = run;
  // With the drawing, not after it: what is on screen can be pressed.
  useLayoutEffect(() => {
    if (!isOffered || !key) return undefined;
    const entry = { label, run: (event) => newest.current(event) };
    registered.set(key, [...(registered.get(key) ?? []), entry]);
    return () => registered.set(key, registered.get(key).filter((one) => one !== entry));
  }, [key, label, isOffered]);
}

// [{key, label}] in the order of registration.
export function shortcuts() {
  return Array.from(registered, ([key, entries]) => ({ key, label: entries[entries.length - 1]?.label })).filter(
    (one) => one.label,
  );
}

function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=group][tabindex]");
}

export function listenForShortcuts() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.defaultPrevented) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const entry = registered.get(event.key)?.at(-1);
    if (!entry || !(currentSettings().hasShortcuts || event.key === "?")) return;
    event.preventDefault();
    entry.run(event);
  });
}
