import { speak, t } from "./i18n.js";
import { InOrder } from "./in_order.js";

const PAGE_OF_CALLS = 50;
const MOST_KEYS = 32; // in one request
const MOST_STEPS = 10;

const PLACES = { press_line: "line", press_dss: "dss", press_soft: "soft", navigate: "navigate" };

// What the operator can make happen. Every click becomes an attempt, whose fate the page shows where it was clicked.

export class Actions {
  #api;
  #store;
  #count = 0;
  #presses = new InOrder();

  constructor(api, store) {
    this.#api = api;
    this.#store = store;
  }

  dial(phone, number, place = `${phone.id}/dial`) {
    return this.#attempt(phone.id, place, "dial", () => this.#api.dial(phone.id, number));
  }

  answer({ call, connection }) {
    return this.#onCall(connection, "answer", () => this.#api.answer(call.id, connection.phone));
  }

  reject({ call, connection }) {
    return this.#onCall(connection, "reject", () => this.#api.reject(call.id, connection.phone));
  }

  hangUp({ call, connection }) {
    return this.#onCall(connection, "hang_up", () => this.#api.hangUp(call.id, connection.id));
  }

  hold({ call, connection }, held) {
    const verb = held ? "hold" : "retrieve";
    return this.#onCall(connection, verb, () => this.#api.hold(call.id, connection.phone, held));
  }

  transfer({ call, connection }, target, flow = "blind") {
    const send = () => this.#api.transfer(call.id, connection.phone, target, flow);
    return this.#onCall(connection, flow === "blind" ? "blind_transfer" : "attended_transfer", send);
  }

  completeTransfer({ connection }, transfer) {
    return this.#onCall(connection, "complete_transfer", () => this.#api.completeTransfer(transfer.id));
  }

  cancelTransfer({ connection }, transfer) {
    return this.#onCall(connection, "cancel_transfer", () => this.#api.cancelTransfer(transfer.id));
  }

  join({ call, connection }, other) {
    const send = () => this.#api.conference([call.id, other.call.id], connection.phone);
    return this.#onCall(connection, "conference", send);
  }

  mute({ connection }, muted) {
    return this.#onCall(connection, "set_mic", () => this.#api.mic(connection.phone, muted));
  }

  // delta: 1 or -1; quick presses go together.
  changeVolume(phone, delta, place) {
    const send = (deltas) => {
      const sum = deltas.reduce((one, other) => one + other);
      return sum === 0 || this.#attempt(phone.id, place, "change_volume", () => this.#api.volume(phone.id, sum));
    };
    return this.#presses.add(phone.id, { kind: "volume", value: delta, most: MOST_STEPS, send });
  }

  chooseVoice({ connection }, path) {
    return this.#onCall(connection, "set_audio_path", () => this.#api.audioPath(connection.phone, path));
  }

  setDnd(phone, on) {
    return this.#attempt(phone.id, `${phone.id}/dnd`, "set_dnd", () => this.#api.dnd(phone.id, on));
  }

  setForward(phone, kind, on, target) {
    const send = () => this.#api.forward(phone.id, kind, on, target);
    return this.#attempt(phone.id, `${phone.id}/forward`, "set_forwarding", send);
  }

  redial(phone) {
    return this.#attempt(phone.id, `${phone.id}/dial`, "redial", () => this.#api.redial(phone.id));
  }

  voicemail(phone) {
    return this.#attempt(phone.id, `${phone.id}/dial`, "voicemail", () => this.#api.voicemail(phone.id));
  }

  // tokens: names of keys and digits, as in the document; `what`: how to call them in the answer.
  pressKeys(phone, tokens, what) {
    const send = (lists) => this.#key(phone, "press_keys", what, () => this.#api.keys(phone.id, lists.flat()));
    return this.#presses.add(phone.id, { kind: "keys", value: tokens, most: 1, send });
  }

  // verb: press_line, press_dss, press_soft or navigate; which: its number or direction.
  pressKey(phone, verb, which, what) {
    const send = () => this.#key(phone, verb, what, () => this.#api[PLACES[verb]](phone.id, which));
    return this.#presses.add(phone.id, { kind: verb, value: which, most: 1, send });
  }

