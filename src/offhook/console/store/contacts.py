"""The part of the store port that is about contacts.

A contact is found by its keys: every word of its name, organisation and addresses, every number's digits, each by its
beginning; and whole: its groups, and who it is. `contact_keys` makes them, so that every store finds the same.
Source: `store.port`; docs/programs.md, "Contacts".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from offhook.console.folding import fold, words_of

__all__ = [
    "MAX_KEY_CHARS",
    "ContactRecord",
    "ContactSearch",
    "ContactStore",
    "NumberRecord",
    "contact_keys",
    "group_key",
    "identity_key",
    "sort_key",
]

MAX_KEY_CHARS = 80
"""Of a word, for searching; nobody types more."""


class NumberRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One number of a contact."""

    number: str
    """E.164, or as it was written where the country is not known."""
    label: str = ""
    extension: str = ""


class ContactRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who calls or is called."""

    id: str
    name: str
    changed: float
    organisation: str = ""
    numbers: tuple[NumberRecord, ...] = ()
    emails: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSearch:
    """Which contacts are wanted."""

    words: tuple[tuple[str, ...], ...] = ()
    """For each thing looked for the beginnings of keys of which one has to be there; in `fold`ed form."""
    group: str | None = None
    after: str | None = None
    """Id of a contact: only those that come later by name; an unknown id gives nothing."""
    limit: int = 50


class ContactStore(Protocol):
    """Contacts; every method raises `StoreError` when the store cannot do it."""

    async def save_contacts(self, contacts: Sequence[ContactRecord]) -> None:
        """Keep contacts, all or none; those with the same id are replaced."""
        ...

    async def remove_contact(self, contact: str) -> None:
        """Forget a contact; nothing happens when there is none."""
        ...

    async def contact(self, contact: str) -> ContactRecord | None:
        """Give one by its id."""
        ...

    async def contacts(self, search: ContactSearch) -> list[ContactRecord]:
        """Give contacts by name."""
        ...

    async def contacts_known(self, ids: Collection[str], identities: Collection[str]) -> list[ContactRecord]:
        """Give the contacts with these ids, and those that are the same as these, see `identity_key`."""
        ...


def contact_keys(contact: ContactRecord) -> frozenset[str]:
    """Give everything a contact is found by."""
    words = {*words_of(contact.name), *words_of(contact.organisation)}
    for email in contact.emails:
        words |= {fold(email), *words_of(email)}
    digits = {"".join(filter(str.isalnum, fold(each.number))) for each in contact.numbers}
    found = {word[:MAX_KEY_CHARS] for word in (*words, *digits) if word}
    return frozenset({*found, *map(group_key, contact.groups), identity_key(contact.name, contact.organisation)})


def group_key(group: str) -> str:
    """Give the key of the contacts of a group; no word begins like it."""
    return f"={_plain(group)}"


def identity_key(name: str, organisation: str) -> str:
    """Give the key by which two contacts are the same one."""
    return f"#{' '.join(words_of(name))}|{' '.join(words_of(organisation))}"


def sort_key(contact: ContactRecord) -> str:
    """Give what contacts are ordered by, before their id."""
    return _plain(contact.name)


def _plain(text: str) -> str:
    # NUL is the one character that not every database takes in a text.
    return fold(text).replace("\x00", "\ufffd")
