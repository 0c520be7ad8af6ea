// Another system's page about the caller, by a template such as https://crm.example/find?q={number}.

// null for what is no http(s) address: a template is typed by people and must not run anything.
export function popUrl(template, { number = "", name = "", call = "" }) {
  const values = { number, name, call };
  const text = template.trim().replace(/\{(number|name|call)\}/g, (_, key) => encodeURIComponent(values[key] ?? ""));
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

export function popFor({ call, connection }, template) {
  if (!template) return null;
  const { remote } = connection;
  return popUrl(template, { number: remote.number, name: remote.contact?.name || remote.name, call: call.id });
}
