import { Actions } from "/assets/actions.js";
import { equal, until } from "./expect.js";

const ENTRY = { call: { id: "c_1" }, connection: { id: "c_1:a", phone: "a" } };

// An API that answers digits when told to.
function start() {
  const asked = [];
  const open = [];
  const api = {
    digits(call, phone, digits) {
      asked.push(digits);
      return new Promise((resolve, reject) => open.push({ resolve, reject }));
    },
  };
  return { asked, open, actions: new Actions(api, { dispatch() {} }) };
}

export async function digitsTypedFastGoInOrderOneRequestAtATime() {
  const { asked, open, actions } = start();
  const fates = ["1", "2", "3"].map((digit) => actions.sendDigit(ENTRY, digit));
  equal(asked, ["1"]);
  open[0].resolve({});
  await until(() => asked.length === 2, "the rest is sent");
  equal(asked, ["1", "23"]);
  open[1].resolve({});
  equal(await Promise.all(fates), [true, true, true]);
  actions.sendDigit(ENTRY, "4");
  equal(asked, ["1", "23", "4"]);
}

export async function digitsAfterOneThatWasRefusedAreNotSent() {
  const { asked, open, actions } = start();
  const fates = ["1", "2"].map((digit) => actions.sendDigit(ENTRY, digit));
  open[0].reject(Object.assign(new Error("the call is over"), { name: "ApiError", status: 409 }));
  equal(await Promise.all(fates), [false, false]);
  equal(asked, ["1"]);
}

// An API that takes keys when told to.
function startWithKeys() {
  const asked = [];
  const open = [];
  const take = (verb) => (phone, what) => {
    asked.push([verb, what]);
    return new Promise((resolve, reject) => open.push({ resolve, reject }));
  };
  const api = { keys: take("keys"), line: take("line"), navigate: take("navigate"), volume: take("volume") };
  return { asked, open, actions: new Actions(api, { dispatch() {} }) };
}

const PHONE = { id: "a" };

export async function keysOfEveryKindWaitForTheOneBefore() {
  const { asked, open, actions } = startWithKeys();
  actions.pressKey(PHONE, "press_line", 1, "L1");
  actions.typeDigit(PHONE, "1", "1");
  actions.typeDigit(PHONE, "POUND", "#");
  actions.pressKey(PHONE, "navigate", "up", "Up");
  actions.pressKeys(PHONE, ["OK"], "OK");
  actions.changeVolume(PHONE, 1, "a/keys");
  actions.changeVolume(PHONE, 1, "a/keys");
  actions.changeVolume({ id: "b" }, -1, "b/keys"); // another phone's keys do not wait
  equal(asked, [["line", 1], ["volume", -1]]);
  const expected = [["keys", ["1", "POUND"]], ["navigate", "up"], ["keys", ["OK"]], ["volume", 2]];
  for (const [step, request] of expected.entries()) {
    open[step === 0 ? 0 : step + 1].resolve({});
    await until(() => asked.length === step + 3, request[0]);
    equal(asked.at(-1), request);
  }
}

export async function keysThatWaitedBehindARefusedOneAreNotSent() {
  const { asked, open, actions } = startWithKeys();
  const fates = [actions.pressKey(PHONE, "press_line", 9, "L9"), actions.pressKeys(PHONE, ["OK"], "OK")];
  open[0].reject(Object.assign(new Error("no such key"), { name: "ApiError", status: 400 }));
  equal(await Promise.all(fates), [false, false]);
  equal(asked, [["line", 9]]);
}

export async function louderAndSofterAtOnceIsNothing() {
  const { asked, open, actions } = startWithKeys();
  const fates = [1, 1, -1].map((delta) => actions.changeVolume(PHONE, delta, "a/keys"));
  open[0].resolve({});
  equal(await Promise.all(fates), [true, true, true]);
  equal(asked, [["volume", 1]]);
}
