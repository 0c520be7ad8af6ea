// Where in the page we are: `#/history?missed=1` is {path: "history", query}. Links are plain links: <a href=${to("history")}>.

import { useEffect, useState } from "./ui.js";

export const FIRST_VIEW = "phone";

export function readRoute(hash = location.hash) {
  const [, path = "", query = ""] = /^#\/([\w-]*)(?:[/?](.*))?$/.exec(hash) ?? [];
  return { path: path || FIRST_VIEW, query: new URLSearchParams(query) };
}

export function to(path, query = {}) {
  const text = new URLSearchParams(query).toString();
  return `#/${path}${text ? `?${text}` : ""}`;
}

export function go(path, query = {}) {
  location.hash = to(path, query);
}

// The same without an entry in the browser's history: for what a step back should skip.
export function replace(path, query = {}) {
  history.replaceState(null, "", `/${to(path, query)}`);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

export function useRoute() {
  const [route, setRoute] = useState(() => readRoute());
  useEffect(() => {
    const changed = () => setRoute(readRoute());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return route;
}
