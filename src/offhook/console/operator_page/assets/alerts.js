// An incoming call, for whoever looks elsewhere: ring, desktop notification, screen pop. Once for each call, and in one
// of the tabs that are open.

import { t } from "./i18n.js";
import { popFor } from "./screen_pop.js";
import { currentSettings } from "./settings.js";
import { deskPhones, liveByPhone } from "./store.js";
import { partyWords, phoneWords } from "./words.js";

const RING_EVERY_MS = 3_000;
const TONES_HZ = [659.3, 830.6];

export class Alerts {
  #known = new Set(); // connections that have been announced
  #notes = new Map(); // connection id -> Notification
  #ringer = new Ringer();
  #isHere = !navigator.locks; // where browsers cannot tell tabs apart, each of them alerts

  constructor(store) {
    navigator.locks?.request("offhook.alerts", () => {
      this.#isHere = true;
      this.#look(store.state);
      return new Promise(() => {}); // until the tab is closed
    });
    let calls = null;
    store.subscribe((state) => {
      if (state.calls === calls) return;
      calls = state.calls;
      this.#look(state);
    });
  }

  #look(state) {
    if (!state.me || !this.#isHere) return;
    const live = liveByPhone(state);
    const ringing = deskPhones(state)
      .flatMap((phone) => live.get(phone.id) ?? [])
      .filter(({ connection }) => connection.state === "alerting");
    const ids = new Set(ringing.map(({ connection }) => connection.id));
    for (const entry of ringing) if (!this.#known.has(entry.connection.id)) this.#announce(entry, state);
    for (const [id, note] of this.#notes) {
      if (ids.has(id)) continue;
      note.close();
      this.#notes.delete(id);
    }
    this.#known = ids;
    this.#ringer.set(ids.size > 0);
  }

  #announce(entry, { phones }) {
    const settings = currentSettings();
    const { connection } = entry;
    const caller = partyWords(connection.remote, phones);
    if (settings.notifies && globalThis.Notification?.permission === "granted") {
      const body = t("alert.at", { phone: phoneWords(connection.phone, phones).name });
      const title = [caller.name, caller.number].filter(Boolean).join(" · ");
      const note = new Notification(title, { body, tag: connection.id, icon: "/assets/icon.svg", requireInteraction: true });
      note.onclick = () => {
        focus();
        note.close();
      };
      this.#notes.set(connection.id, note);
    }
    const url = settings.popsByItself ? popFor(entry, settings.popUrl) : null;
    if (url) open(url, "_blank", "noopener,noreferrer");
  }
}

// Two soft tones every three seconds. Browsers give sound to pages that somebody has touched; until then it is silent.
class Ringer {
  #sound = null;
  #timer = null;

  set(isRinging) {
    if (isRinging === (this.#timer !== null)) return;
    clearInterval(this.#timer);
    this.#timer = isRinging ? setInterval(() => this.#ring(), RING_EVERY_MS) : null;
    if (isRinging) this.#ring();
    else this.#sound?.suspend();
  }

  #ring() {
    if (!currentSettings().rings || !navigator.userActivation?.hasBeenActive) return;
    this.#sound ??= new AudioContext();
    this.#sound.resume();
    const start = this.#sound.currentTime + 0.02;
    for (let beat = 0; beat < 6; beat += 1) this.#beat(start + beat * 0.14, TONES_HZ[beat % 2]);
  }

  #beat(at, hz) {
    const tone = new OscillatorNode(this.#sound, { frequency: hz, type: "sine" });
    const gain = new GainNode(this.#sound, { gain: 0 });
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.16, at + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    tone.connect(gain).connect(this.#sound.destination);
    tone.start(at);
    tone.stop(at + 0.32);
  }
}
