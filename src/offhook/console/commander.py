"""Taking commands: one queue per phone, one command at a time, in order.

A command goes queued → sent → acknowledged → confirmed | unconfirmed, or ends as rejected, timed_out or unreachable;
each step goes through the journal and so into the feed. Nothing is sent again by itself: whoever wants a command once
more gives it once more. A command that waits for people frees its phone's queue as soon as the phone has taken it.

Source: architecture decision 5; console-api.md §4.
"""

import asyncio
import contextlib
import contextvars
import secrets
import time
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakValueDictionary

import msgspec
import structlog

from offhook.console.command_plan import plan_command
from offhook.console.command_run import CommandRun, RunTools, state_of
from offhook.console.error_answers import QUEUE_FULL
from offhook.console.journal import Journal, JournalFull
from offhook.console.phone_courier import PhoneSender
from offhook.console.phone_desk import PhoneDesk
from offhook.console.phone_reach import try_to_reach
from offhook.console.plan_parts import AlreadySo, Arguments, Plan
from offhook.console.proof_watch import ProofWatch
from offhook.console.records import CommandProgress
from offhook.console.store.people import AuditRecord
from offhook.console.store.port import Store
from offhook.console.times import rfc3339
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.resources import Command, CommandState, Verb
from offhook.console_api.setup import ReachTest
from offhook.errors import NotFound, NotPossibleNow, OffhookError, StoreError

__all__ = ["IDEMPOTENCY_S", "MAX_QUEUED", "Commander", "Wish"]

MAX_QUEUED = 16
"""Commands one phone may have waiting: more than people type ahead, few enough to end before they are forgotten."""
IDEMPOTENCY_S = 24 * 3600.0
"""How long a repeated Idempotency-Key gives the command it made."""

_STOP_RECORDING_S = 1.0
"""For the last records at stop; a store that hangs does not hang the console."""

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 10.0
"""Between attempts to record a command's end while the store fails."""

_TRANSFERS = frozenset({Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER})

_log = structlog.get_logger("offhook.console.commander")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for."""

    verb: Verb
    arguments: Arguments
    phone: str | None = None
    """None: the phone for which it would work, for verbs of a call."""
    call: str | None = None
    """The call it is about; None for verbs of a phone."""
    by: str = ""
    """Who asks: `user:NAME` or `token:NAME`."""
    request_id: str = ""
    """That of the request that asks."""
    audit: Callable[[Command], AuditRecord] | None = None
    """Makes the audit's entry of whoever asks, for the command that the wish becomes; kept with that command."""

    def is_that_of(self, command: Command) -> bool:
        """Say whether ``command`` came of the same wish."""
        return (
            (command.verb, command.arguments) == (self.verb, self.arguments)
            and self.phone in (None, command.phone)
            and self.call in (None, command.call)
        )


@dataclass(slots=True)
class _Queue:
    """What waits for one phone; lives while something does."""

    runs: deque[CommandRun] = field(default_factory=deque)
    coming: int = 0
    """Accepted, and being recorded."""
    is_busy: bool = False


