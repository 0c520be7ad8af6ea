// Draws the OpenAPI document. All text is put in as text, never as markup.

const METHODS = ["get", "post", "put", "patch", "delete"];

/** Make an element; children are elements or text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** Text with `code` in backquotes; empty lines begin a new paragraph. */
function prose(text) {
  return (text ?? "").split(/\n\s*\n/).map((paragraph) =>
    make("p", {}, ...paragraph.split("`").map((piece, index) => (index % 2 ? make("code", {}, piece) : piece))),
  );
}

const nameOf = (reference) => reference.split("/").pop();

function resolve(api, schema) {
  return schema?.$ref ? api.components.schemas[nameOf(schema.$ref)] : schema;
}

/** Say in words what values a schema takes. */
function kind(schema) {
  if (!schema) return "";
  if (schema.$ref) return nameOf(schema.$ref);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(kind).join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(", ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${kind(schema.items) || "anything"}`;
  const type = Array.isArray(schema.type) ? schema.type.join(" or ") : (schema.type ?? "anything");
  return [type, schema.format, ...limits(schema)].filter(Boolean).join(", ");
}

function limits(schema) {
  const words = [
    ["minimum", "at least"], ["maximum", "at most"], ["exclusiveMinimum", "more than"], ["minLength", "min. length"],
    ["maxLength", "max. length"], ["minItems", "min. entries"], ["maxItems", "max. entries"],
  ];
  return words.filter(([key]) => schema[key] !== undefined).map(([key, word]) => `${word} ${schema[key]}`);
}

/** An example for a schema: one that is given, or one put together from those of its fields. */
function example(api, schema, depth = 0) {
  const whole = resolve(api, schema);
  if (!whole || depth > 6) return null;
  if (whole.examples?.length) return whole.examples[0];
  if (whole.default !== undefined) return whole.default;
  if (whole.enum) return whole.enum[0];
  const choices = whole.anyOf ?? whole.oneOf;
  if (choices) return example(api, choices[0], depth + 1);
  if (whole.type === "array") return whole.items ? [example(api, whole.items, depth + 1)] : [];
  if (whole.properties) {
    const fields = Object.entries(whole.properties).map(([name, field]) => [name, example(api, field, depth + 1)]);
    return Object.fromEntries(fields);
  }
  return { string: "…", integer: 0, number: 0, boolean: true, object: {} }[whole.type] ?? null;
}

function table(caption, heads, rows) {
  const head = make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)));
  const body = rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, ...[cell].flat()))));
  const drawn = make("table", {}, make("thead", {}, head), make("tbody", {}, ...body));
  return make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": caption }, drawn);
}

function fieldRows(properties, required = []) {
  return Object.entries(properties).map(([name, schema]) => [
    [make("code", {}, name), required.includes(name) ? make("span", { class: "required" }, " required") : ""],
    kind(schema),
    schema.description ? prose(schema.description) : "",
  ]);
}

function sample(value) {
  return make("pre", { tabindex: "0" }, typeof value === "string" ? value : JSON.stringify(value, null, 2));
}

/** A message: its fields, and an example. */
function message(api, title, content) {
  const [type, { schema } = {}] = Object.entries(content ?? {})[0] ?? [];
  if (!schema) return [];
  const listed = schema.type === "array" ? schema.items : schema;
  const whole = resolve(api, listed);
  const shown = whole?.properties ? table(`${title}: fields`, ["Field", "Value", ""], fieldRows(whole.properties, whole.required)) : null;
  const value = type.startsWith("text/") ? null : example(api, schema);
  return [
    make("p", {}, make("strong", {}, kind(schema) || type), whole?.description ? ` – ${whole.description.replaceAll("`", "")}` : "", ` (${type})`),
    shown,
    value === null ? null : make("h4", {}, "Example"),
    value === null ? null : sample(value),
  ].filter(Boolean);
}

function curl(api, method, path, operation) {
  const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => `${name.toUpperCase()}`);
  const lines = [`curl -X ${method.toUpperCase()} ${location.origin}${address}`];
  if (operation.security?.every((way) => Object.keys(way).length) ?? true) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  const schema = operation.requestBody?.content?.["application/json"]?.schema;
  if (schema) lines.push("-H 'Content-Type: application/json'", `-d '${JSON.stringify(example(api, schema)).replaceAll("'", "'\\''")}'`);
  return lines.join(" \\\n  ");
}

