"""Contacts in memory; part of `MemoryStore`.

Source: `store.contacts`.
"""

from collections.abc import Collection, Sequence

from offhook.console.store.contacts import (
    ContactRecord,
    ContactSearch,
    contact_keys,
    group_key,
    identity_key,
    sort_key,
)

__all__ = ["MemoryContacts"]


class MemoryContacts:
    """Implements `ContactStore`."""

    def __init__(self) -> None:
        self._contacts: dict[str, ContactRecord] = {}

    async def save_contacts(self, saved: Sequence[ContactRecord]) -> None:
        """Keep contacts."""
        self._contacts |= {contact.id: contact for contact in saved}

    async def remove_contact(self, contact: str) -> None:
        """Forget a contact."""
        self._contacts.pop(contact, None)

    async def contact(self, contact: str) -> ContactRecord | None:
        """Give one by its id."""
        return self._contacts.get(contact)

    async def contacts(self, search: ContactSearch) -> list[ContactRecord]:
        """Give contacts by name."""
        found = sorted((each for each in self._contacts.values() if _fits(each, search)), key=_position)
        if search.after is not None:
            last = self._contacts.get(search.after)
            found = [each for each in found if last is not None and _position(each) > _position(last)]
        return found[: search.limit]

    async def contacts_known(self, ids: Collection[str], identities: Collection[str]) -> list[ContactRecord]:
        """Give the contacts with these ids or identities."""
        return [
            each
            for _, each in sorted(self._contacts.items())
            if each.id in ids or identity_key(each.name, each.organisation) in identities
        ]


def _fits(contact: ContactRecord, search: ContactSearch) -> bool:
    keys = contact_keys(contact)
    if search.group is not None and group_key(search.group) not in keys:
        return False
    return all(any(key.startswith(beginnings) for key in keys) for beginnings in search.words)


def _position(contact: ContactRecord) -> tuple[str, str]:
    return (sort_key(contact), contact.id)
