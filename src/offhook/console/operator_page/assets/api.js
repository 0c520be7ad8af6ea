// The console's REST API. Every answer that is not a success is thrown as ApiError, with words for the operator.

import { t } from "./i18n.js";
import { problemWords } from "./reasons.js";

const ROOT = "/api/v1";
const TIMEOUT_MS = 10_000;

export class ApiError extends Error {
  // status 0: there was no answer at all, so nobody knows whether the request arrived.
  constructor(status, errorId, message) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.errorId = errorId;
  }
}

// For files of single views; what more than one uses stands in `api` below.
export async function ask(method, path, body, headers = {}) {
  const request = { method, headers: { Accept: "application/json", ...headers }, credentials: "same-origin" };
  if (body !== undefined) {
    const isFile = typeof body === "string" || body instanceof Blob; // then the caller says of what type
    request.headers["Content-Type"] ??= "application/json";
    request.body = isFile ? body : JSON.stringify(body);
  }
  request.signal = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  let text;
  try {
    response = await fetch(ROOT + path, request);
    text = await response.text();
  } catch {
    throw new ApiError(0, "no-answer", t("error.no_answer"));
  }
  const answer = parsed(text);
  if (response.ok) return answer;
  const problem = answer && typeof answer.message === "string" ? answer : null;
  throw new ApiError(
    response.status,
    problem?.error_id ?? "unreadable-answer",
    problem ? problemWords(problem) : t("error.unreadable_answer", { status: response.status }),
  );
}

function parsed(text) {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const part = encodeURIComponent;

// Asking twice for the same thing must not do it twice, should anything between here and the console repeat a request.
export function once() {
  const bytes = crypto.getRandomValues(new Uint8Array(16)); // randomUUID is missing on plain-HTTP origins
  return { "Idempotency-Key": Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}

export const api = {
  me: () => ask("GET", "/me"),
  changeMe: (change) => ask("PATCH", "/me", change),
  settings: () => ask("GET", "/settings"),
  preferences: () => ask("GET", "/me/preferences"),
  keepPreferences: (preferences) => ask("PUT", "/me/preferences", preferences),
  signOut: () => ask("DELETE", "/session"),

  snapshot: () => ask("GET", "/snapshot"),
  phone: (id) => ask("GET", `/phones/${part(id)}`),
  callsAt: (phone, isLive, limit) =>
    ask("GET", `/calls?live=${isLive}&phone=${part(phone)}&limit=${limit}`),
  command: (id) => ask("GET", `/commands/${part(id)}`),
  pastCalls: (limit, before) =>
    ask("GET", `/calls?live=false&limit=${limit}${before ? `&before=${part(before)}` : ""}`),

  setUpPhone: (id, setup) => ask("PUT", `/phones/${part(id)}`, setup),

  dial: (phone, number) => ask("POST", "/calls", { phone, number }, once()),
  answer: (call, phone) => ask("POST", `/calls/${part(call)}/answer`, { phone }, once()),
  reject: (call, phone) => ask("POST", `/calls/${part(call)}/reject`, { phone }, once()),
  hangUp: (call, connection) =>
    ask("DELETE", `/calls/${part(call)}/connections/${part(connection)}`, undefined, once()),
  hold: (call, phone, held) => ask("PUT", `/calls/${part(call)}/hold`, { held, phone }, once()),
  digits: (call, phone, digits) => ask("POST", `/calls/${part(call)}/digits`, { digits, phone }, once()),
  transfer: async (call, phone, target, flow) =>
    (await ask("POST", "/transfers", { call, target, phone, flow }, once())).command,
  transfersAt: (phone) => ask("GET", `/transfers?phone=${part(phone)}&limit=3`),
  completeTransfer: (id) => ask("POST", `/transfers/${part(id)}/complete`, undefined, once()),
  cancelTransfer: (id) => ask("DELETE", `/transfers/${part(id)}`, undefined, once()),
  conference: (calls, phone) => ask("POST", "/conferences", { calls, phone }, once()),
  note: (call, text, outcome) => ask("PUT", `/calls/${part(call)}/note`, { text, outcome }),
  outcomes: () => ask("GET", "/history/outcomes"),

  dnd: (phone, on) => ask("PUT", `/phones/${part(phone)}/dnd`, { on }, once()),
  forward: (phone, kind, on, target) =>
    ask("PUT", `/phones/${part(phone)}/forwarding/${kind}`, target ? { on, target } : { on }, once()),
  mic: (phone, muted) => ask("PUT", `/phones/${part(phone)}/mic`, { muted }, once()),
  volume: (phone, delta) => ask("POST", `/phones/${part(phone)}/volume`, { delta }, once()),
  audioPath: (phone, path) => ask("PUT", `/phones/${part(phone)}/audio-path`, { path }, once()),
  line: (phone, number) => ask("POST", `/phones/${part(phone)}/lines/${number}/press`, undefined, once()),
  dss: (phone, number) => ask("POST", `/phones/${part(phone)}/keys/dss/${number}`, undefined, once()),
  soft: (phone, number) => ask("POST", `/phones/${part(phone)}/keys/soft/${number}`, undefined, once()),
  navigate: (phone, direction) => ask("POST", `/phones/${part(phone)}/keys/nav`, { direction }, once()),
  keys: (phone, keys) => ask("POST", `/phones/${part(phone)}/keys`, { keys }, once()),
  restart: (phone, force) => ask("POST", `/phones/${part(phone)}/restart`, { force }, once()),
  provision: (phone, force) => ask("POST", `/phones/${part(phone)}/provision`, { force }, once()),
  redial: (phone) => ask("POST", `/phones/${part(phone)}/redial`, undefined, once()),
  voicemail: (phone) => ask("POST", `/phones/${part(phone)}/voicemail`, undefined, once()),

  missed: () => ask("GET", "/me/missed"),
  sawMissed: (until) => ask("PUT", "/me/missed-seen", until ? { until } : {}),
  statistics: (filters) => ask("GET", `/statistics?${new URLSearchParams(filters)}`),
  history: (filters) => ask("GET", `/history?${new URLSearchParams(filters)}`),

  contacts: (filters) => ask("GET", `/contacts?${new URLSearchParams(filters)}`),
  contactGroups: () => ask("GET", "/contacts/groups"),
  addContact: (contact) => ask("POST", "/contacts", contact),
  changeContact: (id, contact) => ask("PUT", `/contacts/${part(id)}`, contact),
  removeContact: (id) => ask("DELETE", `/contacts/${part(id)}`),
};
