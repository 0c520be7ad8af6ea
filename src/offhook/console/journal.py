"""The journal: the single writer of everything the console knows.

Theory of operation. Reports and changes are put in one queue. A loop takes whatever is waiting, reduces it in order on
a draft of the live state, commits actions, events and state in one transaction, with what is known to follow from
them, and only then takes the draft over, tells those who wait and publishes. So what was answered is on disk, and what
is in the live state is on disk; batches grow with the load. A commit that fails fails those who wait and changes
nothing. A report that the reducer cannot take is kept as an event of its own and disturbs nobody.

Source: architecture decision 3; console-api.md §2.
"""

import asyncio
import contextlib
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from offhook.console.bus.port import Bus
from offhook.console.live_state import ENDED_MEMORY_S, Draft, LiveState
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.recognition import recognised
from offhook.console.records import (
    ActionRecord,
    Batch,
    Change,
    CommandProgress,
    Happening,
    IncomingReport,
    PhoneRemoved,
    PhoneSetupChanged,
)
from offhook.console.reduce import Reducer
from offhook.console.store.port import Keep, Store
from offhook.console.times import rfc3339
from offhook.console.views import connection_id
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Call, Snapshot
from offhook.dialects.registry import Registry
from offhook.errors import BusError, OffhookError, StoreError

__all__ = ["MAX_BATCH", "MAX_WAITING", "Journal", "JournalFull", "Sequel", "Tell"]

MAX_BATCH = 1_000
"""Reports and changes a transaction takes at most: keeps the wait of the first one short."""

MAX_WAITING = 10_000
"""Reports and changes that may wait; beyond that senders are told to come back."""

_log = structlog.get_logger(__name__)


class JournalFull(StoreError):
    """More is waiting than can be kept; the sender should try again."""

    def __init__(self, max_waiting: int) -> None:
        super().__init__(f"{max_waiting} reports are waiting to be stored already; try again")
        self.max_waiting = max_waiting


Tell = Callable[[list[Envelope], OffhookError | None], None]
"""Takes what came of a report or change, once it is committed: its events, or the error. Must not block or raise."""

Sequel = tuple[CommandProgress, Tell]
"""What is written together with the events that led to it, and who is told."""

_Waiting = tuple[IncomingReport | Change, Tell]
_Outcome = tuple[list[Envelope], OffhookError | None]
_Callback = TypeVar("_Callback", bound=Callable[..., Any])


