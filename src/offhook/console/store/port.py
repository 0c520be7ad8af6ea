"""The store port: one transaction a batch, and the questions that history answers.

Every method raises `StoreError` when the store cannot do it; a batch that fails leaves nothing behind. No method
blocks the event loop. One contract test suite runs on every implementation.
Source: architecture decisions 3 and 4.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from offhook.console.records import ActionRecord, Batch, CallRecord, PhoneRecord
from offhook.console.store.contacts import ContactStore
from offhook.console.store.history import HistoryStore
from offhook.console.store.people import PeopleStore
from offhook.console.store.settings import SettingsStore
from offhook.console.store.webhooks import WebhookStore
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, Verb

__all__ = ["Keep", "Pruned", "Store", "Stored"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds when it is opened."""

    epoch: str
    seq: int
    """Number of the last event; 0 when there is none."""
    oldest: int
    """Number of the oldest event that is kept; 1 when there is none."""
    action: int
    """Number of the last Action URL request; 0 when there is none."""
    phones: list[PhoneRecord]
    calls: list[CallRecord]
    """Calls that are live, and those that ended after the time asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What is not to be thrown away. Times are seconds since 1970."""

    after: float
    """Events of later than this, and their requests."""
    newest: int
    """So many of the newest events, whatever their age; at least 1: the last numbers live in their row."""
    calls_after: float
    """Calls that ended later than this; live calls are kept in any case."""
    commands_after: float
    """Commands made later than this; what is not final is kept in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What is left."""

    oldest: int
    """See `Stored.oldest`."""
    has_more: bool
    """Something is left that need not be kept."""


class Store(PeopleStore, ContactStore, HistoryStore, WebhookStore, SettingsStore, Protocol):
    """What survives a restart."""

    async def open(self, *, epoch: str, ended_after: float) -> Stored:
        """Make or migrate the store and read what live state is built from.

        Args:
            epoch: Name for the journal if the store is new; one that exists keeps its own.
            ended_after: Ended calls are wanted only if they ended later than this (seconds since 1970).
        """
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of files and threads; may be called twice."""
        ...

    async def commit(self, batch: Batch) -> None:
        """Write everything of a batch, or nothing; returns when it is on disk."""
        ...

    async def prune(self, keep: Keep, limit: int) -> Pruned:
        """Throw away what need not be kept, the oldest first and about ``limit`` of each kind, in one transaction.

        Events go without a gap: what is left begins at one number and has every later one. They go with their
        requests, batch by batch as they were committed: what need not be kept stays as long as its batch.
        """
        ...

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events that follow position ``seq``, at most ``limit``, in order."""
        ...

    async def calls(
        self, *, phone: str | None = None, is_live: bool | None = None, limit: int = 50, before: str | None = None
    ) -> list[CallRecord]:
        """Give calls, newest first.

        Args:
            phone: Only calls this phone was in.
            is_live: Only live calls, or only ended ones.
            before: Id of a call: only calls older than that one; an unknown id gives nothing.
        """
        ...

    async def call(self, call: str) -> CallRecord | None:
        """Give one call by its id."""
        ...

    async def actions(
        self, *, phone: str | None = None, limit: int = 50, before: int | None = None
    ) -> list[ActionRecord]:
        """Give Action URL requests, newest first; with ``before``, only those with a smaller number."""
        ...

    async def command(self, command: str) -> Command | None:
        """Give one command by its id."""
        ...

    async def command_by_key(self, idempotency_key: str) -> Command | None:
        """Give the newest command that was made with this key."""
        ...

    async def commands(
        self, *, phone: str | None = None, limit: int = 50, verbs: Collection[Verb] = ()
    ) -> list[Command]:
        """Give commands, newest first; of ``verbs`` only, if there are any."""
        ...

    async def unfinished_commands(self) -> list[Command]:
        """Give the commands whose state is not final, oldest first."""
        ...

    async def password(self, phone: str) -> bytes | None:
        """Give a phone's control password as it is kept: encrypted; None when none was set."""
        ...
