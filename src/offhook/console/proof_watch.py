"""Watching the event feed for what proves, or refutes, commands that are under way.

One subscription for all commands, to the phones that are commanded: what all the others report costs nothing. A watch
is opened before the first request is sent, because a phone's report may be here before its 200; it sees only events
numbered after that moment, so an older one cannot prove anything.

Source: architecture decision 5 (closed loop).
"""

import asyncio
import time
from collections import defaultdict
from types import TracebackType
from typing import Protocol, Self

import structlog

from offhook.console.bus.port import Bus, Interest, Subscription, TooSlow, matching_types
from offhook.console.plan_parts import Plan, Refutation
from offhook.console_api.envelope import Envelope
from offhook.errors import StoreError

__all__ = ["FeedPosition", "ProofWatch", "Watch"]

_PAGE = 500
_ANY_TYPE = matching_types(None)
_PAUSE_S = 0.1
_log = structlog.get_logger("offhook.console.proof_watch")


class FeedPosition(Protocol):
    """What is needed of the journal."""

    @property
    def seq(self) -> int:
        """Number of the last event."""
        ...

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events that follow position ``seq``."""
        ...


class Watch:
    """One command's view of the feed; a context manager, open from its making."""

    def __init__(self, owner: "ProofWatch", phone: str, plan: Plan, after_seq: int) -> None:
        self._owner = owner
        self._phone = phone
        self._plan = plan
        self.after_seq = after_seq
        """Number of the last event that was seen, or was there before."""
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self.proof: Envelope | None = None
        """The event that proved it."""
        self.proved_at: float | None = None
        """Monotonic seconds at which the proof was seen; the loop's own clock may be as coarse as a turn of it."""
        self.refutation: Refutation | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._owner.close(self._phone, self)

    def see(self, event: Envelope) -> None:
        """Look at one event of the phone."""
        if event.seq <= self.after_seq or self.proof is not None:
            return
        self.after_seq = event.seq  # noted first: one that cannot be looked at must not be looked at for ever
        if self._plan.proof is not None and self._plan.proof.is_met_by(event):
            self.proof, self.proved_at = event, time.monotonic()
        elif self.refutation is None or not self.refutation.is_final:
            found = next((each for each in self._plan.refutations if each.sign.is_met_by(event)), None)
            self.refutation = found or self.refutation
        self._changed.set()

    async def wait(self, patience_s: float, grace_s: float) -> None:
        """Return when the proof or its refutation is here, or nothing came in time.

        Args:
            patience_s: How long the proof may take.
            grace_s: How much longer after a sign that it may not come.
        """
        deadline = self._loop.time() + patience_s
        is_shortened = False
        while self.proof is None and not (self.refutation and self.refutation.is_final):
            if self.refutation is not None and not is_shortened:
                is_shortened = True
                deadline = min(deadline, self._loop.time() + grace_s)
            self._changed.clear()
            try:
                async with asyncio.timeout_at(deadline):
                    await self._changed.wait()
            except TimeoutError:
                return


class ProofWatch:
    """Hands events to the watches of their phone."""

    def __init__(self, journal: FeedPosition, bus: Bus) -> None:
        self._journal = journal
        self._bus = bus
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)
        self._subscription: Subscription | None = None

    def open(self, phone: str, plan: Plan) -> Watch:
        """Watch for what ``plan`` waits for, from now on."""
        watch = Watch(self, phone, plan, self._journal.seq)
        is_first = phone not in self._watches
        self._watches[phone].add(watch)
        if is_first:
            self._follow_those_watched()
        return watch

    def close(self, phone: str, watch: Watch) -> None:
        """Forget a watch; called by the watch itself."""
        self._watches[phone].discard(watch)
        if not self._watches[phone]:
            del self._watches[phone]
            self._follow_those_watched()

    async def follow(self, is_following: asyncio.Event) -> None:
        """Follow the feed until cancelled, or the bus is closed.

        Args:
            is_following: Set once nothing can be missed any more.
        """
        while True:
            try:
                async with self._bus.subscribe(self._interest()) as subscription:
                    self._subscription = subscription
                    is_following.set()
                    await self._catch_up()
                    async for batch in subscription:
                        self._look_at(batch)
                return
            except (TooSlow, StoreError) as reason:
                # What was missed is in the journal; a pause keeps a broken store from being asked in a tight loop.
                _log.warning("fell behind the feed; reading on from the journal", reason=str(reason))
                await asyncio.sleep(_PAUSE_S)
            except Exception:  # noqa: BLE001 - a task's top: without it no command of any phone would be confirmed again
                _log.exception("an event could not be looked at; going on after it")
                await asyncio.sleep(_PAUSE_S)

    def _interest(self) -> Interest:
        return Interest(_ANY_TYPE, tuple(self._watches))

    def _follow_those_watched(self) -> None:
        if self._subscription is not None:
            self._subscription.narrow(self._interest())

    async def _catch_up(self) -> None:
        """Look at what was told before the subscription began."""
        if not self._watches:
            return
        seen = min(watch.after_seq for watches in self._watches.values() for watch in watches)
        while events := await self._journal.events_after(seen, _PAGE):
            self._look_at(events)
            seen = events[-1].seq

    def _look_at(self, batch: list[Envelope]) -> None:
        for event in batch:
            if event.phone is not None and event.phone in self._watches:
                for watch in tuple(self._watches[event.phone]):
                    watch.see(event)
