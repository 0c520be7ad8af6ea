// Why something does not work, in the reader's language.

import { speak } from "/assets/i18n.js";
import { codeWords, problemWords, reasonWords } from "/assets/reasons.js";
import { equal } from "./expect.js";

const PROBLEM = { error_id: "name-taken", message: "there is a user anna already; choose another name" };
const VAGUE = { error_id: "request-not-valid", message: "name: too long" };
const NEW = { error_id: "something-newer-than-this-page", message: "it is new" };

function ended(state, ...statuses) {
  return { state, reason: "as the console says it", requests: statuses.map((status) => ({ status })) };
}

export async function in_the_consoles_language_its_own_words_say_most() {
  await speak("en");
  equal(problemWords(PROBLEM), PROBLEM.message);
  equal(problemWords(NEW), "it is new");
  equal(reasonWords(ended("rejected", 200, 500)), "as the console says it");
  equal(reasonWords({ ...ended("confirmed", 200), reason: null }), "");
  equal(codeWords("name-taken"), "There is one with this name already; choose another name.");
}

export async function in_another_language_the_code_decides() {
  await speak("de");
  equal(problemWords(PROBLEM), "Den Namen gibt es schon; wählen Sie einen anderen.");
  equal(problemWords(VAGUE), "Die Konsole versteht die Anfrage nicht. (name: too long)");
  equal(problemWords(NEW), "it is new");
  equal(codeWords("something-newer-than-this-page"), "something-newer-than-this-page");
}

export async function in_another_language_a_command_ends_as_the_phone_answered() {
  await speak("de");
  const words = {
    unreachable: [ended("unreachable", null), "das Telefon ist nicht erreichbar"],
    late: [ended("timed_out", null), "das Telefon hat nicht rechtzeitig geantwortet"],
    login: [ended("rejected", 200, null), "das Telefon nimmt den eingetragenen Benutzer oder sein Passwort nicht an, oder es ist jetzt woanders; sehen Sie in seiner Einrichtung nach"],
    refused: [ended("rejected", 200, 500), "das Telefon antwortete 500"],
    nothing: [ended("rejected", 200), "das Telefon hat gemeldet, dass nichts daraus wurde"],
    changed: [ended("rejected"), "der Zustand des Telefons oder Anrufs ließ es nicht mehr zu"],
    silent: [ended("unconfirmed", 200), "das Telefon hat die Tasten angenommen und keine Wirkung gemeldet"],
    unsent: [ended("unconfirmed"), "es wurde nichts gesendet"],
    so: [ended("confirmed"), ""],
  };
  for (const [name, [command, expected]] of Object.entries(words)) equal([name, reasonWords(command)], [name, expected]);
}
