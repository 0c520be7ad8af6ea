"""Contacts in the SQL database; part of `SqlStore`.

Source: `store.contacts`; `store.schema`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import delete, insert, or_, select, tuple_
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from offhook.console.store.contacts import ContactRecord, ContactSearch, contact_keys, group_key, sort_key
from offhook.console.store.schema import contact_keys as keys
from offhook.console.store.schema import contacts
from offhook.console.store.sqlite_engine import upsert

__all__ = ["SqlContacts"]

_Answer = TypeVar("_Answer")

_AT_ONCE = 500
"""Ids in one statement: databases take only so many parameters."""
_LAST = "\U0010ffff"
"""Comes after every character that a key has."""

_encoder = msgspec.json.Encoder()
_CONTACT = msgspec.json.Decoder(ContactRecord)
_UPSERT = upsert(contacts, ["id"])


class SqlContacts(ABC):
    """Implements `ContactStore` over one thread that writes and one that reads."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], None]) -> None: ...

    @abstractmethod
    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    async def save_contacts(self, saved: Sequence[ContactRecord]) -> None:
        """Keep contacts, all or none."""
        newest = list({contact.id: contact for contact in saved}.values())

        def work(connection: Connection) -> None:
            for some in _slices(newest):
                ids = [contact.id for contact in some]
                connection.execute(delete(keys).where(keys.c.contact.in_(ids)))
                rows = [{"id": each.id, "sort": sort_key(each), "record": _encoder.encode(each)} for each in some]
                connection.execute(_UPSERT, rows)
                connection.execute(
                    insert(keys), [{"key": key, "contact": each.id} for each in some for key in contact_keys(each)]
                )

        await self._write(work)

    async def remove_contact(self, contact: str) -> None:
        """Forget a contact; its keys go with it."""

        def work(connection: Connection) -> None:
            connection.execute(delete(contacts).where(contacts.c.id == contact))

        await self._write(work)

    async def contact(self, contact: str) -> ContactRecord | None:
        """Give one by its id."""
        query = select(contacts.c.record).where(contacts.c.id == contact)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else _CONTACT.decode(found)

    async def contacts(self, search: ContactSearch) -> list[ContactRecord]:
        """Give contacts by name."""
        query = select(contacts.c.record).order_by(contacts.c.sort, contacts.c.id).limit(search.limit)
        if search.group is not None:
            query = query.where(_has(keys.c.key == group_key(search.group)))
        for beginnings in search.words:
            query = query.where(_has(or_(*map(_begins, beginnings))))

        def work(connection: Connection) -> list[ContactRecord]:
            wanted = query
            if search.after is not None:
                sort = connection.scalar(select(contacts.c.sort).where(contacts.c.id == search.after))
                if sort is None:
                    return []
                wanted = query.where(tuple_(contacts.c.sort, contacts.c.id) > tuple_(sort, search.after))
            return [_CONTACT.decode(record) for record in connection.scalars(wanted)]

        return await self._read(work)

    async def contacts_known(self, ids: Collection[str], identities: Collection[str]) -> list[ContactRecord]:
        """Give the contacts with these ids or identities."""

        def work(connection: Connection) -> list[ContactRecord]:
            found: dict[str, bytes] = {}
            for some in _slices(sorted(ids)):
                query = select(contacts.c.id, contacts.c.record).where(contacts.c.id.in_(some))
                found |= {row.id: row.record for row in connection.execute(query)}
            for some in _slices(sorted(identities)):
                query = select(contacts.c.id, contacts.c.record).where(_has(keys.c.key.in_(some)))
                found |= {row.id: row.record for row in connection.execute(query)}
            return [_CONTACT.decode(found[id_]) for id_ in sorted(found)]

        return await self._read(work)


def _has(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Say that a contact has such a key."""
    return contacts.c.id.in_(select(keys.c.contact).where(condition))


def _begins(beginning: str) -> ColumnElement[bool]:
    """Say that a key begins so; as a range, which the index answers."""
    return keys.c.key.between(beginning, beginning + _LAST)


_Item = TypeVar("_Item")


def _slices(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
