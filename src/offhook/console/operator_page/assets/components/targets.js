// Whom a call can go to: colleagues and contacts, found by name or number while one types.

import { api } from "../api.js";
import { presenceOf } from "../store.js";
import { useEffect, useMemo, useState } from "../ui.js";
import { useOwnPhones } from "./shared.js";

const MOST_COLLEAGUES = 8;
const MOST_CONTACTS = 6;
const TYPING_PAUSE_MS = 150;

// [{key, name, number, shown, presence, note}]; presence only for colleagues. None while they are not wanted.
export function useTargets(text, isLeftOut, isWanted) {
  const phones = useOwnPhones(isWanted);
  const contacts = useContacts(text.trim());
  const wanted = plain(text);
  return useMemo(() => {
    const fits = (phone) => phone.extension && !isLeftOut(phone) && plain(`${phone.name} ${phone.extension}`).includes(wanted);
    const colleagues = first(phones, MOST_COLLEAGUES, fits).map((phone) => ({
      key: phone.id, name: phone.name, number: phone.extension, shown: phone.extension, presence: presenceOf(phone),
    }));
    return [...colleagues, ...contacts];
  }, [phones, contacts, wanted]);
}

// Among thousands it is not worth looking on once enough are found.
function first(all, most, fits) {
  const found = [];
  for (const one of all) {
    if (found.length === most) break;
    if (fits(one)) found.push(one);
  }
  return found;
}

function useContacts(text) {
  const [contacts, setContacts] = useState([]);
  useEffect(() => {
    if (text.length < 2) {
      setContacts([]);
      return undefined;
    }
    let isWanted = true;
    const timer = setTimeout(() => {
      api.contacts({ search: text, limit: MOST_CONTACTS }).then(
        (found) => isWanted && setContacts(found.flatMap(targetsOf).slice(0, MOST_CONTACTS)),
        () => isWanted && setContacts([]), // a number can be typed all the same
      );
    }, TYPING_PAUSE_MS);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [text]);
  return contacts;
}

function targetsOf(contact) {
  return contact.numbers.map(({ number, display, label }) => ({
    key: `${contact.id} ${number}`, name: contact.name, number, display, shown: display || number, note: label || contact.organisation,
  }));
}

// Upper case and accents do not matter to whoever looks for somebody.
export function plain(text) {
  return text.trim().normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
