// A running clock since a moment on the console's clock.

import { html, useEffect, useState } from "../ui.js";
import { duration } from "../words.js";
import { useShared } from "./shared.js";

export function useNow() {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(tick);
  }, []);
  return now;
}

export function Timer({ since, label }) {
  const { clockAheadMs } = useShared();
  const now = useNow() + clockAheadMs;
  return html`<time class="timer" aria-label=${label}>${duration(Date.parse(since), now)}</time>`;
}
