/* The phone's face. What it shows comes over a WebSocket, whole each time; a key is one Active URI request, like anybody's.

   Everything that is shown is set as text: callers choose their own names. */

const byId = (id) => document.getElementById(id);
const COMMAND = document.body.dataset.command;
const LOG_IN = 4401;
const ENDS = {
  4403: "This page was opened by another site. Open it from the phone itself.",
  4429: "Too many faces of this phone are open. Close one, then load this page again.",
};
const RETRY_MS = [300, 600, 1000, 2000, 3000];
const SILENCE_MS = 10_000;

/* --- keys out -------------------------------------------------------------------------------------------------- */

const waiting = [];
let isSending = false;

function press(key) {
  waiting.push(key);
  if (!isSending) sendAll();
}

/* One at a time: keys must arrive in the order they were pressed. */
async function sendAll() {
  isSending = true;
  while (waiting.length) {
    const trouble = await send(waiting.shift());
    setText(byId("refusal"), trouble);
    if (trouble) waiting.length = 0;
  }
  isSending = false;
}

async function send(key) {
  try {
    const answer = await fetch(key.startsWith("/") ? key : `${COMMAND}?key=${encodeURIComponent(key)}`, {
      // As a browser that was sent here: without a session the phone leads to the login page.
      headers: { accept: "text/html" },
      method: key.startsWith("/") ? "POST" : "GET",
      redirect: "manual",
      signal: AbortSignal.timeout(SILENCE_MS),
    });
    if (answer.type === "opaqueredirect") {
      logIn();
      return "";
    }
    return answer.ok ? "" : (await answer.text()).trim();
  } catch {
    return "The phone does not answer, so the key was not pressed.";
  }
}

function logIn() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);
}

/* --- the screen in --------------------------------------------------------------------------------------------- */

let failures = 0;

