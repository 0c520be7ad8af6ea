// Brings what events have touched up to date, without repeating the console's rules here.
//
// An event says that a phone or a call changed, not how it looks now. Each round asks the console for everything that
// was touched since the last one, and hands it over in one piece. One round runs at a time; what is touched while it
// runs is asked for again in the next, so the last answer always is younger than the last event. When much was
// touched one snapshot is cheaper than many small answers.

const GATHER_MS = 20; // the reports of one change arrive a few milliseconds apart
const PAUSE_MS = 40;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 3_000;
const MANY = 12;

export class Refresher {
  #api;
  #apply;
  #phones = new Set();
  #calls = new Set();
  #everything = false;
  #generation = 0;
  #timer = null;
  #isRunning = false;
  #isAway = true;
  #retryMs = FIRST_RETRY_MS;

  // apply({snapshot} or {phones, calls, gonePhones, goneCalls})
  constructor(api, apply) {
    this.#api = api;
    this.#apply = apply;
  }

  touch({ phones = [], calls = [] }) {
    for (const id of phones) this.#phones.add(id);
    for (const id of calls) this.#calls.add(id);
    this.#schedule(GATHER_MS);
  }

  touchEverything() {
    this.#everything = true;
    this.#schedule(GATHER_MS);
  }

  // The feed brought a snapshot: everything touched before it is in it, answers on their way are older.
  startOver() {
    this.#generation += 1;
    this.#take();
  }

  // While the console is away nothing is asked; what was touched is kept.
  setAway(isAway) {
    this.#isAway = isAway;
    if (!isAway) this.#schedule(0);
  }

  #take() {
    const taken = { phones: this.#phones, calls: this.#calls, everything: this.#everything };
    this.#phones = new Set();
    this.#calls = new Set();
    this.#everything = false;
    return taken;
  }

  #schedule(delayMs) {
    if (this.#isRunning || this.#isAway || this.#timer !== null) return;
    if (!this.#everything && this.#phones.size + this.#calls.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#round();
    }, delayMs);
  }

  async #round() {
    this.#isRunning = true;
    const generation = this.#generation;
    const taken = this.#take();
    let found = null;
    let delayMs = PAUSE_MS;
    try {
      found = await this.#ask(taken);
      this.#retryMs = FIRST_RETRY_MS;
    } catch {
      delayMs = this.#retryMs;
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    }
    this.#isRunning = false;
    if (generation === this.#generation) {
      if (found) this.#apply(found);
      else this.#putBack(taken);
    }
    this.#schedule(delayMs);
  }

  #putBack(taken) {
    for (const id of taken.phones) this.#phones.add(id);
    for (const id of taken.calls) this.#calls.add(id);
    this.#everything ||= taken.everything;
  }

  async #ask({ phones, calls, everything }) {
    if (everything || phones.size + calls.size > MANY) return { snapshot: await this.#api.snapshot() };
    const [foundPhones, foundCalls] = await Promise.all([
      Promise.all(Array.from(phones, (id) => orGone(this.#api.phone(id), id))),
      Promise.all(Array.from(calls, (id) => orGone(this.#api.call(id), id))),
    ]);
    return {
      phones: foundPhones.filter((one) => !one.gone),
      gonePhones: foundPhones.filter((one) => one.gone).map((one) => one.gone),
      calls: foundCalls.filter((one) => !one.gone),
      goneCalls: foundCalls.filter((one) => one.gone).map((one) => one.gone),
    };
  }
}

async function orGone(answer, id) {
  try {
    return await answer;
  } catch (error) {
    if (error.status === 404) return { gone: id };
    throw error;
  }
}
