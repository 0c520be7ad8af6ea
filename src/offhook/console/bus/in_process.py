"""The bus within one process: queues in memory, an index from type and phone to whoever follows it.

The cost of a batch depends on who is interested, not on who is connected: nobody is asked, everybody is found.
Source: architecture decision 4.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import TracebackType
from typing import Self

from offhook.console.bus.port import DEFAULT_MAX_WAITING, Interest, TooSlow, matching_types
from offhook.console_api.envelope import Envelope

__all__ = ["InProcessBus", "InProcessSubscription"]

_EVERYTHING = (Interest(matching_types(None)),)
_NOBODY: Mapping["InProcessSubscription", Collection[str]] = {}


class InProcessBus:
    """Implements `Bus`; to be used from one event loop."""

    def __init__(self) -> None:
        self._by_type: defaultdict[str, set[InProcessSubscription]] = defaultdict(set)
        """Who follows a type whatever the phone."""
        self._by_phone: defaultdict[str | None, dict[InProcessSubscription, Collection[str]]] = defaultdict(dict)
        """Who follows which types of one phone."""
        self._followers: set[InProcessSubscription] = set()
        self._is_closed = False

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Put the batch into the queues of those it interests."""
        shares: dict[InProcessSubscription, list[Envelope]] = {}
        for envelope in batch:
            everywhere = self._by_type.get(envelope.type, ())
            for subscription in everywhere:
                shares.setdefault(subscription, []).append(envelope)
            for subscription, types in self._by_phone.get(envelope.phone, _NOBODY).items():
                if envelope.type in types and subscription not in everywhere:
                    shares.setdefault(subscription, []).append(envelope)
        for subscription, share in shares.items():
            subscription.offer(share)

    def subscribe(self, *interests: Interest, max_waiting: int = DEFAULT_MAX_WAITING) -> "InProcessSubscription":
        """Prepare a subscription, see `Bus.subscribe`."""
        return InProcessSubscription(self, interests or _EVERYTHING, max_waiting)

    async def close(self) -> None:
        """End every subscription, also those still to be entered."""
        self._is_closed = True
        for subscription in self._followers:
            subscription.end()

    def attach(self, subscription: "InProcessSubscription", interests: Sequence[Interest]) -> None:
        """Let a subscription follow what it wants; called by the subscription."""
        if self._is_closed:
            subscription.end()
            return
        self._followers.add(subscription)
        for interest in interests:
            if interest.phones is None:
                for type_ in interest.types:
                    self._by_type[type_].add(subscription)
                continue
            for phone in interest.phones:
                followers = self._by_phone[phone]
                before = followers.get(subscription)
                followers[subscription] = interest.types if before is None else {*before, *interest.types}

    def detach(self, subscription: "InProcessSubscription", interests: Sequence[Interest]) -> None:
        """Undo `attach`."""
        self._followers.discard(subscription)
        for interest in interests:
            for type_ in interest.types if interest.phones is None else ():
                self._by_type[type_].discard(subscription)
            for phone in interest.phones or ():
                followers = self._by_phone.get(phone, {})
                followers.pop(subscription, None)
                if not followers:
                    self._by_phone.pop(phone, None)


class InProcessSubscription:
    """Implements `Subscription`."""

    def __init__(self, bus: InProcessBus, interests: Sequence[Interest], max_waiting: int) -> None:
        self._bus = bus
        self._interests = interests
        self._max_waiting = max_waiting
        self._waiting: list[Envelope] = []
        self._has_news = asyncio.Event()
        self._is_entered = False
        self._is_too_slow = False
        self._is_ended = False

    async def __aenter__(self) -> Self:
        """Start to follow."""
        self._is_entered = True
        self._bus.attach(self, self._interests)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop to follow; what waits is dropped."""
        self._is_entered = False
        self._bus.detach(self, self._interests)
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

    def narrow(self, *interests: Interest) -> None:
        """Replace what is wanted; what waits already stays."""
        wanted = interests or _EVERYTHING
        if self._is_entered and not self._is_too_slow:
            self._bus.detach(self, self._interests)
            self._bus.attach(self, wanted)
        self._interests = wanted

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting and not self._is_too_slow

    def offer(self, share: list[Envelope]) -> None:
        """Queue a share, or give the subscriber up when its queue is full."""
        if self._is_too_slow or self._is_ended:
            return
        if len(self._waiting) + len(share) > self._max_waiting:
            self._is_too_slow = True
            self._waiting = []
            self._bus.detach(self, self._interests)
        else:
            self._waiting += share
        self._has_news.set()

    def end(self) -> None:
        """End the iteration after what waits."""
        self._is_ended = True
        self._has_news.set()
