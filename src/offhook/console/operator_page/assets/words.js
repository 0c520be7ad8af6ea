// Everything the page says about states, outcomes and times. Words first, so that colour never carries meaning alone.

export const PRESENCE = {
  unknown: "Unknown",
  idle: "Idle",
  dialling: "Dialling",
  calling: "Calling",
  ringing: "Ringing",
  talking: "Talking",
  on_hold: "On hold",
};

export const VERB = {
  dial: "Call",
  answer: "Answer",
  reject: "Reject",
  hang_up: "Hang up",
  hold: "Hold",
  retrieve: "Resume",
  send_digits: "Digits",
  blind_transfer: "Transfer",
  set_dnd: "Do not disturb",
};

const CAUSE = {
  busy: "busy",
  call_cancelled: "cancelled",
  call_forward: "forwarded",
  call_not_answered: "not answered",
  dest_not_obtainable: "not reachable",
  transfer: "transferred",
  conference: "conference",
  redirected: "redirected",
};

// "normal", "new_call" and "unknown" tell an operator nothing.
export function causeOf(cause) {
  return CAUSE[cause] ?? "";
}

export function callState(connection) {
  if (connection.is_transferring) return "Transferring…";
  switch (connection.state) {
    case "initiated":
      return connection.remote.number || connection.remote.uri ? "Calling…" : "Dialling…";
    case "alerting":
      return "Incoming call";
    case "connected":
      return "Talking";
    case "held":
      return "On hold";
    case "failed":
      return connection.cause ? `Failed: ${causeOf(connection.cause) || connection.cause}` : "Failed";
    default:
      return "Ended";
  }
}

// The best two words for somebody: {name, number}; the name falls back to the number, then to "Unknown caller".
export function partyWords(party, phones) {
  const own = party.phone ? phones.get(party.phone) : undefined;
  const number = party.number || own?.extension || party.uri;
  const name = party.name || own?.name || "";
  if (name && name !== number) return { name, number };
  return { name: number || "Unknown number", number: "" };
}

export function phoneWords(id, phones) {
  const phone = phones.get(id);
  if (!phone) return { name: id, number: "" };
  return { name: phone.name, number: phone.extension === phone.name ? "" : phone.extension };
}

export function registration(lines) {
  if (lines.length === 0) return { tone: "quiet", text: "No registration reported" };
  const count = (state) => lines.filter((line) => line.state === state).length;
  const of = lines.length > 1 ? ` (${count("registered")} of ${lines.length} lines)` : "";
  if (count("failed")) return { tone: "bad", text: `Registration failed${of}` };
  if (count("registered") === lines.length) return { tone: "good", text: `Registered${of}` };
  return { tone: "bad", text: `Not registered${of}` };
}

// --- outcomes --------------------------------------------------------------------------------------------------------

const NO_PROOF_EXISTS = new Set(["send_digits", "press_keys"]); // no report in the document could prove them

// {tone, text, fades}: tone is pending, good, info, warning or bad; what does not fade waits to be dismissed.
export function outcome(attempt) {
  const { command, problem } = attempt;
  if (problem?.status === 0) {
    return outcomeOf("bad", "No answer from the console. Look at the phone before you try again.");
  }
  if (problem) return outcomeOf("bad", sentence(`Not possible: ${problem.message}`));
  if (!command) return outcomeOf("pending", "sending…");
  const because = command.reason ? `: ${command.reason}` : "";
  switch (command.state) {
    case "queued":
      return outcomeOf("pending", "waiting for its turn…");
    case "sent":
      return outcomeOf("pending", "sent to the phone…");
    case "acknowledged":
      return outcomeOf("pending", "the phone took it, waiting for its report…");
    case "confirmed":
      return outcomeOf("good", obeyed(command), true);
    case "unconfirmed":
      if (NO_PROOF_EXISTS.has(attempt.verb)) return outcomeOf("info", "the phone took the keys", true);
      return outcomeOf("warning", sentence(`not confirmed${because || ": the phone took it but reported no effect"}`));
    case "rejected":
      return outcomeOf("bad", sentence(`rejected${because}`));
    case "timed_out":
      return outcomeOf("bad", sentence(command.reason ?? "no answer from the phone"));
    case "unreachable":
      return outcomeOf("bad", sentence(command.reason ?? "the phone cannot be reached"));
    default:
      return outcomeOf("warning", sentence(`${command.state}${because}`));
  }
}

function outcomeOf(tone, text, fades = false) {
  return { tone, text, fades };
}

function obeyed(command) {
  if (command.round_trip_ms === null || command.round_trip_ms === undefined) return command.reason ?? "already so";
  return `phone obeyed in ${Math.round(command.round_trip_ms)} ms`;
}

function sentence(text) {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

// --- times -----------------------------------------------------------------------------------------------------------

export function duration(fromMs, toMs) {
  const seconds = Math.max(0, Math.floor((toMs - fromMs) / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric", month: "short" });

export function clockTime(ms) {
  return CLOCK.format(ms);
}

// "" for today.
export function dayBefore(ms, nowMs) {
  const day = new Date(ms);
  return day.toDateString() === new Date(nowMs).toDateString() ? "" : DAY.format(day);
}
