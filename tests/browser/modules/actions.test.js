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
