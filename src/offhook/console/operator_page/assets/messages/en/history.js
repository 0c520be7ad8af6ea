// The history view.

export default {
  "history.search": "Search the calls",
  "history.searchHint": "Name, number or note",
  "history.show": "Which calls are shown",
  "history.all": "All",
  "history.missed": "Missed",
  "history.incoming": "Incoming",
  "history.outgoing": "Outgoing",
  "history.at": "at {phone}",
  "history.missedAfter": "Missed, rang {time}",
  "history.noteOn": "Note on the call with {name}",
  "history.noMatch": "No call matches.",
  "history.noMatchNote": "Search for a part of a name, of a number, or of a note.",
};