  typeDigit(phone, token, digit) {
    const send = (pairs) => {
      const typed = pairs.map((pair) => pair.digit).join("");
      return this.#key(phone, "press_keys", typed, () => this.#api.keys(phone.id, pairs.map((pair) => pair.token)));
    };
    return this.#presses.add(phone.id, { kind: "digits", value: { token, digit }, most: MOST_KEYS, send });
  }

  restart(phone, isForced) {
    return this.#attempt(phone.id, `${phone.id}/keys`, "restart", () => this.#api.restart(phone.id, isForced));
  }

  provision(phone, isForced) {
    return this.#attempt(phone.id, `${phone.id}/keys`, "provision", () => this.#api.provision(phone.id, isForced));
  }

  // True when it is kept.
  async annotate(call, text, outcome) {
    try {
      const changed = await this.#api.note(call, text, outcome);
      this.#store.dispatch({ type: "resources", phones: [], gonePhones: [], calls: [changed], goneCalls: [] });
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  async countMissed() {
    try {
      this.#store.dispatch({ type: "missed", count: (await this.#api.missed()).count });
    } catch {
      // the badge stays at what was known last
    }
  }

  async sawMissed() {
    try {
      this.#store.dispatch({ type: "missed", count: (await this.#api.sawMissed()).count });
    } catch {
      // it is asked again the next time
    }
  }

  setUp(id, setup) {
    return this.#api.setUpPhone(id, setup);
  }

  dismiss(id) {
    this.#store.dispatch({ type: "dismiss", id });
  }

  // Says something that belongs to no place on the page; tone is good, info, warning or bad.
  say(tone, text) {
    this.#count += 1;
    this.#store.dispatch({ type: "toast", toast: { id: this.#count, tone, text } });
  }

  closeToast(id) {
    this.#store.dispatch({ type: "closeToast", id });
  }

  async loadCalls(before = null) {
    if (before) this.#store.dispatch({ type: "historyState", historyState: "loading" });
    try {
      const calls = await this.#api.pastCalls(PAGE_OF_CALLS, before);
      this.#store.dispatch({ type: "history", calls, isFirst: !before, hasMore: calls.length === PAGE_OF_CALLS });
    } catch {
      this.#store.dispatch({ type: "historyState", historyState: "failed" });
    }
  }

  async changeLanguage(language) {
    try {
      const me = await this.#api.changeMe({ language });
      this.#store.dispatch({ type: "language", language: await speak(language) });
      this.#store.dispatch({ type: "me", me });
    } catch (error) {
      this.fail(error);
    }
  }

  // What to tell when something went wrong that shows at no place of its own.
  fail(error) {
    if (error.name !== "ApiError") throw error;
    this.say("bad", error.status === 0 ? t("outcome.noAnswer") : error.message);
  }

  async signOut() {
    await this.#api.signOut();
    location.assign("/sign-in");
  }

  // True when the console accepted this digit.
  sendDigit({ call, connection }, digit) {
    const send = (digits) =>
      this.#onCall(connection, "send_digits", () => this.#api.digits(call.id, connection.phone, digits.join("")));
    return this.#presses.add(connection.id, { kind: "digits", value: digit, most: MOST_KEYS, send });
  }

  #key(phone, verb, what, send) {
    return this.#attempt(phone.id, `${phone.id}/keys`, verb, send, what);
  }

  #onCall(connection, verb, send) {
    return this.#attempt(connection.phone, connection.id, verb, send);
  }

  // True when the console accepted it; what the phone did shows in the attempt later.
  async #attempt(phone, place, verb, send, what = "") {
    this.#count += 1;
    const id = this.#count;
    this.#store.dispatch({ type: "attempt", attempt: { id, phone, place, verb, what } });
    try {
      this.#store.dispatch({ type: "accepted", id, command: await send() });
      return true;
    } catch (error) {
      if (error.name !== "ApiError") throw error;
      this.#store.dispatch({ type: "refused", id, problem: { status: error.status, message: error.message } });
      return false;
    }
  }
}
