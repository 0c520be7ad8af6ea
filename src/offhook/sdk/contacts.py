"""Contacts from Python: `ConsoleClient.contacts`.

Source: docs/programs.md, "Contacts"; the served `/api/v1/openapi.json`.
"""

from types import NoneType
from typing import Literal

import msgspec

from offhook.console_api.contacts import Contact, ImportReport, NewContact
from offhook.sdk.http_link import HttpLink, path_part

__all__ = ["Contacts"]

_IMPORT_TIMEOUT_S = 300.0


class Contacts:
    """Who calls and is called.

    Example::

        anna = await console.contacts.add(NewContact(name="Anna Müller", numbers=[NewNumber(number="030 901820")]))
        report = await console.contacts.take(Path("contacts.csv").read_bytes(), "csv", dry_run=True)
    """

    def __init__(self, link: HttpLink) -> None:
        self._link = link

    async def find(
        self, search: str = "", *, group: str | None = None, after: str | None = None, limit: int = 50
    ) -> list[Contact]:
        """Contacts by name.

        Args:
            search: Beginnings of names, organisations, e-mail addresses or numbers; "" for all.
            after: Id of a contact: only later ones, to page on.
        """
        query = {"search": search or None, "group": group, "after": after, "limit": limit}
        return await self._link.ask("GET", "/contacts", list[Contact], query=query)

    async def groups(self) -> list[str]:
        """The groups contacts are in."""
        return await self._link.ask("GET", "/contacts/groups", list[str])

    async def get(self, contact: str) -> Contact:
        """One contact by its id."""
        return await self._link.ask("GET", f"/contacts/{path_part(contact)}", Contact)

    async def add(self, contact: NewContact) -> Contact:
        """Add a contact."""
        return await self._link.ask("POST", "/contacts", Contact, contact)

    async def replace(self, contact: str, by: NewContact) -> Contact:
        """Replace a contact whole."""
        return await self._link.ask("PUT", f"/contacts/{path_part(contact)}", Contact, by)

    async def remove(self, contact: str) -> None:
        """Remove a contact."""
        await self._link.ask("DELETE", f"/contacts/{path_part(contact)}", NoneType)

    async def take(self, file: bytes, format_: Literal["csv", "vcard"], *, dry_run: bool = False) -> ImportReport:
        """Import a file; with ``dry_run`` only tell what would happen."""
        raw = await self._link.fetch(
            "POST",
            "/contacts/import",
            file=(file, f"text/{format_}"),
            query={"dry_run": "true" if dry_run else None},
            timeout_s=_IMPORT_TIMEOUT_S,
        )
        return msgspec.json.decode(raw, type=ImportReport)

    async def export(self, format_: Literal["csv", "vcard"] = "csv") -> bytes:
        """All contacts as a file."""
        return await self._link.fetch("GET", "/contacts/export", query={"format": format_}, timeout_s=_IMPORT_TIMEOUT_S)
