// Telephone numbers as they come in links, from the clipboard and from people's fingers. The console knows what they
// mean; here they are only freed from what surrounds them.

const LINK = /^(?:tel|callto|sips?):(?:\/\/)?/i;
const NUMBER = /^\+?[\d\s().\-/*#]{2,}$/;

// "tel:+39-02-5550;ext=1" -> "+39025550". A SIP address keeps its user and host.
export function numberOfLink(link) {
  const text = decoded(link.trim());
  if (/^sips?:/i.test(text)) return text.replace(/^sips?:/i, "").split(/[;?]/)[0];
  return bare(text.replace(LINK, "").split(/[;?]/)[0]);
}

export function isCallLink(text) {
  return LINK.test(text.trim());
}

// What is to be dialled for something that was typed or pasted; "" when it is no number.
export function dialable(text) {
  const trimmed = text.trim();
  if (isCallLink(trimmed)) return numberOfLink(trimmed);
  if (NUMBER.test(trimmed)) return bare(trimmed);
  return /^[\w.+*#-]+(@[\w.:-]+)?$/.test(trimmed) && /\d|@/.test(trimmed) ? trimmed : "";
}

// Phones key a transfer's target in, so it may hold what a keypad has: the national form does, +49… does not.
export function keyable({ number, display }) {
  const national = bare(display ?? "");
  return number.startsWith("+") && national && !national.startsWith("+") ? national : number;
}

function bare(text) {
  return text.replace(/\(0\)(?=\d)/, "").replace(/[\s().\-/]/g, "");
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lonely % belongs to no escape
  }
}
