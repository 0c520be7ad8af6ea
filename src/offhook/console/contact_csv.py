"""Contacts as CSV: reads what spreadsheets, mail programs and phones write, column names guessed. Pure.

Source: RFC 4180; column names as Outlook, Google and German programs write them.
"""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from offhook.console.contact_rows import ContactFile, decoded
from offhook.console.csv_text import csv_lines, plain_cell
from offhook.console.folding import words_of
from offhook.console_api.contacts import Contact, ContactNumber
from offhook.errors import NotValid

__all__ = ["read_csv", "write_csv"]

_COLUMNS: dict[str, str] = {
    "id": "id",
    **dict.fromkeys(
        ("name", "full name", "fullname", "display name", "anzeigename", "contact", "kontakt", "file as"), "name"
    ),
    **dict.fromkeys(("first name", "given name", "firstname", "vorname"), "first"),
    **dict.fromkeys(("last name", "family name", "lastname", "surname", "nachname", "familienname"), "last"),
    **dict.fromkeys(
        ("organisation", "organization", "company", "firma", "unternehmen", "organization name", "organization 1 name"),
        "organisation",
    ),
    **dict.fromkeys(("note", "notes", "notiz", "notizen", "comment", "bemerkung", "bemerkungen"), "note"),
    **dict.fromkeys(
        ("group", "groups", "labels", "categories", "gruppe", "gruppen", "kategorie", "kategorien", "group membership"),
        "groups",
    ),
}
"""What columns are called, in folded words."""

_EMAIL_WORDS = frozenset({"email", "mail", "emails"})
_NUMBER_WORDS = frozenset(
    "phone telephone telefon tel mobile mobil handy cell number nummer rufnummer telefonnummer fax numbers".split()
)
_LABEL_WORDS = frozenset({"label", "type", "typ"})
_SEPARATORS = re.compile(r"\s*(?:;|:::|,)\s*")
_DELIMITERS = ",;\t|"


def read_csv(raw: bytes) -> ContactFile:
    """Read a file.

    Raises:
        NotValid: No column of it is a name or a number.
    """
    text = decoded(raw)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = _next(reader)
    kinds = [_kind(title) for title in header or []]
    if not {"name", "first", "last", "organisation", "number"} & set(kinds):
        raise NotValid(
            "no-columns", "the first line has to name the columns, and one of them a name or a number, e.g. name;phone"
        )
    file = ContactFile("csv", columns=dict(zip(header or [], kinds, strict=True)))
    labels = _labels(header or [], kinds)
    line = reader.line_num + 1
    while (cells := _next(reader)) is not None:
        shown = delimiter.join(cells)
        if cells == [_UNREADABLE]:
            file.refuse(line, "not CSV: a cell is too long or a quotation mark is not closed", "")
        elif len(cells) > len(kinds):
            file.refuse(line, f"{len(cells)} cells, and {len(kinds)} columns", shown)
        elif any(cell.strip() for cell in cells):
            fields = _fields([plain_cell(cell.strip()) for cell in cells], kinds, labels)
            file.take(line, fields.pop("id"), fields, shown)
        line = reader.line_num + 1
    return file


def write_csv(contacts: Sequence[Contact]) -> str:
    """Write contacts so that `read_csv` reads the same."""
    most = max((len(contact.numbers) for contact in contacts), default=1)
    titles = [title for number in range(1, most + 1) for title in (f"number {number}", f"label {number}")]
    rows: list[list[str]] = [["id", "name", "organisation", *titles, "emails", "groups", "note"]]
    for each in contacts:
        pairs = [cell for number in each.numbers for cell in (_number(number), number.label)]
        pairs += [""] * (2 * most - len(pairs))
        joined = ("; ".join(each.emails), "; ".join(each.groups))
        rows.append([each.id, each.name, each.organisation, *pairs, *joined, each.note])
    return csv_lines(rows)


def _number(number: ContactNumber) -> str:
    return f"{number.number} ext. {number.extension}" if number.extension else number.number


_UNREADABLE = "\x00unreadable"


def _next(reader: Any) -> list[str] | None:
    try:
        cells: list[str] | None = next(reader, None)
    except csv.Error:
        return [_UNREADABLE]
    return cells


def _kind(title: str) -> str:
    """Guess what a column holds; "" for what contacts have no place for."""
    words = words_of(title)
    known = _COLUMNS.get(" ".join(words))
    if known is not None:
        return known
    if _LABEL_WORDS & set(words) and (_digits(title) or _NUMBER_WORDS & set(words)) and not _EMAIL_WORDS & set(words):
        return "label"
    if _EMAIL_WORDS & set(words):
        return "" if _LABEL_WORDS & set(words) else "email"
    if _NUMBER_WORDS & set(words):
        return "number"
    return ""


def _digits(title: str) -> str:
    return "".join(filter(str.isdigit, title))


def _labels(header: Sequence[str], kinds: Sequence[str]) -> dict[int, int | str]:
    """Say for each column of a number where its label is: in the column of the same digits, or in its own title."""
    columns = {
        _digits(title): at for at, (title, kind) in enumerate(zip(header, kinds, strict=True)) if kind == "label"
    }
    found: dict[int, int | str] = {}
    for at, (title, kind) in enumerate(zip(header, kinds, strict=True)):
        if kind == "number":
            own = " ".join(word for word in title.split() if not _NUMBER_WORDS & set(words_of(word)))
            plain = "" if not own.strip("0123456789 -") else own.strip("- ")[:32]
            mobile = {"mobile", "mobil", "handy", "cell", "fax"} & set(words_of(title))
            found[at] = columns.get(_digits(title), plain or "".join(sorted(mobile)[:1]))
    return found


def _fields(cells: Sequence[str], kinds: Sequence[str], labels: dict[int, int | str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": "", "name": "", "organisation": "", "note": ""}
    numbers, emails, groups, parts = [], [], [], {"first": "", "last": ""}
    for at, (cell, kind) in enumerate(zip(cells, kinds, strict=False)):
        match kind:
            case "number" if cell:
                label = labels[at]
                text = label if isinstance(label, str) else (cells[label] if label < len(cells) else "")
                numbers.append({"number": cell, "label": text[:32]})
            case "email":
                emails += [each for each in _SEPARATORS.split(cell) if each]
            case "groups":
                groups += [each.strip("* ") for each in _SEPARATORS.split(cell) if each.strip("* ")]
            case "first" | "last":
                parts[kind] = cell
            case "id" | "name" | "organisation" | "note" if cell:
                fields[kind] = cell
    fields["name"] = fields["name"] or " ".join(filter(None, parts.values()))
    return {**fields, "numbers": numbers, "emails": emails, "groups": groups}