function scopes(operation) {
  const named = (operation.security ?? []).flatMap((way) => Object.values(way).flat());
  const ways = (operation.security ?? [{ token: [] }, { session: [] }]).flatMap((way) => Object.keys(way));
  if (!ways.length) return "Needs no login.";
  if (!ways.includes("token")) return "For users who are signed in; tokens have no such thing.";
  return named.length ? `Takes the scope ${[...new Set(named)].join(", ")}.` : "For whoever is signed in, or has a token.";
}

function drawOperation(api, { method, path, operation }) {
  const parts = [...prose(operation.description), make("p", {}, scopes(operation))];
  if (operation.parameters?.length) {
    const rows = operation.parameters.map((each) => [
      [make("code", {}, each.name), each.required ? make("span", { class: "required" }, " required") : ""],
      `${each.in}; ${kind(each.schema)}`,
      each.description ?? "",
    ]);
    parts.push(make("h4", {}, "Parameters"), table("Parameters", ["Name", "Where; value", ""], rows));
  }
  if (operation.requestBody) parts.push(make("h4", {}, "Body"), ...message(api, "Body", operation.requestBody.content));
  parts.push(make("h4", {}, "In a shell"), sample(curl(api, method, path, operation)));
  const answers = Object.entries(operation.responses);
  for (const [status, answer] of answers.filter(([code]) => code < "400")) {
    parts.push(make("h4", {}, `Answer ${status}`), ...message(api, `Answer ${status}`, answer.content));
  }
  const refusals = answers.filter(([code]) => code >= "400").map(([code, answer]) => [make("code", {}, code), answer.description]);
  parts.push(make("h4", {}, "Refusals (Problem)"), table("Refusals", ["Status", "Meaning"], refusals));
  return make("div", {}, ...parts);
}

function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method, path, operation: item[method] })),
  );
}

function row(api, found) {
  const { method, path, operation } = found;
  const summary = make(
    "summary", {}, make("b", { class: `method ${method}` }, method.toUpperCase()), make("code", {}, path),
    make("span", {}, operation.summary ?? ""),
  );
  const details = make("details", { class: "operation", id: operation.operationId }, summary);
  // Drawn when it is opened: all at once would be thousands of elements.
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(drawOperation(api, found));
  });
  return details;
}

function openNamed() {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named?.tagName !== "DETAILS") return;
  named.open = true;
  named.scrollIntoView();
  named.querySelector("summary").focus({ preventScroll: true });
}

function filterBy(entries, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const { text: of, elements } of entries) {
    const fits = words.every((word) => of.includes(word));
    count += fits;
    for (const element of elements) element.hidden = !fits;
  }
  for (const group of document.querySelectorAll("[data-group]")) {
    group.hidden = [...group.querySelectorAll("[data-entry]")].every((entry) => entry.hidden);
  }
  document.getElementById("found").textContent = words.length ? `${count} of ${entries.length} operations` : `${count} operations`;
}

function draw(api) {
  const operations = operationsOf(api);
  const main = document.getElementById("operations");
  const index = document.getElementById("index");
  const entries = [];
  document.getElementById("version").textContent = api.info.version;
  main.replaceChildren(make("div", { class: "about" }, ...prose(api.info.description)));
  for (const tag of api.tags) {
    const here = operations.filter(({ operation }) => operation.tags.includes(tag.name));
    if (!here.length) continue;
    const links = make("ul");
    const section = make("section", { "data-group": "" }, make("h2", {}, tag.name), make("p", { class: "tag" }, tag.description ?? ""));
    for (const found of here) {
      const details = row(api, found);
      const link = make("li", {}, make("a", { href: `#${found.operation.operationId}` }, found.operation.summary));
      for (const element of [details, link]) element.setAttribute("data-entry", "");
      const text = `${found.method} ${found.path} ${found.operation.summary} ${found.operation.operationId} ${tag.name}`.toLowerCase();
      entries.push({ text, elements: [details, link] });
      section.append(details);
      links.append(link);
    }
    main.append(section);
    index.append(make("div", { "data-group": "" }, make("h3", {}, tag.name), links));
  }
  const filter = document.getElementById("filter");
  filter.addEventListener("input", () => filterBy(entries, filter.value));
  filterBy(entries, "");
  addEventListener("hashchange", openNamed);
  openNamed();
}

try {
  const answer = await fetch("/api/v1/openapi.json");
  if (!answer.ok) throw new Error(`the console answered ${answer.status}`);
  draw(await answer.json());
} catch (error) {
  document.getElementById("state").textContent = `The document cannot be read: ${error.message}. Reload the page to try again.`;
}
