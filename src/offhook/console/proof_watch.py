"""Watching what the journal writes for what proves, or refutes, commands that are under way.

A watch is opened before the first request is sent, because a phone's report may be here before its 200; it sees only
what is written after that moment, so an older report cannot prove anything. Where the phone has taken every request
and only its report is waited for, the journal is given the command's end to write together with that report: whoever
waits for the command waits for the disk once less.

Source: architecture decision 5 (closed loop).
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import TracebackType
from typing import Protocol, Self

import structlog

from offhook.console.journal import Sequel
from offhook.console.plan_parts import Plan, Refutation
from offhook.console.records import CommandProgress
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command
from offhook.errors import OffhookError

__all__ = ["Ending", "ProofWatch", "Watch", "WatchedJournal"]

_log = structlog.get_logger("offhook.console.proof_watch")

Ending = Callable[[Envelope, float], Sequence[CommandProgress]]
"""Gives what is to be written of a command, its end last, for the event that proves it and the monotonic seconds of
now. Must not block or raise."""


class WatchedJournal(Protocol):
    """What is needed of the journal."""

    def on_committed(self, callback: Callable[[Sequence[Envelope]], None]) -> Callable[[], None]:
        """Call back with every batch that is committed."""
        ...

    def before_commit(self, callback: Callable[[Sequence[Envelope]], Iterable[Sequel]]) -> Callable[[], None]:
        """Ask what else is to be written with a batch."""
        ...


class Watch:
    """One command's view of the events; a context manager, open from its making."""

    def __init__(self, owner: "ProofWatch", phone: str, plan: Plan) -> None:
        self._owner = owner
        self._phone = phone
        self._plan = plan
        self._loop = asyncio.get_running_loop()
        self._changed = asyncio.Event()
        self._ending: Ending | None = None
        """Set while nothing but the proof is waited for."""
        self._is_writing = False
        """Whether the end is being written, with the proof."""
        self.proof: Envelope | None = None
        """The event that proved it."""
        self.proved_at: float | None = None
        """Monotonic seconds at which the proof was seen; the loop's own clock may be as coarse as a turn of it."""
        self.written: Command | None = None
        """The command as it ended, where that was written together with the proof."""
        self.refutation: Refutation | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._owner.close(self._phone, self)

    def see(self, event: Envelope) -> None:
        """Look at one event of the phone, which is written."""
        if self.proof is not None:
            return
        if self._is_proof(event):
            self.proof, self.proved_at = event, time.monotonic()
        elif not self._is_refuted:
            found = next((each for each in self._plan.refutations if each.sign.is_met_by(event)), None)
            self.refutation = found or self.refutation
        self._changed.set()

    def foresee(self, event: Envelope) -> list[Sequel]:
        """Look at one event of the phone that is about to be written, and say what is to be written with it."""
        if self._ending is None or self._is_writing or self._is_decided or not self._is_proof(event):
            return []
        *steps, end = self._ending(event, time.monotonic())
        self._is_writing = True
        return [*((step, _heed_not) for step in steps), (end, partial(self._told, end.command))]

    async def wait(self, patience_s: float, grace_s: float, ending: Ending | None = None) -> None:
        """Return when the proof or its refutation is here, or nothing came in time.

        Args:
            patience_s: How long the proof may take.
            grace_s: How much longer after a sign that it may not come.
            ending: What is written with the proof, should it come now; see `written`.
        """
        self._ending = ending
        try:
            await self._wait(patience_s, grace_s)
        finally:
            self._ending = None

    async def _wait(self, patience_s: float, grace_s: float) -> None:
        deadline = self._loop.time() + patience_s
        is_shortened = False
        while self._is_writing or not self._is_decided:
            if self.refutation is not None and not is_shortened:
                is_shortened = True
                deadline = min(deadline, self._loop.time() + grace_s)
            self._changed.clear()
            try:
                # What is being written comes to an end, however slow the disk is.
                async with asyncio.timeout_at(None if self._is_writing else deadline):
                    await self._changed.wait()
            except TimeoutError:
                if not self._is_writing:
                    return

    @property
    def _is_refuted(self) -> bool:
        return self.refutation is not None and self.refutation.is_final

    @property
    def _is_decided(self) -> bool:
        return self.proof is not None or self._is_refuted

    def _is_proof(self, event: Envelope) -> bool:
        return self._plan.proof is not None and self._plan.proof.is_met_by(event)

    def _told(self, command: Command, _envelopes: list[Envelope], error: OffhookError | None) -> None:
        self._is_writing = False
        if error is None:
            self.written = command
        self._changed.set()


class ProofWatch:
    """Hands events to the watches of their phone; `start` and `stop` once each."""

    def __init__(self, journal: WatchedJournal) -> None:
        self._journal = journal
        self._watches: defaultdict[str, set[Watch]] = defaultdict(set)
        self._removals: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to look."""
        self._removals = [self._journal.before_commit(self._foresee), self._journal.on_committed(self._see)]

    def stop(self) -> None:
        """Look no more; may be called twice."""
        while self._removals:
            self._removals.pop()()

    def open(self, phone: str, plan: Plan) -> Watch:
        """Watch for what ``plan`` waits for, from now on."""
        watch = Watch(self, phone, plan)
        self._watches[phone].add(watch)
        return watch

    def close(self, phone: str, watch: Watch) -> None:
        """Forget a watch; called by the watch itself."""
        self._watches[phone].discard(watch)
        if not self._watches[phone]:
            del self._watches[phone]

    def _see(self, events: Sequence[Envelope]) -> None:
        for watch, event in self._watched(events):
            try:
                watch.see(event)
            except Exception:  # noqa: BLE001 - one plan's bug must not keep other commands from being confirmed
                _log.exception("an event could not be looked at; going on after it")

    def _foresee(self, events: Sequence[Envelope]) -> list[Sequel]:
        sequels: list[Sequel] = []
        for watch, event in self._watched(events):
            try:
                sequels += watch.foresee(event)
            except Exception:  # noqa: BLE001 - as above; what is not foreseen is seen
                _log.exception("the end of a command could not be written with its proof; it follows")
        return sequels

    def _watched(self, events: Sequence[Envelope]) -> list[tuple[Watch, Envelope]]:
        if not self._watches:
            return []
        return [(watch, event) for event in events for watch in self._watches.get(event.phone or "", ())]


def _heed_not(_envelopes: list[Envelope], _error: OffhookError | None) -> None:
    """Whoever is told of the end needs not be told of the steps before it."""
