// Keeps what the user chose at the console, so that it follows them to other browsers.
//
// The console keeps all of it in one piece, so nothing is sent before it is known what is there: what is chosen until
// then is laid over it. One request runs at a time; what is chosen meanwhile goes with the next.

import { onChoice, takePreferences, takeShared } from "./settings.js";

const TYPING_PAUSE_MS = 600;

export class Preferences {
  #api;
  #fail;
  #kept = null; // as the console has it
  #chosen = {}; // and not sent yet
  #isSaving = false;
  #timer = null;

  // fail(error): what was chosen could not be kept.
  constructor(api, fail) {
    this.#api = api;
    this.#fail = fail;
    onChoice((choice) => {
      Object.assign(this.#chosen, choice);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#save(), "pop_url" in choice ? TYPING_PAUSE_MS : 0);
    });
  }

  // Asked for again whenever another browser may have changed it.
  async load() {
    try {
      const [shared, preferences] = await Promise.all([this.#api.settings(), this.#api.preferences()]);
      takeShared(shared);
      if (this.#isSaving) return; // the answer may be older than what is being sent
      this.#kept = preferences;
      takePreferences({ ...preferences, ...this.#chosen });
      if (this.#timer === null) this.#save();
    } catch (error) {
      if (error.name !== "ApiError") throw error; // what was known last holds
    }
  }

  async #save() {
    this.#timer = null;
    if (this.#isSaving || !this.#kept) return;
    this.#isSaving = true;
    while (Object.keys(this.#chosen).length > 0) {
      const wanted = { ...this.#kept, ...this.#chosen };
      this.#chosen = {};
      try {
        this.#kept = await this.#api.keepPreferences(wanted);
      } catch (error) {
        this.#fail(error);
      }
    }
    this.#isSaving = false;
  }
}
