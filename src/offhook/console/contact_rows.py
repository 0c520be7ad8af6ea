"""What a file of contacts comes to, whatever its form: rows that can be taken, and rows that cannot, with the reason.

Pure. Files are hostile or broken: a row that does not fit is refused by itself, with its line and why.
Source: docs/programs.md, "Contacts".
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from offhook.console_api.contacts import NewContact

__all__ = ["MAX_ROWS", "ContactFile", "ContactRow", "RefusedContact", "decoded"]

MAX_ROWS = 50_000
_MAX_TEXT_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact that can be taken."""

    line: int
    id: str
    """Of the contact it came from, when it is an export of this console; "" otherwise."""
    contact: NewContact


@dataclass(frozen=True, slots=True)
class RefusedContact:
    """A row that cannot."""

    line: int
    reason: str
    text: str


@dataclass(slots=True)
class ContactFile:
    """All of a file."""

    format: str
    columns: dict[str, str] = field(default_factory=dict)
    """CSV: what each column was taken for."""
    rows: list[ContactRow] = field(default_factory=list)
    refused: list[RefusedContact] = field(default_factory=list)

    def take(self, line: int, contact_id: str, fields: dict[str, Any], text: str) -> None:
        """Add a row, if it is a contact.

        Args:
            line: Where it begins, from 1.
            fields: As of `NewContact`, with texts of any length and form.
            text: How it is written, to show where it is refused.
        """
        if len(self.rows) + len(self.refused) >= MAX_ROWS:
            self._end(line)
            return
        if not fields.get("name"):
            numbers = fields.get("numbers") or [{}]
            fields["name"] = fields.get("organisation") or numbers[0].get("number", "")
        if not fields["name"]:
            self.refuse(line, "no name, and no number to name it by", text)
            return
        try:
            contact = msgspec.convert(fields, NewContact)
        except msgspec.ValidationError as error:
            self.refuse(line, str(error), text)
            return
        unusable = [each.number for each in contact.numbers if not any(map(str.isalnum, each.number))]
        if unusable:
            self.refuse(line, f"{unusable[0]!r} is no number", text)
        else:
            self.rows.append(ContactRow(line, contact_id, contact))

    def refuse(self, line: int, reason: str, text: str) -> None:
        """Add a row that is no contact."""
        self.refused.append(RefusedContact(line, reason, text[:_MAX_TEXT_SHOWN]))

    def _end(self, line: int) -> None:
        if not self.refused or self.refused[-1].reason != _TOO_MANY:
            self.refuse(line, _TOO_MANY, "")


_TOO_MANY = f"the file has more than {MAX_ROWS} rows: this and all later ones are left out"


def decoded(raw: bytes) -> str:
    """Read a file's text: UTF-8 or UTF-16, and what is neither as Windows writes it in the west of Europe."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
