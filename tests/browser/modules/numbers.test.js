import { dialable, isCallLink, keyable, numberOfLink } from "/assets/numbers.js";
import { equal } from "./expect.js";

export function aLinkGivesItsNumberAndNothingElse() {
  const links = {
    "tel:+39-02-5550;ext=1": "+39025550",
    "TEL:(030)%20901-820": "030901820",
    "callto://1003": "1003",
    "callto:+49(0)30/901820": "+4930901820",
    " tel:1002 ": "1002",
    "tel:*72%231": "*72#1",
    "tel:1002?from=mail": "1002",
    "tel:": "",
  };
  for (const [link, number] of Object.entries(links)) equal([link, numberOfLink(link)], [link, number]);
}

export function aSipAddressKeepsItsUserAndHost() {
  equal(numberOfLink("sip:anna@pbx.example;transport=tcp"), "anna@pbx.example");
  equal(numberOfLink("sips:1002@pbx.example?subject=x"), "1002@pbx.example");
}

export function anEscapeThatIsNoneIsTakenAsItStands() {
  equal(numberOfLink("tel:100%"), "100%");
  equal(numberOfLink("tel:10%zz"), "10%zz");
}

export function onlyTelephoneLinksAreTelephoneLinks() {
  equal(["tel:1", "callto:1", "sip:a@b", "sips:a@b", " TEL:1"].map(isCallLink), [true, true, true, true, true]);
  equal(["https://tel.example", "mailto:a@b", "1002", "hotel:1", ""].map(isCallLink), [false, false, false, false, false]);
}

export function whatIsTypedIsFreedFromWhatPeopleWriteAroundIt() {
  const typed = {
    "1002": "1002",
    "+39 02 5550-1234": "+390255501234",
    "(030) 90.18/20": "030901820",
    "+49 (0)30 901820": "+4930901820",
    "*72#": "*72#",
    "tel:+39025550": "+39025550",
    "anna@pbx.example": "anna@pbx.example",
    "1002@pbx.example:5060": "1002@pbx.example:5060",
    "room12": "room12",
  };
  for (const [text, number] of Object.entries(typed)) equal([text, dialable(text)], [text, number]);
}

export function whatIsNoNumberIsNotDialled() {
  for (const text of ["", "   ", "Ben", "Ben Carter", "call 1002", "<b>1</b>", "javascript:alert(1)", "1002; rm"]) equal([text, dialable(text)], [text, ""]);
}

export function aTransferIsKeyedInAsTheKeypadAllows() {
  equal(keyable({ number: "+390255501234", display: "02 5550 1234" }), "0255501234");
  equal(keyable({ number: "+4930901820", display: "+49 30 901820" }), "+4930901820"); // nothing better is known
  equal(keyable({ number: "+4930901820" }), "+4930901820");
  equal(keyable({ number: "1002", display: "1002" }), "1002");
}
