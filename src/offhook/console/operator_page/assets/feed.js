// The event feed: one WebSocket that comes back by itself and goes on where it was.
//
// After a lost connection it asks for everything after the last event it saw. The console either replays that, or
// says that it cannot and sends a snapshot instead. Whoever listens gets, in order: snapshot, event, event, ... Numbers
// that are left out belong to events that this user does not see: the console loses none.

const PATH = "/api/v1/events";
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3_000;
const HELLO_LIMIT_MS = 5_000;
const PING_EVERY_MS = 5_000;
const SILENCE_LIMIT_MS = 12_000;

const NOT_LET_IN = [4001, 4002, 4003]; // no token, refused, expired
const EXPIRED = 4003;
const PROTOCOL_ERROR = 4004;
const MOST_MISSED = 2_000; // events; after a long night a snapshot says more in less

// listener: snapshot(snapshot), event(envelope), link("live" | "away"), refused() when we may have to sign in.
export function openFeed(listener) {
  return new Feed(listener);
}

class Feed {
  #listener;
  #socket = null;
  #position = null; // {epoch, seq} of the last event seen
  #pauseMs = FIRST_PAUSE_MS;
  #retry = null;
  #watch = null;
  #heardAt = 0;
  #isLive = false;

  constructor(listener) {
    this.#listener = listener;
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
    this.#connect();
  }

  #connect() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const url = new URL(PATH, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    if (this.#position) {
      url.searchParams.set("after_seq", this.#position.seq);
      url.searchParams.set("epoch", this.#position.epoch);
      url.searchParams.set("at_most", MOST_MISSED);
    }
    const socket = new WebSocket(url);
    this.#socket = socket;
    this.#isLive = false;
    this.#heardAt = performance.now();
    socket.onmessage = (message) => this.#received(message.data);
    socket.onclose = (close) => this.#lost(close.code);
    clearInterval(this.#watch);
    this.#watch = setInterval(() => this.#checkLife(), PING_EVERY_MS / 2);
  }

  #received(text) {
    this.#heardAt = performance.now();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#drop(PROTOCOL_ERROR);
      return;
    }
    if (frame.op === "hello" || frame.op === "resync_required") this.#greeted(frame.data);
    else if (frame.op === "event") this.#happened(frame.data);
    else if (frame.op === "pong") this.#reached(frame.data?.seq);
  }

  #greeted(hello) {
    if (hello.snapshot) {
      this.#position = { epoch: hello.epoch, seq: hello.seq };
      this.#listener.snapshot(hello.snapshot);
    } else if (this.#position?.epoch !== hello.epoch) {
      this.#drop(PROTOCOL_ERROR); // nothing to start from: ask again, without a position
      return;
    }
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#isLive = true;
    this.#listener.link("live");
  }

  #happened(envelope) {
    const position = this.#position;
    if (!position || envelope.epoch !== position.epoch) {
      this.#drop(PROTOCOL_ERROR);
      return;
    }
    if (envelope.seq <= position.seq) return; // seen before the connection was lost
    position.seq = envelope.seq;
    this.#listener.event(envelope);
  }

  // Nothing for us up to there: no need to go further back after a lost connection.
  #reached(seq) {
    if (this.#position && seq > this.#position.seq) this.#position.seq = seq;
  }

  // A connection can be dead without anybody having closed it: a cable pulled, a laptop that slept.
  #checkLife() {
    const silentMs = performance.now() - this.#heardAt;
    if (silentMs > (this.#isLive ? SILENCE_LIMIT_MS : HELLO_LIMIT_MS)) this.#drop(0);
    else if (this.#isLive && silentMs > PING_EVERY_MS / 2) this.#socket.send('{"op":"ping"}');
  }

  #drop(code) {
    const socket = this.#socket;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
    this.#lost(code);
  }

  #lost(code) {
    clearInterval(this.#watch);
    const wasLive = this.#isLive;
    this.#isLive = false;
    this.#socket = null;
    if (code === PROTOCOL_ERROR || code === EXPIRED) this.#position = null; // what may be seen is another picture now
    this.#listener.link("away");
    // A refused handshake looks like any other failure from here, so whoever can ask the console finds out.
    if (!wasLive || NOT_LET_IN.includes(code)) this.#listener.refused();
    const pauseMs = this.#pauseMs * (0.8 + 0.4 * Math.random()); // so that not all pages come back at once
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#retry = setTimeout(() => this.#connect(), pauseMs);
  }

  #hurry() {
    if (this.#retry !== null) this.#connect();
    else if (this.#isLive) this.#socket.send('{"op":"ping"}');
  }
}
