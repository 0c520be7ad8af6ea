// What keeps the console running: phones, users, tokens, contacts, webhooks, and what happened.
//
// Each part is a file of its own and is loaded when it is opened first. To add one: a file in `components/admin/` that
// exports `Part({ state })`, and an entry here.

import { Empty } from "../components/layout.js";
import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { to } from "../router.js";
import { html, useEffect, useState } from "../ui.js";

const PARTS = [
  { name: "phones", scope: "phones:admin", load: () => import("../components/admin/phones.js") },
  { name: "users", scope: "users:admin", load: () => import("../components/admin/users.js") },
  { name: "tokens", scope: "users:admin", load: () => import("../components/admin/tokens.js") },
  { name: "contacts", scope: "console:admin", load: () => import("../components/admin/contacts_import.js") },
  { name: "webhooks", scope: "console:admin", load: () => import("../components/admin/webhooks.js") },
  { name: "settings", scope: "console:admin", load: () => import("../components/admin/console_settings.js") },
  { name: "events", scope: "console:admin", load: () => import("../components/admin/inspector.js") },
  { name: "audit", scope: "audit:read", load: () => import("../components/admin/audit.js") },
];

export function View({ state, route }) {
  const parts = PARTS.filter((part) => state.me.scopes.includes(part.scope));
  const part = parts.find((one) => one.name === route.query.get("part")) ?? parts[0];
  return html`<div class="admin">
    <nav class="admin-parts" aria-label=${t("admin.parts")}>
      ${parts.map(
        (one) => html`<a key=${one.name} href=${to("admin", { part: one.name })} aria-current=${one === part ? "page" : undefined}>${t(`admin.${one.name}`)}</a>`,
      )}
    </nav>
    <div class="admin-part"><${Opened} key=${part.name} part=${part} state=${state} /></div>
  </div>`;
}

const loaded = new Map(); // name -> module

function Opened({ part, state }) {
  const [module, setModule] = useState(() => loaded.get(part.name));
  const [hasFailed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    part.load().then(
      (found) => {
        loaded.set(part.name, found);
        setModule(found);
      },
      () => setFailed(true),
    );
  };
  useEffect(() => {
    if (!module) load();
  }, []);
  if (module) return html`<${module.Part} state=${state} />`;
  if (!hasFailed) return html`<p class="starting">${t("do.loading")}</p>`;
  return html`<${Empty} title=${t("shell.failed")}>
    <button class="plain" type="button" onClick=${load}><${Icon} name="redial" />${t("shell.tryAgain")}</button>
  <//>`;
}
