// Brings what events have touched up to date, without repeating the console's rules here.
//
// An event says that something changed at a phone, not how it looks now. So each round asks the console and hands the
// answer over in one piece. One round runs at a time; what is touched while it runs is asked for again in the next, so
// the last answer always is younger than the last event.
//
// A snapshot is one answer about one moment, and the best to have; where there are many phones it is too long to be
// asked for several times a second, and the phones that were touched are asked about one by one.

const GATHER_MS = 20; // the reports of one change arrive a few milliseconds apart
const PAUSE_MS = 40;
const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 3_000;
const FEW = 100; // phones in all: a snapshot costs nothing
const MANY = 6; // phones touched at once: a snapshot is cheaper than so many questions,
const SHARE = 100; // or this part of all phones, where they are so many that a snapshot is long
const MOST_LIVE = 50; // calls at one phone
const JUST_ENDED = 5; // more than those we knew may have ended meanwhile

export class Refresher {
  #api;
  #apply;
  #liveAt;
  #seesCallsAt;
  #count;
  #phones = new Set();
  #generation = 0;
  #timer = null;
  #isRunning = false;
  #isAway = true;
  #retryMs = FIRST_RETRY_MS;

  // apply({snapshot} or {phones, calls, gonePhones, goneCalls}); liveAt(phone) -> ids of the calls shown as going on;
  // count() -> how many phones are known; seesCallsAt(phone) -> false: of its calls nothing would be answered.
  constructor(api, { apply, liveAt, count, seesCallsAt }) {
    this.#api = api;
    this.#apply = apply;
    this.#liveAt = liveAt;
    this.#count = count;
    this.#seesCallsAt = seesCallsAt;
  }

  touch(phones) {
    for (const id of phones) this.#phones.add(id);
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
    const taken = this.#phones;
    this.#phones = new Set();
    return taken;
  }

  #schedule(delayMs) {
    if (this.#isRunning || this.#isAway || this.#timer !== null) return;
    if (this.#phones.size === 0) return;
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
      else for (const id of taken) this.#phones.add(id);
    }
    this.#schedule(delayMs);
  }

  async #ask(phones) {
    const count = this.#count();
    if (count <= FEW || phones.size > Math.max(MANY, count / SHARE)) return { snapshot: await this.#api.snapshot() };
    const found = { phones: [], gonePhones: [], calls: [], goneCalls: [] };
    const ended = [];
    await Promise.all(Array.from(phones, (id) => this.#askFor(id, found, ended)));
    found.calls.push(...ended); // last: a call may have ended between two answers, and never comes back
    return found;
  }

  async #askFor(id, found, ended) {
    const asksForCalls = this.#seesCallsAt(id) || this.#liveAt(id).length > 0;
    const [phone, live] = await Promise.all([this.#phone(id), asksForCalls ? this.#api.callsAt(id, true, MOST_LIVE) : []]);
    if (phone) found.phones.push(phone);
    else found.gonePhones.push(id);
    found.calls.push(...live);
    const listed = new Set(live.map((call) => call.id));
    const vanished = this.#liveAt(id).filter((call) => !listed.has(call));
    if (vanished.length === 0) return;
    // They are over, or turned out to be the same call as another: then there is nothing to be asked for by their id.
    const past = await this.#api.callsAt(id, false, vanished.length + JUST_ENDED);
    ended.push(...past);
    const known = new Set(past.map((call) => call.id));
    found.goneCalls.push(...vanished.filter((call) => !known.has(call)));
  }

  async #phone(id) {
    try {
      return await this.#api.phone(id);
    } catch (error) {
      if (error.status === 404) return null;
      throw error;
    }
  }
}
