"""The part of the store port that is about webhooks: subscriptions, how far each has got, dead letters.

Source: `store.port`; docs/webhooks.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec

__all__ = ["LetterRecord", "WebhookProgress", "WebhookRecord", "WebhookStore"]


class WebhookRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription."""

    id: str
    url: str
    owner: str
    """Whose rights count: `user:ID` or `token:NAME`."""
    maker: str
    """The same for people."""
    created: float
    secret: bytes
    """Encrypted, with a key that is not in the store."""
    old_secret: bytes | None = None
    """The one before, encrypted, too."""
    old_until: float = 0.0
    """Messages are signed with the old secret as well until then; seconds since 1970."""
    name: str = ""
    types: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    is_enabled: bool = True


class WebhookProgress(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a subscription has got. Times are seconds since 1970."""

    seq: int = 0
    """The last event that is done with: delivered, set aside or not wanted."""
    attempts: int = 0
    """Failed ones in a row of the next event that is wanted."""
    due: float = 0.0
    """When that is to be tried again."""
    failing_since: float | None = None
    delivered: float | None = None
    """When something was delivered last."""
    problem: str | None = None
    lost: int = 0
    """Events that were pruned before they could be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecord:
    """An event that was set aside."""

    webhook: str
    message: str
    """Its `webhook-id`."""
    type: str
    at: float
    attempts: int
    problem: str
    body: bytes
    is_waiting: bool = False
    """To be sent again."""
    number: int = 0
    """Given by the store."""


class WebhookStore(Protocol):
    """Webhooks; every method raises `StoreError` when the store cannot do it."""

    async def save_webhook(self, webhook: WebhookRecord, progress: WebhookProgress) -> None:
        """Keep a subscription and how far it has got; one with the same id is replaced."""
        ...

    async def save_progress(self, progress: Mapping[str, WebhookProgress]) -> None:
        """Keep how far some have got, by id; nothing happens for one that is gone."""
        ...

    async def remove_webhook(self, webhook: str) -> None:
        """Forget a subscription and its dead letters."""
        ...

    async def webhooks(self) -> list[tuple[WebhookRecord, WebhookProgress]]:
        """Give all, oldest first."""
        ...

    async def set_aside(self, letter: LetterRecord, progress: WebhookProgress, *, keep: int) -> None:
        """Keep a dead letter and how far its subscription has got, both or neither; the oldest beyond `keep` go."""
        ...

    async def letters(
        self, webhook: str, *, after: int = 0, limit: int = 50, is_waiting: bool | None = None
    ) -> list[LetterRecord]:
        """Give dead letters, oldest first."""
        ...

    async def letter_counts(self) -> dict[str, int]:
        """Count dead letters by subscription; one without any may be missing."""
        ...

    async def wake_letters(self, webhook: str, numbers: Collection[int]) -> int:
        """Mark dead letters as to be sent again, all when none is named; gives how many are waiting now."""
        ...

    async def settle_letter(self, number: int, *, problem: str | None, attempts: int = 0) -> None:
        """Forget a dead letter that was delivered (``problem`` None), or note that it was not."""
        ...
