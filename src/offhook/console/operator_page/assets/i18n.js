// Everything visible comes from a catalogue: t("calls.missed", {n: 3}).
//
// Catalogues are `messages/LANGUAGE.js`, made of one file an area of the page. A message is a text with {names} in it,
// or texts by plural category, of which `n` chooses one. What another language lacks is shown in English.

import en from "./messages/en.js";

export const LANGUAGES = { en: "English", de: "Deutsch" };

const LOADERS = { de: () => import("./messages/de.js") };

let language = "en";
let catalogue = en;
let plural = new Intl.PluralRules("en");

// "" and languages that we do not have take the browser's, the first that we have.
export function languageFor(wished, browsers = navigator.languages) {
  const known = [wished, ...browsers].map((tag) => tag?.split("-")[0].toLowerCase());
  return known.find((tag) => tag in LANGUAGES) ?? "en";
}

// The locale of dates and numbers: the browser's own variant of the page's language, where it has one.
export function locale() {
  return navigator.languages.find((tag) => tag.split("-")[0].toLowerCase() === language) ?? language;
}

export function currentLanguage() {
  return language;
}

export async function speak(wished) {
  const chosen = languageFor(wished);
  catalogue = chosen === "en" ? en : (await LOADERS[chosen]()).default;
  language = chosen;
  plural = new Intl.PluralRules(chosen);
  document.documentElement.lang = chosen;
  return chosen;
}

export function t(key, values = {}) {
  const message = catalogue[key] ?? en[key];
  if (message === undefined) {
    console.error(`no message ${key}`);
    return key;
  }
  const text = typeof message === "string" ? message : (message[plural.select(values.n)] ?? message.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// For words of the console (states, causes, error ids) that may be newer than this page.
export function known(key) {
  return key in catalogue || key in en;
}
