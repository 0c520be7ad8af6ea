// The page about a caller: whatever callers say of themselves, it stays the one that was chosen.

import { isPopTemplate, popUrl } from "/assets/screen_pop.js";
import { equal } from "./expect.js";

const SOMEBODY = { number: "+390255501234", name: "Rossi & Figli/../#?", call: "c_1" };

export function gaps_are_filled_in_encoded() {
  equal(popUrl(" https://crm.example/find?q={number}&n={name}#{call} ", SOMEBODY),
    "https://crm.example/find?q=%2B390255501234&n=Rossi%20%26%20Figli%2F..%2F%23%3F#c_1");
  equal(popUrl("https://crm.example/of/{name}/log", SOMEBODY), "https://crm.example/of/Rossi%20%26%20Figli%2F..%2F%23%3F/log");
  equal(popUrl("https://crm.example/{number}", {}), "https://crm.example/");
}

export function a_name_of_dots_leads_to_no_other_folder() {
  for (const name of [".", "..", "..."]) equal(popUrl("https://crm.example/of/{name}/log", { name }), "https://crm.example/of//log");
  equal(popUrl("https://crm.example/of/{name}", { name: "%2e%2e" }), "https://crm.example/of/%252e%252e");
}

export function half_a_letter_stops_nothing() {
  equal(popUrl("https://crm.example/{name}", { name: "a\ud800" }), "https://crm.example/a%EF%BF%BD");
}

export function the_host_is_never_the_callers() {
  const wrong = [
    "javascript:alert({number})", "data:text/html,{name}", "file:///etc/passwd", "//crm.example/{number}", "crm.example/{number}",
    "https://{name}/", "https://{name}.example/", "https://crm.example:{number}/", "https://crm.example{name}", "https://{name}@crm.example/",
    "https://anna:pw@crm.example/", "https://crm.example\\@evil.example/", "https://crm.example/a b", "https://crm.example/{nmae}",
    "https://crm.example/{number", "https:///x", "https://", "https://[::1/", "",
  ];
  for (const template of wrong) equal([template, isPopTemplate(template), popUrl(template, SOMEBODY)], [template, false, null]);
}
