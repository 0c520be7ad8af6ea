import { openFeed } from "/assets/feed.js";
import { equal, until } from "./expect.js";

// Sockets whose other end is played by hand.
class FakeSocket {
  static opened = [];
  sent = [];
  isClosed = false;

  constructor(url) {
    this.url = new URL(url);
    FakeSocket.opened.push(this);
  }

  send(text) {
    this.sent.push(text);
  }

  close() {
    this.isClosed = true;
  }

  says(op, data) {
    this.onmessage({ data: JSON.stringify({ op, data }) });
  }

  event(seq, epoch = "e") {
    this.says("event", { seq, epoch, type: "phone.started" });
  }

  breaks(code = 1006) {
    this.onclose({ code });
  }
}

async function open() {
  FakeSocket.opened = [];
  globalThis.WebSocket = FakeSocket;
  const heard = [];
  openFeed({
    snapshot: (snapshot) => heard.push(`snapshot ${snapshot.name}`),
    event: (envelope) => heard.push(`event ${envelope.seq}`),
    link: (link) => heard.push(link),
    refused: () => heard.push("refused"),
  });
  return { heard, socket: await next(1) };
}

async function next(count) {
  await until(() => FakeSocket.opened.length === count, `connection ${count}`);
  return FakeSocket.opened[count - 1];
}

const hello = (seq, epoch = "e") => ({ version: 1, epoch, seq, snapshot: { name: `${epoch}${seq}` } });

export async function itStartsFromASnapshotAndTellsEveryEventOnce() {
  const { heard, socket } = await open();
  equal(socket.url.pathname + socket.url.search, "/api/v1/events");
  equal(socket.url.protocol, "ws:");
  socket.says("hello", hello(5));
  for (const seq of [6, 6, 5, 7]) socket.event(seq);
  equal(heard, ["snapshot e5", "live", "event 6", "event 7"]);
}

export async function aLostConnectionIsResumedAfterTheLastEvent() {
  const { heard, socket } = await open();
  socket.says("hello", hello(5));
  socket.event(6);
  socket.breaks();
  const second = await next(2);
  equal(second.url.search, "?after_seq=6&epoch=e&at_most=2000");
  second.says("hello", { version: 1, epoch: "e", seq: 6, snapshot: null });
  second.event(7);
  equal(heard, ["snapshot e5", "live", "event 6", "away", "live", "event 7"]);
}

export async function whatCannotBeResumedStartsFromTheNewSnapshot() {
  const { heard, socket } = await open();
  socket.says("hello", hello(5));
  socket.breaks(4008);
  const second = await next(2);
  second.says("resync_required", hello(2, "f"));
  second.event(3, "f");
  equal(heard.slice(-3), ["snapshot f2", "live", "event 3"]);
}

export async function aConsoleThatCannotBeReachedIsTriedAgainAndAskedWhetherItKnowsUs() {
  const { heard, socket } = await open();
  socket.breaks();
  (await next(2)).breaks();
  (await next(3)).says("hello", hello(1));
  equal(heard, ["away", "refused", "away", "refused", "snapshot e1", "live"]);
}

export async function anEndedSessionIsNoticed() {
  const { heard, socket } = await open();
  socket.says("hello", hello(1));
  socket.breaks(4003);
  equal(heard.slice(-2), ["away", "refused"]);
}

export async function numbersLeftOutAreEventsOfOthers() {
  const { heard, socket } = await open();
  socket.says("hello", hello(5));
  socket.event(8);
  equal(heard.slice(-1), ["event 8"]);
}

export async function itGoesOnFromWhereThePongSays() {
  const { socket } = await open();
  socket.says("hello", hello(5));
  socket.says("pong", { seq: 70 });
  socket.onclose({ code: 1006 });
  equal((await next(2)).url.searchParams.get("after_seq"), "70");
}

export async function otherRightsAreAnotherPicture() {
  const { socket } = await open();
  socket.says("hello", hello(5));
  socket.onclose({ code: 4003 });
  equal((await next(2)).url.search, "");
}

export async function nonsenseStartsOverWithoutAPosition() {
  const { socket } = await open();
  socket.says("hello", hello(5));
  socket.onmessage({ data: "{" });
  equal(socket.isClosed, true);
  equal((await next(2)).url.search, "");
}

export async function eventsOfAnotherJournalStartOver() {
  const { heard, socket } = await open();
  socket.says("hello", hello(5));
  socket.event(6, "other");
  equal((await next(2)).url.search, "");
  equal(heard, ["snapshot e5", "live", "away"]);
}