function follow() {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/face/live`);
  socket.addEventListener("message", (message) => {
    failures = 0;
    show(JSON.parse(message.data));
  });
  socket.addEventListener("close", (end) => {
    if (end.code === LOG_IN) {
      logIn();
      return;
    }
    showAway(ENDS[end.code] ?? "The phone does not answer. Trying again…");
    if (!(end.code in ENDS)) setTimeout(follow, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
  });
}

function showAway(words) {
  byId("phone").classList.add("is-away");
  setText(byId("away"), words);
  byId("away").hidden = false;
  setLink("bad", "Away");
  say(words);
}

function setLink(kind, words) {
  byId("link").dataset.kind = kind;
  setText(byId("link"), words);
}

let screen = null;

function show(face) {
  screen = face.screen;
  byId("phone").classList.toggle("is-away", face.is_restarting);
  setText(byId("away"), "The phone is restarting…");
  byId("away").hidden = !face.is_restarting;
  setLink(face.is_restarting ? "care" : "good", face.is_restarting ? "Restarting" : "Live");

  const own = screen.line_keys[0];
  document.title = [screen.situation === "idle" ? "" : screen.title, own ? own.label : ""].filter(Boolean).join(" · ") || "Phone";
  setText(byId("title"), screen.title);
  setText(byId("icons"), icons().join("  "));
  showLines();
  setText(byId("notice"), screen.notice || face.note);
  setText(byId("hint"), screen.hint);
  showSoftKeys();
  showLamps(byId("lines"), screen.line_keys);
  showLamps(byId("dss"), screen.dss_keys);
  showSwitches(face.is_handset_up);
  say(face.is_restarting ? "The phone is restarting" : summary());
}

function icons() {
  const path = screen.is_off_hook ? [screen.audio_path] : [];
  return screen.is_muted ? ["muted", ...path] : path;
}

function showLines() {
  const list = byId("screen-lines");
  resize(list, screen.lines.length, () => {
    const line = document.createElement("li");
    line.append(document.createElement("span"), document.createElement("small"));
    return line;
  });
  screen.lines.forEach((line, at) => {
    const [text, detail] = list.children[at].children;
    setText(text, line.text);
    setText(detail, line.detail);
    list.children[at].classList.toggle("is-selected", line.is_selected);
    if (line.is_selected) list.children[at].setAttribute("aria-current", "true");
    else list.children[at].removeAttribute("aria-current");
  });
}

function showSoftKeys() {
  const labels = document.querySelectorAll(".soft-labels span");
  screen.soft_keys.forEach((label, at) => {
    const key = document.querySelector(`[data-key="F${at + 1}"]`);
    setText(labels[at], label);
    setLabel(key, label || `Soft key ${at + 1}, nothing now`);
    key.classList.toggle("is-empty", !label);
  });
}

function showLamps(side, keys) {
  resize(side, keys.length, () => {
    const key = document.createElement("button");
    key.type = "button";
    key.className = "key lamp-key";
    key.append(document.createElement("i"), document.createElement("span"));
    return key;
  });
  keys.forEach((each, at) => {
    const key = side.children[at];
    key.dataset.key = each.key;
    key.firstChild.dataset.lamp = each.lamp;
    key.firstChild.dataset.colour = each.colour;
    setText(key.lastChild, each.label || each.key);
    key.classList.toggle("is-empty", !each.label);
    setLabel(key, each.meaning);
    key.title = each.meaning;
  });
}

function showSwitches(isHandsetUp) {
  const isLit = screen.message_lamp !== "off";
  byId("message-lamp").dataset.lamp = screen.message_lamp;
  setLabel(byId("message-lamp"), isLit ? "Missed calls that nobody has looked at" : "No new missed calls");
  byId("hook").setAttribute("aria-pressed", String(isHandsetUp));
  setLabel(byId("hook"), isHandsetUp ? "Put the handset down" : "Lift the handset");
  byId("volume").value = screen.volume;
  const lit = {
    Speaker: screen.is_off_hook && screen.audio_path === "speaker",
    HEADSET: screen.is_off_hook && screen.audio_path === "headset",
    MUTE: screen.is_muted,
    F_HOLD: screen.situation === "held",
  };
  for (const [key, isOn] of Object.entries(lit)) {
    document.querySelector(`[data-key="${key}"]`).setAttribute("aria-pressed", String(isOn));
  }
}

/* What a screen reader is told: everything but the timers. */
function summary() {
  const lines = screen.lines.map((line) => `${line.is_selected ? "selected: " : ""}${line.text} ${line.detail.replace(/\d+(:\d\d)+/, "")}`.trim());
  return [screen.title, ...lines, screen.notice, screen.hint].filter(Boolean).join(". ");
}

function say(words) {
  setText(byId("spoken"), words);
}

function setText(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function setLabel(place, text) {
  if (place.getAttribute("aria-label") !== text) place.setAttribute("aria-label", text);
}

function resize(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
}

/* --- hands and keyboard ---------------------------------------------------------------------------------------- */

/* There is no key token for the handset: it has a path of its own. */
function hook() {
  press(`/face/handset?up=${byId("hook").getAttribute("aria-pressed") === "true" ? 0 : 1}`);
}

const KEYS = {
  Enter: "OK", Escape: "X", ArrowUp: "UP", ArrowDown: "DOWN", ArrowLeft: "LEFT", ArrowRight: "RIGHT",
  F1: "F1", F2: "F2", F3: "F3", F4: "F4", "*": "*", "#": "POUND", "+": "VOLUME_UP", "-": "VOLUME_DOWN",
  h: "F_HOLD", t: "F_TRANSFER", c: "F_CONFERENCE", r: "RD", v: "MSG", m: "MUTE", e: "HEADSET", s: "Speaker",
};

function keyOf(name) {
  if (/^[0-9]$/.test(name)) return name;
  if (name === "Backspace") {
    const at = screen?.soft_keys.indexOf("Delete") ?? -1;
    return at < 0 ? null : `F${at + 1}`;
  }
  return KEYS[name.length === 1 ? name.toLowerCase() : name] ?? null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || byId("legend").open) return;
  if (event.key === "?") {
    byId("legend").showModal();
    return;
  }
  // Whoever has moved to a key with Tab presses that one.
  const isOnKey = document.activeElement?.matches("button, a");
  if (isOnKey && (event.key === "Enter" || event.key === " ")) return;
  const key = keyOf(event.key);
  if (key === null && event.key !== " ") return;
  event.preventDefault();
  if (event.repeat && !key?.startsWith("VOLUME") && !["UP", "DOWN"].includes(key)) return;
  if (key === null) hook();
  else {
    press(key);
    flash(key);
  }
});

function flash(key) {
  const drawn = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  drawn?.classList.add("is-down");
  setTimeout(() => drawn?.classList.remove("is-down"), 120);
}

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (key) press(key.dataset.key);
});
/* A click leaves the focus where it was, so that Enter goes on to mean OK. */
document.addEventListener("mousedown", (event) => {
  if (event.target.closest(".phone button")) event.preventDefault();
});
byId("hook").addEventListener("click", hook);
byId("help").addEventListener("click", () => byId("legend").showModal());

follow();
