"""The bus within one process: queues in memory, an index from phone to whoever follows it.

The cost of a batch depends on who is interested, not on who is connected: subscribers that follow certain phones are
found by phone. Source: architecture decision 4.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from types import TracebackType
from typing import Self

from offhook.console.bus.port import DEFAULT_MAX_WAITING, TooSlow
from offhook.console_api.envelope import Envelope

__all__ = ["InProcessBus", "InProcessSubscription"]


class InProcessBus:
    """Implements `Bus`; to be used from one event loop."""

    def __init__(self) -> None:
        self._everything: set[InProcessSubscription] = set()
        self._by_phone: defaultdict[str, set[InProcessSubscription]] = defaultdict(set)
        self._is_closed = False

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Put the batch into the queues of those it interests."""
        shares: dict[InProcessSubscription, list[Envelope]] = {}
        for envelope in batch:
            for subscription in self._interested_in(envelope):
                if subscription.wants(envelope):
                    shares.setdefault(subscription, []).append(envelope)
        for subscription, share in shares.items():
            subscription.offer(share)

    def subscribe(
        self,
        *,
        phones: Collection[str] | None = None,
        types: Collection[str] | None = None,
        max_waiting: int = DEFAULT_MAX_WAITING,
    ) -> "InProcessSubscription":
        """Prepare a subscription, see `Bus.subscribe`."""
        return InProcessSubscription(self, phones, types, max_waiting)

    async def close(self) -> None:
        """End every subscription, also those still to be entered."""
        self._is_closed = True
        followers = set(self._everything).union(*self._by_phone.values())
        for subscription in followers:
            subscription.end()

    def attach(self, subscription: "InProcessSubscription", phones: frozenset[str] | None) -> None:
        """Let a subscription follow these phones, or everything; called by the subscription."""
        if self._is_closed:
            subscription.end()
            return
        if phones is None:
            self._everything.add(subscription)
            return
        for phone in phones:
            self._by_phone[phone].add(subscription)

    def detach(self, subscription: "InProcessSubscription", phones: frozenset[str] | None) -> None:
        """Undo `attach`."""
        if phones is None:
            self._everything.discard(subscription)
            return
        for phone in phones:
            followers = self._by_phone.get(phone)
            if followers is not None:
                followers.discard(subscription)
                if not followers:
                    del self._by_phone[phone]

    def _interested_in(self, envelope: Envelope) -> Iterable["InProcessSubscription"]:
        if envelope.phone is not None:
            followers = self._by_phone.get(envelope.phone)
            if followers:
                return (*self._everything, *followers)
        return self._everything


class InProcessSubscription:
    """Implements `Subscription`."""

    def __init__(
        self,
        bus: InProcessBus,
        phones: Collection[str] | None,
        types: Collection[str] | None,
        max_waiting: int,
    ) -> None:
        self._bus = bus
        self._phones = None if phones is None else frozenset(phones)
        self._set_types(types)
        self._max_waiting = max_waiting
        self._waiting: list[Envelope] = []
        self._has_news = asyncio.Event()
        self._is_entered = False
        self._is_too_slow = False
        self._is_ended = False

    async def __aenter__(self) -> Self:
        """Start to follow."""
        self._is_entered = True
        self._bus.attach(self, self._phones)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop to follow; what waits is dropped."""
        self._is_entered = False
        self._bus.detach(self, self._phones)
        self._waiting = []
        self.end()

    def __aiter__(self) -> AsyncIterator[list[Envelope]]:
        """Iterate over the batches."""
        return self

    async def __anext__(self) -> list[Envelope]:
        """Give everything that waits, once something does."""
        await self._has_news.wait()
        if self._is_too_slow:
            raise TooSlow(self._max_waiting)
        if self._waiting:
            batch, self._waiting = self._waiting, []
            if not self._is_ended:
                self._has_news.clear()
            return batch
        raise StopAsyncIteration

    def narrow(self, *, phones: Collection[str] | None = None, types: Collection[str] | None = None) -> None:
        """Replace the filter; what waits already stays."""
        wanted = None if phones is None else frozenset(phones)
        if self._is_entered:
            self._bus.detach(self, self._phones)
            self._bus.attach(self, wanted)
        self._phones = wanted
        self._set_types(types)

    def wants(self, envelope: Envelope) -> bool:
        """Say whether the type is one that was asked for; the phone was looked at by the bus."""
        if self._types is None:
            return True
        return envelope.type in self._types or envelope.type.startswith(self._prefixes)

    def offer(self, share: list[Envelope]) -> None:
        """Queue a share, or give the subscriber up when its queue is full."""
        if self._is_too_slow or self._is_ended:
            return
        if len(self._waiting) + len(share) > self._max_waiting:
            self._is_too_slow = True
            self._waiting = []
            self._bus.detach(self, self._phones)
        else:
            self._waiting += share
        self._has_news.set()

    def end(self) -> None:
        """End the iteration after what waits."""
        self._is_ended = True
        self._has_news.set()

    def _set_types(self, types: Collection[str] | None) -> None:
        self._types = None if types is None else frozenset(types)
        self._prefixes = tuple(entry for entry in types or () if entry.endswith("."))
