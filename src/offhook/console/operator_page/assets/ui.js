// What every component needs from the vendored modules, in one place: templates bound to Preact, and its hooks.

import htm from "./vendor/htm.js";
import { h } from "./vendor/preact.js";

export { createContext, render } from "./vendor/preact.js";
export {
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "./vendor/preact-hooks.js";

// Templates put every value into a text node or a property, never into markup: names come from strangers.
export const html = htm.bind(h);