class Journal:
    """The single writer; from one event loop."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        phone_secrets: PhoneSecrets,
        registry: Registry | None = None,
        *,
        max_phones: int = 20_000,
        max_waiting: int = MAX_WAITING,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: secrets.token_hex(6),
    ) -> None:
        """Prepare; nothing is read or written before `start`.

        Args:
            max_phones: Phones that only report are remembered up to this many.
            max_waiting: See `MAX_WAITING`.
            clock: Seconds since 1970 (UTC).
            new_id: Gives a short unique text for each call, and for the epoch of a new store.
        """
        self._store = store
        self._bus = bus
        self._secrets = phone_secrets
        self._clock = clock
        self._new_id = new_id
        self._max_waiting = max_waiting
        self._registry = registry or Registry()
        self._reducer = Reducer(self._registry, new_id=new_id, max_phones=max_phones)
        self._state = LiveState(registry=self._registry)
        self._epoch = ""
        self._seq = 0
        self._oldest = 1
        self._action = 0
        self._passwords: dict[str, bytes | None] = {}
        """Encrypted control passwords of phones that were commanded; None: the phone has none."""
        self._password_changes = 0
        self._waiting: deque[_Waiting] = deque()
        self._has_work = asyncio.Event()
        self._is_stopping = False
        self._writer: asyncio.Task[None] | None = None
        self._callbacks: list[Callable[[Sequence[Envelope]], None]] = []
        self._foreseeing: list[Callable[[Sequence[Envelope]], Iterable[Sequel]]] = []
        self.counts: Counter[str] = Counter()
        """What was committed: `batches`, `failed_batches`, and `taken` (reports and changes in those batches)."""
        self.commit_s = 0.0
        """Time the commits took, altogether."""

    # --- life ------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the store, rebuild the live state and begin to write.

        Raises:
            StoreError: The store cannot be opened.
        """
        now = self._clock()
        stored = await self._store.open(epoch=self._new_id(), ended_after=now - ENDED_MEMORY_S)
        self._epoch = stored.epoch
        self._seq = stored.seq
        self._oldest = stored.oldest
        self._action = stored.action
        phones = recognised(stored.phones, stored.calls, self._registry)
        self._state = LiveState(phones, stored.calls, self._registry)
        self._writer = asyncio.create_task(self._write(), name="journal")

    async def stop(self) -> None:
        """Write what is waiting, refuse what comes later, and close the store; may be called twice."""
        self._is_stopping = True
        self._has_work.set()
        if self._writer is not None:
            await self._writer
            self._writer = None
        self._passwords.clear()
        await self._store.close()

    # --- reading ---------------------------------------------------------------------------------------------------

    @property
    def state(self) -> LiveState:
        """The live picture as of the last commit; read only."""
        return self._state

    @property
    def store(self) -> Store:
        """The store, for history, commands and logins; live state and events are written by the journal alone."""
        return self._store

    @property
    def registry(self) -> Registry:
        """The dialects phones are read in."""
        return self._registry

    @property
    def secrets(self) -> PhoneSecrets:
        """What the phones' secrets are kept with."""
        return self._secrets

    @property
    def bus(self) -> Bus:
        """The bus committed events are published on."""
        return self._bus

    @property
    def epoch(self) -> str:
        """Name of this journal; kept over restarts."""
        return self._epoch

    @property
    def seq(self) -> int:
        """Number of the last committed event; 0 when there is none."""
        return self._seq

    @property
    def waiting(self) -> int:
        """How many reports and changes wait to be stored."""
        return len(self._waiting)

    @property
    def is_full(self) -> bool:
        """Whether senders are told to come back."""
        return len(self._waiting) >= self._max_waiting

    def now(self) -> float:
        """The journal's clock: seconds since 1970 (UTC)."""
        return self._clock()

    @property
    def oldest(self) -> int:
        """Number of the oldest event that is kept; 1 when there is none yet."""
        return self._oldest

    def snapshot(self, of: Collection[str] | None = None) -> Snapshot:
        """Show everything that is live at this moment, or what of it is at some phones."""
        return self._state.snapshot(epoch=self._epoch, seq=self._seq, now=self._clock(), of=of)

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events after a position, at most ``limit``, in order.

        Raises:
            StoreError: The store cannot be read.
        """
        return await self._store.events_after(seq, limit)

    async def call(self, call: str) -> Call | None:
        """Show one call, live or of long ago; None if there is none.

        Raises:
            StoreError: The store cannot be read.
        """
        shown = self._state.call(call)
        if shown is not None:
            return shown
        record = await self._store.call(call)
        return None if record is None else self._state.show(record)

    async def calls(
        self, *, phone: str | None = None, is_live: bool | None = None, limit: int = 50, before: str | None = None
    ) -> list[Call]:
        """Show calls from the store, newest first; see `Store.calls`.

        Raises:
            StoreError: The store cannot be read.
        """
        records = await self._store.calls(phone=phone, is_live=is_live, limit=limit, before=before)
        return [self._state.show(record) for record in records]

    async def control_password(self, phone: str) -> str:
        """Give the password to command a phone with; "" when none was set. Never to be shown or logged.

        Raises:
            StoreError: The store cannot be read.
            ConfigError: The key file does not fit the store.
        """
        if phone in self._passwords:
            stored = self._passwords[phone]
        else:
            changes = self._password_changes
            stored = await self._store.password(phone)
            # What was read while one changed may be the one before; and only known phones are remembered: they are
            # limited in number.
            if changes == self._password_changes and phone in self._state.phone_records:
                self._passwords[phone] = stored
        return "" if stored is None else self._secrets.decrypt(stored)

    # --- writing ---------------------------------------------------------------------------------------------------

    async def prune(self, keep: Keep, limit: int) -> bool:
        """Throw some of what is old away, in one transaction between two batches; see `Store.prune`.

        Returns:
            Whether more is to go.
        Raises:
            StoreError: Nothing was thrown away.
        """
        pruned = await self._store.prune(keep, limit)
        self._oldest = max(self._oldest, pruned.oldest)
        return pruned.has_more

    async def report(self, report: IncomingReport) -> None:
        """Take an Action URL; returns when it is committed.

        Raises:
            StoreError: It could not be stored; nothing of it was kept.
            JournalFull: Too many are waiting.
        """
        await self.submit(report)

    async def record(self, change: Change) -> list[Envelope]:
        """Take a change; returns its events when they are committed.

        Raises:
            StoreError: It could not be stored; nothing of it was kept.
            JournalFull: Too much is waiting.
            NotFound: It is about a phone that is not known.
            NotValid: It makes no sense, e.g. names an unknown dialect.
        """
        return await self.submit(change)

    def submit(self, given: IncomingReport | Change) -> asyncio.Future[list[Envelope]]:
        """Queue a report or change; the future is done when it is committed, in the order of submission.

        Raises:
            JournalFull: Too much is waiting, or the journal is stopping.
        """
        done: asyncio.Future[list[Envelope]] = asyncio.get_running_loop().create_future()
        self.take(given, partial(_finish, done))
        return done

    def take(self, given: IncomingReport | Change, tell: Tell) -> None:
        """Queue a report or change like `submit`, for somebody who is called back; a future costs several times that.

        Raises:
            JournalFull: Too much is waiting, or the journal is stopping.
        """
        if self._is_stopping or len(self._waiting) >= self._max_waiting:
            raise JournalFull(self._max_waiting)
        self._waiting.append((given, tell))
        self._has_work.set()

    def on_committed(self, callback: Callable[[Sequence[Envelope]], None]) -> Callable[[], None]:
        """Call back with every committed batch, in order, before anybody who waits is told.

        Args:
            callback: Must not block; what it raises is logged.
        Returns:
            Stops the calls.
        """
        return _added(callback, self._callbacks)

    def before_commit(self, callback: Callable[[Sequence[Envelope]], Iterable[Sequel]]) -> Callable[[], None]:
        """Ask, of every batch before it is committed, what follows from its events and is to be written with them.

        Args:
            callback: Must not block or change anything, for the batch may fail; what it raises is logged.
        Returns:
            Stops the calls.
        """
        return _added(callback, self._foreseeing)

    # --- the loop --------------------------------------------------------------------------------------------------

    async def _write(self) -> None:
        while True:
            await self._has_work.wait()
            if not self._waiting:
                if self._is_stopping:
                    return
                self._has_work.clear()
                continue
            # Those who were just answered are asking again: what has arrived meanwhile goes into the same transaction.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), MAX_BATCH))]
            try:
                await self._carry_out(taken)
            except Exception as error:  # noqa: BLE001 - the writer must outlive any bug: without it nothing works
                _log.exception("a batch failed for an unforeseen reason", size=len(taken))
                _fail(taken, StoreError(f"the batch failed: {type(error).__name__}"))

    async def _carry_out(self, taken: list[_Waiting]) -> None:
        """Reduce, add what follows, commit, take over, tell, publish: in this order."""
        draft = Draft(self._state)
        batch = Batch()
        outcomes = [self._reduce(given, draft, batch) for given, _ in taken]
        for sequel in self._foreseen(tuple(batch.envelopes)):
            taken.append(sequel)
            outcomes.append(self._reduce(sequel[0], draft, batch))
        batch.phones = [phone for phone in draft.phones.changed.values() if phone is not None]
        batch.removed_phones = [id_ for id_, phone in draft.phones.changed.items() if phone is None]
        batch.calls = [call for call in draft.calls.changed.values() if call is not None]
        batch.removed_calls = [id_ for id_, call in draft.calls.changed.items() if call is None]
        began = time.perf_counter()
        try:
            await self._store.commit(batch)
        except StoreError as error:
            self.counts["failed_batches"] += 1
            _log.error("nothing stored; the senders were told to try again", size=len(taken), reason=str(error))
            _fail(taken, error)
            return
        self.commit_s += time.perf_counter() - began
        self.counts["batches"] += 1
        self.counts["taken"] += len(taken)
        self._remember_passwords(batch)
        self._state.apply(draft, now=self._clock())
        self._seq += len(batch.envelopes)
        self._action += len(batch.actions)
        self._call_back(batch.envelopes)
        for (_, tell), (envelopes, refusal) in zip(taken, outcomes, strict=True):
            _call(tell, envelopes, refusal)
        try:
            await self._bus.publish(batch.envelopes)
        except BusError as error:
            _log.error("events were stored, but not published", size=len(batch.envelopes), reason=str(error))

    def _remember_passwords(self, batch: Batch) -> None:
        """Change what is in memory as it is on disk now."""
        if not batch.passwords and not batch.removed_phones:
            return
        self._password_changes += 1
        self._passwords.update(batch.passwords)
        for phone in batch.removed_phones:
            self._passwords.pop(phone, None)

    def _reduce(self, given: IncomingReport | Change, draft: Draft, batch: Batch) -> _Outcome:
        draft.begin()
        try:
            if isinstance(given, IncomingReport):
                return self._take_report(given, draft, batch), None
            reduced = self._reducer.change(draft, given, self._clock())
        except OffhookError as error:
            draft.undo()
            return [], error
        if isinstance(given, CommandProgress):
            batch.commands.append(given)
        elif isinstance(given, PhoneSetupChanged) and given.setup.control_password is not None:
            batch.passwords[reduced.phone] = self._secrets.encrypt(given.setup.control_password)
        elif isinstance(given, PhoneRemoved):
            batch.passwords[reduced.phone] = None  # set up again, it starts without one
        return self._number(reduced.happenings, batch), None

    def _take_report(self, report: IncomingReport, draft: Draft, batch: Batch) -> list[Envelope]:
        action = self._action + len(batch.actions) + 1
        try:
            reduced = self._reducer.report(draft, report, action)
        except Exception:  # noqa: BLE001 - one report that trips over a bug must not take its batch down
            _log.exception("a report could not be understood", word=report.target.event_word)
            draft.undo()
            reduced = self._reducer.unusable(report, action)
        batch.actions.append(
            ActionRecord(
                number=action,
                received=rfc3339(report.received),
                phone=reduced.phone,
                source_address=report.source_address,
                event=reduced.event,
                request=report.request,
            )
        )
        return self._number(reduced.happenings, batch)

    def _number(self, happenings: list[Happening], batch: Batch) -> list[Envelope]:
        """Make envelopes: each gets the next number."""
        envelopes = []
        for happening in happenings:
            envelope = _envelope(happening, self._epoch, self._seq + len(batch.envelopes) + 1)
            batch.envelopes.append(envelope)
            envelopes.append(envelope)
        return envelopes

    def _foreseen(self, envelopes: Sequence[Envelope]) -> list[Sequel]:
        sequels: list[Sequel] = []
        for callback in tuple(self._foreseeing):
            try:
                sequels += callback(envelopes)
            except Exception:  # noqa: BLE001 - as in `_call_back`
                _log.exception("what follows from a batch could not be told")
        return sequels

    def _call_back(self, envelopes: Sequence[Envelope]) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback(envelopes)
            except Exception:  # noqa: BLE001 - a listener's bug must not stop the writer
                _log.exception("a listener of the journal failed")


def _envelope(happening: Happening, epoch: str, seq: int) -> Envelope:
    connection = None
    if happening.connection_state is not None and happening.call is not None and happening.phone is not None:
        connection = connection_id(happening.call, happening.phone)
    return Envelope(
        id=f"{epoch}-{seq}",
        seq=seq,
        epoch=epoch,
        type=happening.type,
        time=rfc3339(happening.at),
        received=rfc3339(happening.received),
        origin=happening.origin,
        confidence=happening.confidence,
        phone=happening.phone,
        line=happening.line,
        call=happening.call,
        connection=connection,
        connection_state=happening.connection_state,
        cause=happening.cause,
        command=happening.command,
        detail=happening.detail,
        source=happening.source,
    )


def _added(callback: _Callback, to: list[_Callback]) -> Callable[[], None]:
    """Add a callback; gives what takes it out again."""
    to.append(callback)

    def remove() -> None:
        with contextlib.suppress(ValueError):
            to.remove(callback)

    return remove


def _call(tell: Tell, envelopes: list[Envelope], error: OffhookError | None) -> None:
    try:
        tell(envelopes, error)
    except Exception:  # noqa: BLE001 - whoever waits may have a bug; the others wait too
        _log.exception("what came of a report or change could not be told")


def _finish(done: asyncio.Future[list[Envelope]], envelopes: list[Envelope], error: OffhookError | None) -> None:
    if done.done():  # whoever waited has gone
        return
    if error is not None:
        done.set_exception(error)
    else:
        done.set_result(envelopes)


def _fail(taken: list[_Waiting], error: StoreError) -> None:
    for _, tell in taken:
        _call(tell, [], error)
