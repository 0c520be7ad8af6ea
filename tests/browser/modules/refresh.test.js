import { Refresher } from "/assets/refresh.js";
import { equal, until } from "./expect.js";

// An API whose answers are given by hand.
class FakeApi {
  asked = [];
  #open = new Map();

  phone = (id) => this.#ask(`phone ${id}`);
  callsAt = (phone, isLive) => this.#ask(`${isLive ? "live" : "past"} ${phone}`);
  snapshot = () => this.#ask("snapshot");

  #ask(what) {
    this.asked.push(what);
    return new Promise((resolve, reject) => this.#open.set(what, { resolve, reject }));
  }

  answer(answers) {
    for (const [what, answer] of Object.entries(answers)) this.#open.get(what).resolve(answer);
  }

  fail(what, status) {
    this.#open.get(what).reject(Object.assign(new Error(String(status)), { status }));
  }
}

function start({ live = [], count = 200, seesCalls = true } = {}) {
  const api = new FakeApi();
  const applied = [];
  const refresher = new Refresher(api, {
    apply: (found) => applied.push(found),
    liveAt: () => live,
    count: () => count,
    seesCallsAt: () => seesCalls,
  });
  refresher.setAway(false);
  return { api, applied, refresher };
}

export async function manyEventsAtAPhoneAreOneQuestion() {
  const { api, applied, refresher } = start();
  for (let n = 0; n < 50; n += 1) refresher.touch(["p"]);
  await until(() => api.asked.length === 2, "phone and calls asked for");
  api.answer({ "phone p": { id: "p" }, "live p": [{ id: "c" }] });
  await until(() => applied.length === 1, "applied in one piece");
  equal(api.asked, ["phone p", "live p"]);
  equal(applied[0], { phones: [{ id: "p" }], gonePhones: [], calls: [{ id: "c" }], goneCalls: [] });
}

export async function whatChangesDuringARoundIsAskedForAgain() {
  const { api, applied, refresher } = start();
  refresher.touch(["p"]);
  await until(() => api.asked.length === 2, "the first round");
  refresher.touch(["p"]);
  api.answer({ "phone p": { id: "p", state: "before" }, "live p": [] });
  await until(() => api.asked.length === 4, "the second round");
  api.answer({ "phone p": { id: "p", state: "after" }, "live p": [] });
  await until(() => applied.length === 2, "both applied");
  equal(applied.map((found) => found.phones[0].state), ["before", "after"]);
}

export async function callsThatAreNotGoingOnAnyMoreAreFoundAmongThePastOrAreGone() {
  const { api, applied, refresher } = start({ live: ["going", "ended", "merged"] });
  refresher.touch(["p"]);
  await until(() => api.asked.length === 2, "asked");
  api.answer({ "phone p": { id: "p" }, "live p": [{ id: "going" }] });
  await until(() => api.asked.length === 3, "asked for past calls");
  api.answer({ "past p": [{ id: "ended" }, { id: "older" }] });
  await until(() => applied.length === 1, "applied");
  equal(applied[0].calls.map((call) => call.id), ["going", "ended", "older"]);
  equal(applied[0].goneCalls, ["merged"]);
}

export async function aRemovedPhoneIsGone() {
  const { api, applied, refresher } = start();
  refresher.touch(["p"]);
  await until(() => api.asked.length === 2, "asked");
  api.fail("phone p", 404);
  api.answer({ "live p": [] });
  await until(() => applied.length === 1, "applied");
  equal(applied[0].gonePhones, ["p"]);
}

export async function anAnswerFromBeforeASnapshotIsThrownAway() {
  const { api, applied, refresher } = start();
  refresher.touch(["old"]);
  await until(() => api.asked.length === 2, "asked");
  refresher.startOver();
  refresher.touch(["new"]);
  api.answer({ "phone old": { id: "old" }, "live old": [] });
  await until(() => api.asked.length === 4, "asked again");
  api.answer({ "phone new": { id: "new" }, "live new": [] });
  await until(() => applied.length === 1, "only the newer applied");
  equal(applied[0].phones, [{ id: "new" }]);
}

export async function noAnswerIsAskedForUntilThereIsOne() {
  const { api, applied, refresher } = start();
  refresher.touch(["p"]);
  await until(() => api.asked.length === 2, "asked");
  api.fail("phone p", 0);
  api.answer({ "live p": [] });
  await until(() => api.asked.length === 4, "asked again");
  api.answer({ "phone p": { id: "p" }, "live p": [] });
  await until(() => applied.length === 1, "applied");
}

export async function nothingIsAskedWhileTheConsoleIsAway() {
  const { api, refresher } = start();
  refresher.setAway(true);
  refresher.touch(["p"]);
  await new Promise((resolve) => setTimeout(resolve, 60)); // longer than a round takes to start
  equal(api.asked, []);
  refresher.setAway(false);
  await until(() => api.asked.length === 2, "asked once it is back");
}

export async function muchAtOnceIsOneSnapshot() {
  const { api, applied, refresher } = start();
  refresher.touch(Array.from({ length: 40 }, (_, n) => `p${n}`));
  await until(() => api.asked.length > 0, "asked");
  equal(api.asked, ["snapshot"]);
  api.answer({ snapshot: { epoch: "e" } });
  await until(() => applied.length === 1, "applied");
  equal(applied[0], { snapshot: { epoch: "e" } });
}

export async function amongThousandsOfPhonesAsManyAreAskedAboutOneByOne() {
  const { api, refresher } = start({ count: 4_000 });
  refresher.touch(Array.from({ length: 40 }, (_, n) => `p${n}`));
  await until(() => api.asked.length === 80, "each asked for");
  equal(api.asked.includes("snapshot"), false);
}

export async function ofPhonesWhoseCallsAreNotSeenOnlyThePhoneIsAskedFor() {
  const { api, applied, refresher } = start({ seesCalls: false });
  refresher.touch(["p"]);
  await until(() => api.asked.length === 1, "asked");
  api.answer({ "phone p": { id: "p" } });
  await until(() => applied.length === 1, "applied");
  equal(api.asked, ["phone p"]);
}

export async function amongFewPhonesASnapshotIsAskedForEachRound() {
  const { api, applied, refresher } = start({ count: 100 });
  refresher.touch(["p"]);
  await until(() => api.asked.length === 1, "asked");
  refresher.touch(["p"]);
  api.answer({ snapshot: { seq: 1 } });
  await until(() => api.asked.length === 2, "asked again");
  api.answer({ snapshot: { seq: 2 } });
  await until(() => applied.length === 2, "applied");
  equal(api.asked, ["snapshot", "snapshot"]);
  equal(applied[1], { snapshot: { seq: 2 } });
}
