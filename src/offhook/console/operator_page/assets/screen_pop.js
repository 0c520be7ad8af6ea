// Another system's page about the caller, by a template such as https://crm.example/find?q={number}. The console checks
// what is kept there in the same way.

const GAP = /\{(number|name|call)\}/g;

// A template is typed by people and must not run anything; what callers say of themselves fills it in and must not decide
// which machine is asked.
export function isPopTemplate(template) {
  const text = template.trim();
  const host = /^https?:\/\/([^/?#]+)/i.exec(text)?.[1];
  if (!host || /[{}@]/.test(host) || /[\s\\]/.test(text) || /[{}]/.test(text.replace(GAP, ""))) return false;
  try {
    return Boolean(new URL(text.replace(GAP, "x")));
  } catch {
    return false;
  }
}

// null for a template that cannot be used.
export function popUrl(template, { number = "", name = "", call = "" }) {
  if (!isPopTemplate(template)) return null;
  const values = { number, name, call };
  return new URL(template.trim().replace(GAP, (_, key) => filling(values[key] ?? ""))).href;
}

// A name that is dots alone would lead to another folder, encoded or not.
function filling(text) {
  return /^\.*$/.test(text) ? "" : encodeURIComponent(text.toWellFormed?.() ?? text);
}

export function popFor({ call, connection }, template) {
  if (!template) return null;
  const { remote } = connection;
  return popUrl(template, { number: remote.number, name: remote.contact?.name || remote.name, call: call.id });
}
