"""The bus port: publish batches, follow them through a bounded queue.

A subscriber that does not keep up is told so and cut off; it never slows the journal or other subscribers.
Source: architecture decision 4; console-api.md §1 no. 2 (snapshot, then subscribe).
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.errors import BusError

__all__ = ["DEFAULT_MAX_WAITING", "Bus", "Interest", "Subscription", "TooSlow", "matching_types"]

DEFAULT_MAX_WAITING = 4096
"""Events a subscriber may be behind: some seconds at full load."""


@dataclass(frozen=True, slots=True)
class Interest:
    """Events that somebody wants; several of them add up."""

    types: Collection[str]
    phones: Collection[str | None] | None = None
    """Of these phones, where None stands for events of no phone; None for all, and events of no phone."""


def matching_types(wanted: Collection[str] | None) -> frozenset[EventType]:
    """Give the event types that are wanted; None for all.

    Args:
        wanted: Types; an entry that ends in `.` stands for all that begin with it.
    """
    if wanted is None:
        return frozenset(EventType)
    beginnings = tuple(entry for entry in wanted if entry.endswith("."))
    return frozenset(type_ for type_ in EventType if type_ in wanted or type_.startswith(beginnings))


class TooSlow(BusError):
    """The subscriber did not keep up; what it missed can be read from the journal."""

    def __init__(self, max_waiting: int) -> None:
        super().__init__(f"the reader fell more than {max_waiting} events behind")
        self.max_waiting = max_waiting


class Subscription(Protocol):
    """An async context manager that iterates over batches; nothing is queued before it is entered."""

    async def __aenter__(self) -> Self:
        """Start to follow: every batch published from here on arrives."""
        ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop to follow."""
        ...

    def __aiter__(self) -> AsyncIterator[list[Envelope]]:
        """Iterate over the batches, in the order of `seq`; what waits is given as one batch."""
        ...

    async def __anext__(self) -> list[Envelope]:
        """Give the next batch, never empty.

        Raises:
            TooSlow: The queue ran over; the subscription is of no more use.
            StopAsyncIteration: The bus was closed.
        """
        ...

    def narrow(self, *interests: Interest) -> None:
        """Replace what is wanted, from the next published batch on."""
        ...

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits: whatever was published and is of interest has been given."""
        ...


class Bus(Protocol):
    """Carries events to subscribers, in the order of `seq`."""

    async def publish(self, batch: Sequence[Envelope]) -> None:
        """Hand a committed batch to every subscriber it interests; never waits for one of them.

        Raises:
            BusError: The bus could not take it.
        """
        ...

    def subscribe(self, *interests: Interest, max_waiting: int = DEFAULT_MAX_WAITING) -> Subscription:
        """Prepare a subscription; enter it to start.

        Args:
            interests: What is wanted; none for everything.
            max_waiting: Events that may wait before the subscriber counts as too slow.
        """
        ...

    async def close(self) -> None:
        """End every subscription."""
        ...
