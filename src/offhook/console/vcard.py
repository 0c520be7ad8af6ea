"""Contacts as vCards, 3.0 and 4.0: so much of them as contacts have. Pure.

What is not understood is left out; a card that is broken is refused by itself.
Source: RFC 2426 (3.0), RFC 6350 (4.0), RFC 3966 (`tel:` addresses).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

from offhook.console.contact_rows import ContactFile, decoded
from offhook.console_api.contacts import Contact, ContactNumber

__all__ = ["read_vcards", "write_vcard"]

_MAX_LINE_CHARS = 16_384
"""Longer ones are pictures and keys."""
_MAX_LINES = 1_000
_FOLD_OCTETS = 75
_VERSIONS = ("3.0", "4.0")
_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)(?=[;:])")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^";])*))?')
_NO_LABELS = frozenset({"voice", "pref", "text", "internet", "x400"})


def read_vcards(raw: bytes) -> ContactFile:
    """Read a file of any number of cards."""
    file = ContactFile("vcard")
    card: list[tuple[str, dict[str, str], str]] | None = None
    began = 1
    for line, text in _unfolded(decoded(raw)):
        word = text.strip().upper()
        if word == "BEGIN:VCARD":
            if card is not None:
                file.refuse(began, "the card does not end", _shown(card))
            card, began = [], line
        elif card is None:
            continue
        elif word == "END:VCARD":
            _take(file, began, card)
            card = None
        elif len(card) < _MAX_LINES and len(text) <= _MAX_LINE_CHARS:
            card += filter(None, [_property(text)])
    if card is not None:
        file.refuse(began, "the card does not end", _shown(card))
    if not file.rows and not file.refused:
        file.refuse(1, "there is no BEGIN:VCARD in it", "")
    return file


def write_vcard(contact: Contact) -> str:
    """Write a contact as a card of version 4.0, ended by a line end."""
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"UID:{_escaped(contact.id)}", f"FN:{_escaped(contact.name)}"]
    if contact.organisation:
        lines.append(f"ORG:{_escaped(contact.organisation)}")
    for number in contact.numbers:
        label = re.sub(r'["\x00-\x1f\x7f]', "", number.label)
        kind = f';TYPE="{label}"' if label else ""
        lines.append(f"TEL;VALUE=text{kind}:{_escaped(_with_extension(number))}")
    lines += [f"EMAIL:{_escaped(email)}" for email in contact.emails]
    if contact.groups:
        lines.append(f"CATEGORIES:{','.join(map(_escaped, contact.groups))}")
    if contact.note:
        lines.append(f"NOTE:{_escaped(contact.note)}")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCARD"])


# --- reading -------------------------------------------------------------------------------------------------------


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Give the lines, those that were broken in one piece, with the number of their first."""
    began, parts = 1, list[str]()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
            continue
        if parts:
            yield began, "".join(parts)
        began, parts = number, [line]
    yield began, "".join(parts)


def _property(text: str) -> tuple[str, dict[str, str], str] | None:
    """Cut a line into name, parameters and value; None for what is no property."""
    named = _NAME.match(text)
    if named is None:
        return None
    parameters: dict[str, str] = {}
    at = named.end()
    while (found := _PARAMETER.match(text, at)) is not None and found.end() > at:
        name, value = found[1].upper(), found[2]
        colon = _colon_outside(value or "")
        if value is not None and colon is not None:
            parameters[name] = _joined(parameters.get(name), value[:colon])
            return named[1].upper(), parameters, text[found.start(2) + colon + 1 :]
        parameters["TYPE" if value is None else name] = _joined(
            parameters.get("TYPE" if value is None else name), name if value is None else value
        )
        at = found.end()
    if text[at : at + 1] != ":":
        return None
    return named[1].upper(), parameters, text[at + 1 :]


def _joined(before: str | None, value: str) -> str:
    return value if before is None else f"{before},{value}"


def _colon_outside(value: str) -> int | None:
    """Find the colon that ends the parameters: the first that is in no quotation marks."""
    is_quoted = False
    for at, char in enumerate(value):
        if char == '"':
            is_quoted = not is_quoted
        elif char == ":" and not is_quoted:
            return at
    return None


def _take(file: ContactFile, line: int, card: list[tuple[str, dict[str, str], str]]) -> None:
    version = next((value.strip() for name, _, value in card if name == "VERSION"), "")
    if version not in _VERSIONS:
        file.refuse(line, f"version {version[:8] or 'unknown'}: save it as 3.0 or 4.0", _shown(card))
        return
    fields: dict[str, Any] = {"name": "", "organisation": "", "note": "", "numbers": [], "emails": [], "groups": []}
    structured, contact_id = "", ""
    for name, parameters, value in card:
        match name:
            case "FN":
                fields["name"] = fields["name"] or _plain(value)
            case "N":
                family, given, *_ = (*map(_plain, _split(value, ";")), "", "")
                structured = f"{given} {family}".strip()
            case "ORG":
                fields["organisation"] = " ".join(filter(None, map(_plain, _split(value, ";"))))
            case "TEL" if value.strip():
                fields["numbers"].append({"number": _number(value), "label": _label(parameters)})
            case "EMAIL" if value.strip():
                fields["emails"].append(_plain(value))
            case "CATEGORIES":
                fields["groups"] += filter(None, map(_plain, _split(value, ",")))
            case "NOTE":
                fields["note"] = _plain(value)
            case "UID" if value.startswith("ct_"):
                contact_id = value.strip()
    fields["name"] = fields["name"] or structured
    file.take(line, contact_id, fields, _shown(card))


def _number(value: str) -> str:
    """Read a number, also as `tel:` address."""
    text = _plain(value)
    if not text.lower().startswith("tel:"):
        return text
    number, _, parameters = text[4:].partition(";")
    extension = re.search(r"(?:^|;)ext=(\d+)", parameters)
    return unquote(number) + (f" ext. {extension[1]}" if extension else "")


def _label(parameters: dict[str, str]) -> str:
    kinds = [kind.strip(' "') for kind in parameters.get("TYPE", "").replace('"', "").split(",")]
    return " ".join(kind.lower() for kind in kinds if kind and kind.lower() not in _NO_LABELS)[:32]


def _split(value: str, separator: str) -> list[str]:
    """Split where the separator is not escaped."""
    return re.split(rf"(?<!\\){separator}", value)


def _plain(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value, flags=re.DOTALL).strip()


def _shown(card: Iterable[tuple[str, dict[str, str], str]]) -> str:
    return " ".join(value for name, _, value in card if name in ("FN", "N", "TEL"))


# --- writing -------------------------------------------------------------------------------------------------------


def _with_extension(number: ContactNumber) -> str:
    return f"{number.number} ext. {number.extension}" if number.extension else number.number


def _escaped(text: str) -> str:
    text = re.sub(r"([\\,;])", r"\\\1", text)
    return re.sub(r"\r\n|\n|\r", r"\\n", text)


def _folded(line: str) -> str:
    """Break a line where it would get too long, never within a character."""
    parts, part, size = [], "", 0
    for char in line:
        octets = len(char.encode("utf-8", "surrogatepass"))
        if size + octets > _FOLD_OCTETS:
            parts.append(part)
            part, size = " ", 1
        part, size = part + char, size + octets
    return "\r\n".join([*parts, part])