class Commander:
    """Accepts commands and carries them out; `start` and `stop` once each."""

    def __init__(
        self,
        journal: Journal,
        store: Store,
        desk: PhoneDesk,
        watch: ProofWatch,
        client: PhoneSender,
        *,
        confirm_timeout_s: float,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is sent before ``start``.

        Args:
            confirm_timeout_s: For a report that comes without anybody doing anything.
            now: Seconds since 1970.
        """
        self._journal = journal
        self._store = store
        self._desk = desk
        self._watch = watch
        self._client = client
        self._now = now
        self._tools = RunTools(
            situation=lambda command: desk.situation(command.phone, command.connection),
            address=desk.address,
            send=client.send,
            watch=watch,
            progress=self._progress,
            record=self._record,
            confirm_timeout_s=confirm_timeout_s,
        )
        self._queues: dict[str, _Queue] = {}
        self._active: dict[str, CommandRun] = {}
        self._key_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    async def start(self) -> None:
        """Close what an earlier console left open, and begin to watch for proofs.

        Raises:
            StoreError: The store cannot be read or written.
        """
        for command in await self._store.unfinished_commands():
            is_queued = command.state is CommandState.QUEUED
            state = CommandState.REJECTED if is_queued else CommandState.UNCONFIRMED
            reason = "the console restarted before it was sent" if is_queued else "the console restarted"
            reason_id = EndReason.CONSOLE_RESTARTED_BEFORE if is_queued else EndReason.CONSOLE_RESTARTED
            ended = msgspec.structs.replace(command, state=state, reason=reason, reason_id=reason_id)
            await self._record(self._progress(ended))
            _log.info("command ended", **_marks_of(command), state=state.value, reason=reason)
        self._watch.start()

    async def stop(self) -> None:
        """Stop at once; commands under way end as unconfirmed, waiting ones as rejected."""
        self._is_stopping = True
        self._watch.stop()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            async with asyncio.timeout(_STOP_RECORDING_S):
                for run in list(self._active.values()):
                    await self._end_at_stop(run)
        except (TimeoutError, OffhookError) as reason:
            # The next start closes what could not be closed here.
            _log.warning("commands under way could not be closed", reason=str(reason))
        await self._client.close()

    async def submit(self, wish: Wish, *, idempotency_key: str | None = None) -> Command:
        """Accept a command.

        Args:
            idempotency_key: The same key with the same wish within a day gives the same command; scoped to whoever
                asks by the caller.
        Returns:
            The command as it was accepted: queued, or confirmed when there was nothing to do.
        Raises:
            NotFound: No such phone, or no such connection.
            NotPossibleNow: The state does not allow it, the queue is full, or the key was used for something else.
            NotValid: No phone could do this.
            StoreError: It could not be recorded; nothing was sent.
        """
        if idempotency_key is None:
            return await self._accept(wish, None)
        lock = self._key_locks.get(idempotency_key)
        if lock is None:
            lock = self._key_locks[idempotency_key] = asyncio.Lock()
        async with lock:
            earlier = await self.earlier(idempotency_key)
            if earlier is None:
                return await self._accept(wish, idempotency_key)
            if not wish.is_that_of(earlier):
                raise NotPossibleNow(
                    "idempotency-key-reused", "this Idempotency-Key was used for another command; make a new one"
                )
            return earlier

    async def reach(self, phone: str) -> ReachTest:
        """Try whether a phone can be commanded, without pressing a key.

        Raises:
            NotFound: The phone is not known.
            NotPossibleNow: Its password cannot be read.
        """
        situation = await self._desk.situation(phone, None)
        return await try_to_reach(situation.phone, situation.dialect, self._desk, self._client)

    async def earlier(self, idempotency_key: str) -> Command | None:
        """Find the command that this key made within the last day."""
        command = await self._store.command_by_key(idempotency_key)
        if command is None:
            return None
        age_s = self._now() - datetime.fromisoformat(command.created).timestamp()
        return command if age_s < IDEMPOTENCY_S else None

    async def command(self, command: str) -> Command:
        """Give one command as it is now.

        Raises:
            NotFound: There is none with this id.
        """
        found = await self._store.command(command)
        if found is None:
            raise NotFound("command", command)
        return found

    async def finished(self, command: str, wait_s: float) -> Command:
        """Give a command when it has ended, or as it is when that takes too long.

        Raises:
            NotFound: There is none with this id.
        """
        run = self._active.get(command)
        if run is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await run.is_over.wait()
        return await self.command(command)

    async def commands(self, *, phone: str | None, limit: int, verbs: Collection[Verb] = ()) -> list[Command]:
        """Give commands, newest first; of ``verbs`` only, if there are any."""
        return await self._store.commands(phone=phone, limit=limit, verbs=verbs)

    def is_under_way(self, verb: Verb, name: str, value: str) -> bool:
        """Say whether a command of ``verb`` with such an argument has not ended yet."""
        return any(
            run.command.verb is verb and run.command.arguments.get(name) == value for run in self._active.values()
        )

    async def _accept(self, wish: Wish, idempotency_key: str | None) -> Command:
        if self._is_stopping:
            raise NotPossibleNow("console-stopping", "the console is stopping")
        phone, connection = await self._resolve(wish)
        queue = self._queues.get(phone) or _Queue()
        plan = await self._look_ahead(wish, phone, connection, queue)
        if len(queue.runs) + queue.coming >= MAX_QUEUED:
            raise NotPossibleNow(QUEUE_FULL, f"{MAX_QUEUED} commands wait for this phone already; let them end first")
        command = self._new_command(wish, phone, connection)
        self._require_one_transfer(wish.verb, phone)
        if isinstance(plan, AlreadySo):
            command = msgspec.structs.replace(
                command, state=state_of(plan), reason=plan.reason, reason_id=plan.reason_id
            )
            _log.info("command ended", **_marks_of(command), state=command.state.value, reason=plan.reason)
            return await self._record_first(command, idempotency_key, wish)
        _log.info("command accepted", **_marks_of(command), by=command.by)
        queue = self._queues.setdefault(phone, queue)
        queue.coming += 1
        try:
            if plan is None:
                command = started = await self._record_first(command, idempotency_key, wish)
            else:
                command, started = await self._record_start(command, idempotency_key, wish)
            if not self._is_stopping:
                self._enqueue(CommandRun(started, self._tools), queue)
        finally:
            queue.coming -= 1
            self._tidy(phone)
        return command

    def _enqueue(self, run: CommandRun, queue: _Queue) -> None:
        self._active[run.command.id] = run
        queue.runs.append(run)
        if not queue.is_busy:
            queue.is_busy = True
            self._spawn(self._work(run.command.phone, queue))

    async def _resolve(self, wish: Wish) -> tuple[str, str | None]:
        """Find the phone and the connection that are meant."""
        if wish.call is not None:
            connection = await self._desk.find_connection(wish.call, wish.phone, wish.verb)
            return connection.phone, connection.id
        if wish.phone is None:
            raise NotFound("phone", "")
        return wish.phone, None

    async def _look_ahead(
        self, wish: Wish, phone: str, connection: str | None, queue: _Queue
    ) -> Plan | AlreadySo | None:
        """Refuse at once what cannot work; None when that depends on what the commands before it do."""
        situation = await self._desk.situation(phone, connection)
        has_others_before = queue.is_busy or queue.coming > 0
        try:
            plan = plan_command(wish.verb, wish.arguments, situation)
        except NotPossibleNow:
            if has_others_before and situation.phone.is_set_up:
                return None
            raise
        return None if has_others_before else plan

    def _require_one_transfer(self, verb: Verb, phone: str) -> None:
        """Refuse a transfer while another one of the phone is being started, and not reported yet."""
        if verb not in _TRANSFERS:
            return
        for run in self._active.values():
            if run.command.phone == phone and run.command.verb in _TRANSFERS:
                raise NotPossibleNow("transfer-running", "a transfer is under way at this phone already")

    def _new_command(self, wish: Wish, phone: str, connection: str | None) -> Command:
        now = self._now()
        return Command(
            id=f"cmd_{int(now * 1000):012x}{secrets.token_hex(6)}",
            phone=phone,
            verb=wish.verb,
            arguments=dict(wish.arguments),
            state=CommandState.QUEUED,
            reason=None,
            call=wish.call,
            connection=connection,
            created=rfc3339(now),
            changed=rfc3339(now),
            requests=[],
            proof=None,
            round_trip_ms=None,
            by=wish.by,
            request_id=wish.request_id,
        )

    async def _record_start(self, command: Command, idempotency_key: str | None, wish: Wish) -> tuple[Command, Command]:
        """Record in one transaction that a command is queued and, as nothing is before it, that it is being sent.

        Returns:
            The command as it is queued, and as it goes on.
        """
        first = self._first(command, idempotency_key, wish)
        sent = msgspec.structs.replace(first.command, state=CommandState.SENT)
        recorded = [self._journal.submit(first)]
        with contextlib.suppress(JournalFull):  # it is recorded when its turn comes, then
            recorded.append(self._journal.submit(CommandProgress(sent)))
        is_queued, *is_sent = await asyncio.gather(*recorded, return_exceptions=True)
        if isinstance(is_queued, BaseException):
            raise is_queued
        return first.command, sent if any(isinstance(done, list) for done in is_sent) else first.command

    async def _record_first(self, command: Command, idempotency_key: str | None, wish: Wish) -> Command:
        first = self._first(command, idempotency_key, wish)
        await self._journal.record(first)
        return first.command

    def _first(self, command: Command, idempotency_key: str | None, wish: Wish) -> CommandProgress:
        """What is recorded of a command first, and with it who wished it: a crash leaves both or neither."""
        command = self._progress(command).command
        return CommandProgress(command, idempotency_key, None if wish.audit is None else wish.audit(command))

    def _progress(self, command: Command) -> CommandProgress:
        return CommandProgress(msgspec.structs.replace(command, changed=rfc3339(self._now())))

    async def _record(self, progress: CommandProgress) -> None:
        await self._journal.record(progress)

    async def _work(self, phone: str, queue: _Queue) -> None:
        """Take a phone's commands in turn until none waits."""
        try:
            while queue.runs:
                run = queue.runs.popleft()
                self._spawn(self._guard(run))
                await run.turn_over.wait()
        finally:
            queue.is_busy = False
            self._tidy(phone)

    async def _guard(self, run: CommandRun) -> None:
        """Carry a command out; whatever goes wrong ends this command and nothing else."""
        structlog.contextvars.bind_contextvars(**_marks_of(run.command))
        try:
            await run.carry_out()
        except Exception as error:  # noqa: BLE001 - a task's top: one command's bug must not stop the phone's queue
            _log.error("a command failed", exc_info=not isinstance(error, OffhookError))
            run.turn_over.set()
            await self._end_after_error(run)
        finally:
            run.turn_over.set()
        self._active.pop(run.command.id, None)
        run.is_over.set()

    async def _end_after_error(self, run: CommandRun) -> None:
        """Record that a command is over, as soon as the store takes it: nobody shall wait for it for ever."""
        end = (
            CommandState.UNCONFIRMED,
            EndReason.CONSOLE_FAILED,
            "the console met an error of its own; its log tells more",
        )
        if not run.has_begun:
            end = CommandState.REJECTED, EndReason.NOT_RECORDED, "the console could not record it, so nothing was sent"
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                await run.end(*end)
            except StoreError as failure:
                _log.error("its end could not be recorded", reason=str(failure))
            else:
                return
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _end_at_stop(self, run: CommandRun) -> None:
        if run.command.state.is_final or run.is_ending:  # should that fail, the next start closes it
            return
        with structlog.contextvars.bound_contextvars(**_marks_of(run.command)):
            if run.command.state is CommandState.QUEUED:
                await run.end(
                    CommandState.REJECTED, EndReason.CONSOLE_STOPPED_BEFORE, "the console stopped before it was sent"
                )
            else:
                await run.end(
                    CommandState.UNCONFIRMED, EndReason.CONSOLE_STOPPED, "the console stopped before the phone reported"
                )

    def _tidy(self, phone: str) -> None:
        queue = self._queues.get(phone)
        if queue is not None and not queue.runs and not queue.coming and not queue.is_busy:
            del self._queues[phone]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # Not in the context of the request that happens to be served: a phone's queue outlives it.
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _marks_of(command: Command) -> dict[str, str]:
    """What every log line about a command has; not its arguments, which may hold somebody's PIN."""
    marks = {"command": command.id, "phone": command.phone, "verb": command.verb.value}
    return marks | ({"request_id": command.request_id} if command.request_id else {})
