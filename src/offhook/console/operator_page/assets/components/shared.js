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

// For what shows other phones than its own: draws again whenever one of them changes.
export function useOwnPhones() {
  const { store } = useShared();
  const [phones, setPhones] = useState(store.state.phones);
  useEffect(() => store.subscribe((state) => setPhones(state.phones)), [store]);
  return phonesSetUp({ phones });
}
