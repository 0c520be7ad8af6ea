// The day's figures from the console: at once, every few seconds, and soon after something has changed.

import { api } from "../../api.js";
import { useEffect, useRef, useState } from "../../ui.js";
import { dayQuery } from "./figures.js";

const EVERY_MS = 6_000; // the console counts anew every few seconds, however many ask
const SOON_MS = 1_500;

export function useFigures({ by, group, day, within }, news) {
  const [found, setFound] = useState({ figures: null, hasFailed: false });
  const asked = useRef(0);
  const wish = JSON.stringify([by, group, day, within]);

  const ask = async () => {
    const number = ++asked.current;
    const common = { ...dayQuery(day), within_s: within, ...(group === null ? {} : { group }) };
    try {
      const [rows, hours, phones] = await Promise.all([
        api.statistics({ ...common, by }),
        api.statistics({ ...common, by: "hour" }),
        api.statistics({ ...common, by: "phone" }),
      ]);
      if (number === asked.current) setFound({ figures: { rows, hours, phones, wish }, hasFailed: false });
    } catch {
      if (number === asked.current) setFound((before) => ({ ...before, hasFailed: true }));
    }
  };

  useEffect(() => {
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, [wish]);
  useEffect(() => {
    const timer = setTimeout(ask, SOON_MS);
    return () => clearTimeout(timer);
  }, [news]);
  return found;
}

// The groups there are, to choose from.
export function useGroups() {
  const [groups, setGroups] = useState([]);
  useEffect(() => {
    api.statistics({ by: "group" }).then(
      ({ rows }) => setGroups(rows.map((row) => row.key).filter(Boolean)),
      () => {}, // then there is only everybody
    );
  }, []);
  return groups;
}
