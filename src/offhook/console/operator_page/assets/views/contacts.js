// People outside: found by name or number, called by a click, kept up to date by who may.

import { api } from "../api.js";
import { Action } from "../components/action.js";
import { Avatar } from "../components/avatar.js";
import { ContactDialog } from "../components/contact_dialog.js";
import { Empty } from "../components/layout.js";
import { useShared } from "../components/shared.js";
import { t } from "../i18n.js";
import { Icon } from "../icons.js";
import { whyNotAtPhone } from "../reasons.js";
import { useShortcut } from "../shortcuts.js";
import { deskPhones } from "../store.js";
import { html, useEffect, useRef, useState } from "../ui.js";

const PAGE = 100;
const TYPING_PAUSE_MS = 200;

export function View({ state, live }) {
  const [text, setText] = useState("");
  const [group, setGroup] = useState("");
  const [groups, setGroups] = useState([]);
  const [found, setFound] = useState({ contacts: [], hasMore: false, state: "loading" });
  const [edited, setEdited] = useState(null); // a contact, or {} for a new one
  const search = useRef(null);
  const wanted = useRef(0);
  const mayWrite = state.me.scopes.includes("contacts:write");
  useShortcut("/", t("contacts.search"), () => search.current.focus());

  const load = async (after = null) => {
    const asked = (wanted.current += 1);
    const filters = { limit: PAGE, ...(text.trim() && { search: text.trim() }), ...(group && { group }), ...(after && { after }) };
    try {
      const contacts = await api.contacts(filters);
      if (asked !== wanted.current) return;
      setFound((known) => ({ contacts: after ? [...known.contacts, ...contacts] : contacts, hasMore: contacts.length === PAGE, state: "ready" }));
    } catch {
      if (asked === wanted.current) setFound((known) => ({ ...known, state: "failed" }));
    }
  };
  const refresh = () => {
    load();
    api.contactGroups().then(setGroups, () => {}); // without them one searches
  };
  useEffect(() => {
    const timer = setTimeout(load, text ? TYPING_PAUSE_MS : 0);
    return () => clearTimeout(timer);
  }, [text, group]);
  useEffect(() => void api.contactGroups().then(setGroups, () => {}), []);

  const phone = deskPhones(state)[0];
  const { contacts } = found;
  return html`<div class="toolbar">
      <label class="search">
        <${Icon} name="search" /><span class="visually-hidden">${t("contacts.search")}</span>
        <input type="search" ref=${search} placeholder=${t("contacts.searchHint")} value=${text} onInput=${(event) => setText(event.target.value)} />
      </label>
      ${groups.length > 0 &&
      html`<label class="select"><span class="visually-hidden">${t("contacts.group")}</span>
        <select value=${group} onChange=${(event) => setGroup(event.target.value)}>
          <option value="">${t("contacts.everyGroup")}</option>
          ${groups.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
        </select></label>`}
      ${mayWrite && html`<button class="primary" type="button" onClick=${() => setEdited({})}><${Icon} name="plus" />${t("contacts.add")}</button>`}
    </div>
    ${found.state === "failed" && html`<p class="form-problem" role="alert">${t("contacts.failed")}</p>`}
    ${contacts.length === 0 && found.state !== "failed" && html`<${Nothing} isLoading=${found.state === "loading"} isSearched=${text.trim() || group} />`}
    ${contacts.length > 0 &&
    html`<ul class="contacts" aria-label=${t("nav.contacts")}>
      ${contacts.map(
        (contact) => html`<${Contact} key=${contact.id} contact=${contact} phone=${phone} live=${live} me=${state.me}
          onEdit=${mayWrite ? () => setEdited(contact) : null} />`,
      )}
    </ul>`}
    ${found.hasMore && html`<button class="plain more" type="button" onClick=${() => load(contacts[contacts.length - 1].id)}>${t("do.loadMore")}</button>`}
    ${edited && html`<${ContactDialog} contact=${edited} onChanged=${refresh} onDone=${() => setEdited(null)} />`}`;
}

function Nothing({ isLoading, isSearched }) {
  if (isLoading) return html`<p class="empty">${t("do.loading")}</p>`;
  if (isSearched) return html`<${Empty} title=${t("contacts.noMatch")} />`;
  return html`<${Empty} title=${t("contacts.none")}>${t("contacts.noneNote")}<//>`;
}

function Contact({ contact, phone, live, me, onEdit }) {
  const { actions } = useShared();
  const why = !phone ? t("desk.notMine") : phone.verbs.includes("dial") ? "" : whyNotAtPhone("dial", phone, me, live.get(phone.id) ?? []);
  return html`<li class="contact">
    <${Avatar} name=${contact.name} />
    <div class="contact-who">
      <p class="person-name">${contact.name}</p>
      <p class="contact-facts">${[contact.organisation, ...contact.groups].filter(Boolean).join(" · ")}</p>
      ${contact.note && html`<p class="contact-facts">${contact.note}</p>`}
    </div>
    <ul class="contact-numbers">
      ${contact.numbers.map(
        ({ number, display, label }) => html`<li key=${number}>
          <${Action} icon="handset" kind="number" text=${display || number} why=${why} aria-label=${t("contacts.call", { name: contact.name, number: display || number })}
            onClick=${() => actions.dial(phone, number, `toast/${contact.id}`)} />
          <small>${label}</small>
        </li>`,
      )}
    </ul>
    ${onEdit && html`<button class="round" type="button" aria-label=${t("contacts.edit", { name: contact.name })} title=${t("do.edit")} onClick=${onEdit}><${Icon} name="note" /></button>`}
  </li>`;
}
