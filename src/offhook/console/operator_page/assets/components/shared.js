// What components at any depth use. It never changes, so that one phone's news does not draw all cards again; what it
// gives is read when a component draws.

import { phonesSetUp } from "../store.js";
import { createContext, useContext, useEffect, useState } from "../ui.js";

const Context = createContext(null);

export const SharedProvider = Context.Provider;

export class Shared {
  constructor(store, actions) {
    this.store = store;
    this.actions = actions;
  }

  get me() {
    return this.store.state.me;
  }

  get phones() {
    return this.store.state.phones;
  }

  get clockAheadMs() {
    return this.store.state.clockAheadMs;
  }
}

export function useShared() {
  return useContext(Context);
}

const NONE = [];

// For what shows other phones than its own, while it does: draws again whenever one of them changes.
export function useOwnPhones(isWanted) {
  const { store } = useShared();
  const [, setPhones] = useState(null);
  useEffect(() => (isWanted ? store.subscribe((state) => setPhones(state.phones)) : undefined), [store, isWanted]);
  return isWanted ? phonesSetUp(store.state) : NONE;
}
