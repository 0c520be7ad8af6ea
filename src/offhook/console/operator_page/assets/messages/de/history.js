// The history view.

export default {
  "history.search": "Anrufe durchsuchen",
  "history.searchHint": "Name, Nummer oder Notiz",
  "history.show": "Welche Anrufe gezeigt werden",
  "history.all": "Alle",
  "history.missed": "Verpasst",
  "history.incoming": "Eingehend",
  "history.outgoing": "Ausgehend",
  "history.at": "bei {phone}",
  "history.missedAfter": "Verpasst, klingelte {time}",
  "history.noteOn": "Notiz zum Anruf mit {name}",
  "history.noMatch": "Kein Anruf passt.",
  "history.noMatchNote": "Suchen Sie nach einem Teil eines Namens, einer Nummer oder einer Notiz.",
};
