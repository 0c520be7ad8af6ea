"""Contacts: kept in the store, known by their numbers in memory, so that every call shown has its name at once.

Source: docs/programs.md, "Contacts".
"""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from offhook.console.contact_rows import ContactFile, ContactRow
from offhook.console.numbers import Numbers
from offhook.console.store.contacts import (
    ContactRecord,
    ContactSearch,
    ContactStore,
    NumberRecord,
    identity_key,
)
from offhook.console.times import rfc3339
from offhook.console_api.contacts import Contact, ContactNumber, ImportReport, NewContact, RefusedRow
from offhook.console_api.resources import ContactRef, Party
from offhook.errors import NotFound, NotPossibleNow, NotValid

__all__ = ["MAX_CONTACTS", "ContactBook"]

MAX_CONTACTS = 100_000
"""What is known of each is in memory."""

_AT_ONCE = 500
"""Contacts in one transaction: phones' reports wait that long at most."""
_MAX_REFUSED_SHOWN = 100


@dataclass(frozen=True, slots=True)
class _Known:
    """What is in memory of one contact."""

    ref: ContactRef
    numbers: tuple[str, ...]
    groups: tuple[str, ...]


class ContactBook:
    """All contacts; from one event loop."""

    def __init__(
        self,
        store: ContactStore,
        numbers: Numbers,
        *,
        now: Callable[[], float] = time.time,
        max_contacts: int = MAX_CONTACTS,
    ) -> None:
        """Prepare; `load` before anything else.

        Args:
            now: Seconds since 1970 (UTC).
        """
        self._store = store
        self._now = now
        self._max_contacts = max_contacts
        self._known: dict[str, _Known] = {}
        self._by_number: dict[str, tuple[ContactRef, ...]] = {}
        self._writing = asyncio.Lock()
        self.numbers = numbers
        """How numbers are read."""

    async def load(self) -> None:
        """Learn all numbers.

        Raises:
            StoreError: The store cannot be read.
        """
        async for record in self._all(ContactSearch(limit=_AT_ONCE)):
            self._learn(record)

    # --- reading ---------------------------------------------------------------------------------------------------

    def name_party(self, party: Party) -> Party:
        """Show a party's number as people write it, with the contact that has it."""
        if not party.number:
            return party
        number = self.numbers.read(party.number)
        known = () if party.phone is not None else self._by_number.get(number.key, ())
        return msgspec.structs.replace(party, display=number.display, contact=known[0] if known else None)

    def groups(self) -> list[str]:
        """Give all groups, in the order of the alphabet."""
        return sorted({group for known in self._known.values() for group in known.groups}, key=str.casefold)

    async def find(self, search: str, *, group: str | None, after: str | None, limit: int) -> list[Contact]:
        """Give contacts by name.

        Raises:
            NotValid: ``after`` is the id of no contact.
            StoreError: The store cannot be read.
        """
        if after is not None and after not in self._known:
            raise NotValid("cursor-not-valid", "after is the id of a contact, and there is no such contact")
        words = self.numbers.words(search)
        if search.strip() and not words:
            return []  # punctuation: it begins nothing
        wanted = ContactSearch(words=words, group=group, after=after, limit=limit)
        return [self._view(record) for record in await self._store.contacts(wanted)]

    async def numbers_of(self, search: str, limit: int = 50) -> set[str]:
        """Give the numbers of contacts that are found by a text.

        Raises:
            StoreError: The store cannot be read.
        """
        words = self.numbers.words(search)
        found = await self._store.contacts(ContactSearch(words=words, limit=limit)) if words else []
        return {each.number for contact in found for each in contact.numbers}

    async def get(self, contact: str) -> Contact:
        """Give one by id.

        Raises:
            NotFound: There is none.
            StoreError: The store cannot be read.
        """
        return self._view(await self._record(contact))

    async def everybody(self) -> AsyncIterator[Contact]:
        """Give all, by name."""
        async for record in self._all(ContactSearch(limit=_AT_ONCE)):
            yield self._view(record)

    # --- writing ---------------------------------------------------------------------------------------------------

    async def create(self, wanted: NewContact) -> Contact:
        """Add a contact.

        Raises:
            NotPossibleNow: There is no room.
            StoreError: The store cannot be written.
        """
        async with self._writing:
            self._require_room(1)
            return self._view((await self._save([self._made(_new_id(), wanted)]))[0])

    async def replace(self, contact: str, wanted: NewContact) -> Contact:
        """Replace a contact whole.

        Raises:
            NotFound: There is none.
            StoreError: The store cannot be written.
        """
        async with self._writing:
            await self._record(contact)
            return self._view((await self._save([self._made(contact, wanted)]))[0])

    async def remove(self, contact: str) -> None:
        """Remove a contact.

        Raises:
            NotFound: There is none.
            StoreError: The store cannot be written.
        """
        async with self._writing:
            await self._record(contact)
            await self._store.remove_contact(contact)
            self._forget(contact)

    async def take(self, file: ContactFile, *, is_dry_run: bool) -> ImportReport:
        """Take a file's contacts: those that are there already are replaced.

        Raises:
            NotPossibleNow: There is no room for all of them.
            StoreError: The store cannot be used; what was written by then stays, and importing again goes on.
        """
        async with self._writing:
            known = await self._known_of(file.rows)
            changes: dict[str, ContactRecord] = {}
            created, updated, unchanged = set[str](), set[str](), 0
            for row in file.rows:
                before = known.get(row.id) or known.get(_identity(row.contact))
                record = self._made(before.id if before else _new_id(), row.contact)
                if before is not None and msgspec.structs.replace(record, changed=before.changed) == before:
                    unchanged += 1
                    continue
                (created if before is None or before.id in created else updated).add(record.id)
                changes[record.id] = known[_identity(row.contact)] = record
            self._require_room(len(created))
            if not is_dry_run:
                found = list(changes.values())
                for start in range(0, len(found), _AT_ONCE):
                    await self._save(found[start : start + _AT_ONCE])
        return ImportReport(
            is_dry_run=is_dry_run,
            format=file.format,
            rows=len(file.rows) + len(file.refused),
            created=len(created),
            updated=len(updated),
            unchanged=unchanged,
            columns=file.columns,
            refused=[
                RefusedRow(row=each.line, reason=each.reason, text=each.text)
                for each in file.refused[:_MAX_REFUSED_SHOWN]
            ],
            refused_more=max(0, len(file.refused) - _MAX_REFUSED_SHOWN),
        )

    async def _known_of(self, rows: Iterable[ContactRow]) -> dict[str, ContactRecord]:
        """Find what rows are about, by id and by identity."""
        ids = {row.id for row in rows if row.id}
        found = await self._store.contacts_known(ids, {_identity(row.contact) for row in rows})
        known = {identity_key(each.name, each.organisation): each for each in found}
        return known | {each.id: each for each in found}

    async def _save(self, records: Sequence[ContactRecord]) -> Sequence[ContactRecord]:
        await self._store.save_contacts(records)
        for record in records:
            self._forget(record.id)
            self._learn(record)
        return records

    async def _record(self, contact: str) -> ContactRecord:
        found = await self._store.contact(contact)
        if found is None:
            raise NotFound("contact", contact)
        return found

    async def _all(self, search: ContactSearch) -> AsyncIterator[ContactRecord]:
        after = None
        while some := await self._store.contacts(
            ContactSearch(words=search.words, group=search.group, after=after, limit=search.limit)
        ):
            for record in some:
                yield record
            after = some[-1].id

    def _require_room(self, more: int) -> None:
        if len(self._known) + more > self._max_contacts:
            raise NotPossibleNow("too-many-contacts", f"{self._max_contacts} contacts fit; remove some first")

    def _made(self, contact: str, wanted: NewContact) -> ContactRecord:
        numbers = []
        for each in wanted.numbers:
            number = self.numbers.read(each.number)
            extension = each.extension or number.extension
            numbers.append(NumberRecord(number=number.key, label=each.label, extension=extension))
        return ContactRecord(
            id=contact,
            name=wanted.name,
            changed=self._now(),
            organisation=wanted.organisation,
            numbers=tuple(dict.fromkeys(numbers)),
            emails=tuple(dict.fromkeys(wanted.emails)),
            groups=tuple(dict.fromkeys(wanted.groups)),
            note=wanted.note,
        )

    def _view(self, record: ContactRecord) -> Contact:
        return Contact(
            id=record.id,
            name=record.name,
            organisation=record.organisation,
            numbers=[
                ContactNumber(
                    number=each.number,
                    label=each.label,
                    extension=each.extension,
                    display=self.numbers.read(each.number).display,
                )
                for each in record.numbers
            ],
            emails=list(record.emails),
            groups=list(record.groups),
            note=record.note,
            changed=rfc3339(record.changed),
        )

    def _learn(self, record: ContactRecord) -> None:
        ref = ContactRef(id=record.id, name=record.name)
        numbers = tuple({each.number for each in record.numbers})
        self._known[record.id] = _Known(ref, numbers, record.groups)
        for number in numbers:
            self._by_number[number] = (*self._by_number.get(number, ()), ref)

    def _forget(self, contact: str) -> None:
        known = self._known.pop(contact, None)
        for number in known.numbers if known else ():
            rest = tuple(ref for ref in self._by_number[number] if ref.id != contact)
            if rest:
                self._by_number[number] = rest
            else:
                del self._by_number[number]


def _new_id() -> str:
    return f"ct_{secrets.token_hex(6)}"


def _identity(contact: NewContact) -> str:
    return identity_key(contact.name, contact.organisation)
