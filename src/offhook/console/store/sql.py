"""The store in an SQL database; SQLite in the data folder so far.

One thread writes, one reads and one searches, each on a connection of its own, so the event loop never waits for the
disk, and a list of calls never for a search. Each has one thing to do at a time: the journal waits for each commit, so
nothing piles up here.

A commit writes two rows, however much is in it: requests and events (`journal`), and what they changed (`behind`).
The tables of phones and calls follow some seconds later, some ten times a second, and at once where somebody asks for
calls. What they lacked when the program ended they get when the store is opened.
Source: architecture decisions 3 and 4; `store.port` for what is promised; `store.behind`.
"""

import math
import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec
import structlog
from alembic.util import CommandError as MigrationError
from sqlalchemy import bindparam, delete, func, insert, null, or_, select, tuple_, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from offhook.console.records import ActionRecord, Batch, CallRecord, CommandProgress, PhoneRecord
from offhook.console.store import rows
from offhook.console.store.behind import Behind
from offhook.console.store.bulk import Bulk
from offhook.console.store.folder_lock import FolderLock
from offhook.console.store.migration import migrate
from offhook.console.store.port import Keep, Pruned, Stored
from offhook.console.store.pruning import oldest_event, prune
from offhook.console.store.schema import behind, calls, commands, connections, journal, meta, phones
from offhook.console.store.segment import Changes, pack, pack_changes, read_actions, unpack, unpack_changes
from offhook.console.store.sql_contacts import SqlContacts
from offhook.console.store.sql_history import SqlHistory, write_notes
from offhook.console.store.sql_people import SqlPeople, write_audit
from offhook.console.store.sql_settings import SqlSettings
from offhook.console.store.sql_webhooks import SqlWebhooks
from offhook.console.store.sqlite_engine import (
    DATABASE_FILE,
    contains_bytes,
    open_reader,
    open_writer,
    quick_transaction,
    upsert,
)
from offhook.console.store.worker import Worker
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, Verb
from offhook.errors import StoreError

__all__ = ["SqlStore"]

_Answer = TypeVar("_Answer")
_log = structlog.get_logger(__name__)

_FOREIGN_ERRORS = (SQLAlchemyError, sqlite3.Error, MigrationError, OSError, msgspec.MsgspecError)

_INSERT_JOURNAL = Bulk(insert(journal))
_INSERT_BEHIND = Bulk(insert(behind))
_UPSERT_PHONES = Bulk(upsert(phones, ["id"], keep=["password"]))
# What never changes is left alone: SQLite would take every index with it out and put it back in.
_UPSERT_CALLS = Bulk(upsert(calls, ["id"], keep=["began"]))
_UPSERT_CONNECTIONS = Bulk(upsert(connections, ["call", "phone"], keep=["call_began", "began"]))
_FORGET_BEHIND = Bulk(delete(behind).where(behind.c.number < bindparam("before")))
_UPSERT_COMMANDS = Bulk(upsert(commands, ["id"], keep=["phone", "created", "idempotency_key"]))
# A key is the newest command's, and two would fail the batch: it is taken from the one that had it.
_FREE_KEYS = Bulk(
    update(commands)
    .where(commands.c.idempotency_key == bindparam("key"), commands.c.id != bindparam("new_owner"))
    .values(idempotency_key=null())
)

_BEHIND_S = 10.0
"""How far the tables are behind the log: a phone has reported more than once by then, and its call is set up."""

_MOST_BEHIND = 30_000
"""Records of a kind that wait at most, whatever their age: bounds what opening the store has to catch up with."""

_NEWEST = 2**62
_NO_CHANGES = Changes((), (), (), ())
_FORGOTTEN_AT_ONCE = 64
_AT_ONCE = 500
"""Records of a kind that one transaction brings to the tables where somebody waits for them."""

_FOLLOW_EVERY_S = 0.1
_FOLLOW_AT_ONCE = 250
"""Records of a kind that follow with one commit: those of many reports share the pages that they change, and the
reports of that commit wait for some milliseconds."""


class SqlStore(SqlPeople, SqlContacts, SqlHistory, SqlWebhooks, SqlSettings):
    """Implements `Store`."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Prepare; nothing is opened before `open`.

        Args:
            folder: The data folder; the database is a file in it.
            clock: Seconds, from any beginning.
        """
        self._clock = clock
        self._path = folder / DATABASE_FILE
        self._lock = FolderLock(folder)
        self._writing = Worker("store-writer")
        self._reading = Worker("store-reader")
        self._searching = Worker("store-searcher")
        self._behind = Behind()
        """What the tables lack; changed by the writer's thread alone."""
        self._followed = -math.inf
        """When records went to their tables with a commit, by the clock."""
        self._epoch = ""
        self._last = (0, 0)
        """Numbers of the last event and the last request."""
        self._next = 1
        """Number of the next row of `behind`."""
        self._needed = 1
        """The row of `behind` that is needed still."""
        self._writer: Connection | None = None
        self._reader: Connection | None = None
        self._searcher: Connection | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    async def open(self, *, epoch: str, ended_after: float) -> Stored:
        """Make or migrate the database and read what is in it.

        Raises:
            DataFolderError: Another console is using the folder.
        """

        def work() -> Stored:
            self._lock.take()
            self._writer = open_writer(self._path).connect()
            with self._writer.begin():
                migrate(self._writer)
                _catch_up(self._writer)
                stored = _stored(self._writer, epoch, ended_after)
            self._epoch = stored.epoch
            self._last = (stored.seq, stored.action)
            self._reader = open_reader(self._path).connect()
            self._searcher = open_reader(self._path).connect()
            return stored

        return await self._run(self._writing, work)

    async def close(self) -> None:
        """Bring the tables up to date, close the connections and end their threads."""
        if self._writer is not None:
            try:
                await self._write_all_behind()
            except StoreError as error:  # it is in the log, and is caught up with when the store is opened
                _log.warning("the tables stay behind the log for now", reason=str(error))
        for worker, connection in (
            (self._searching, self._searcher),
            (self._reading, self._reader),
            (self._writing, self._writer),
        ):
            if connection is not None:
                await worker.run(partial(_dispose, connection))
            worker.close()  # idle by now: nothing is waited for
        self._searcher = self._reader = self._writer = None
        self._lock.release()

    # --- writing ---------------------------------------------------------------------------------------------------

    async def commit(self, batch: Batch) -> None:
        """Write a batch in one transaction."""
        await self._run(self._writing, lambda: self._commit(batch))

    async def prune(self, keep: Keep, limit: int) -> Pruned:
        """Throw away what need not be kept."""
        while await self._write_behind(lambda: self._behind.ended(_AT_ONCE, until=keep.calls_after)):
            pass  # what is old by now may be behind
        return await self._write(lambda connection: prune(connection, keep, limit))

    # --- reading ---------------------------------------------------------------------------------------------------

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events that follow ``seq``."""
        query = select(journal.c.body).where(journal.c.last_seq > seq).order_by(journal.c.last_seq).limit(limit)

        def work(connection: Connection) -> list[Envelope]:
            found: list[Envelope] = []
            with connection.execute(query) as bodies:
                for (body,) in bodies:
                    found += [each for each in unpack(body, self._epoch).envelopes if each.seq > seq]
                    if len(found) >= limit:
                        break
            return found[:limit]

        return await self._read(work)

    async def calls(
        self,
        *,
        phone: str | None = None,
        is_live: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[CallRecord]:
        """Give calls, newest first."""
        await self._settle(None if phone is None else (phone,))
        query = select(calls.c.record).limit(limit)
        if phone is None:
            position = (calls.c.began, calls.c.id)
        else:
            position = (connections.c.call_began, connections.c.call)
            query = query.join(connections, connections.c.call == calls.c.id)
            query = query.where(connections.c.phone == phone)
        query = query.order_by(position[0].desc(), position[1].desc())
        if is_live is not None:
            query = query.where(calls.c.ended.is_(None) if is_live else calls.c.ended.is_not(None))

        def work(connection: Connection) -> list[CallRecord]:
            wanted = query
            if before is not None:
                began = connection.scalar(select(calls.c.began).where(calls.c.id == before))
                if began is None:
                    return []
                wanted = query.where(tuple_(*position) < tuple_(began, before))
            return [rows.read_call(record) for record in connection.scalars(wanted)]

        return await self._read(work)

    async def call(self, call: str) -> CallRecord | None:
        """Give one call."""
        await self._write_behind(lambda: self._behind.call(call))
        query = select(calls.c.record).where(calls.c.id == call)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else rows.read_call(found)

    async def actions(
        self, *, phone: str | None = None, limit: int = 50, before: int | None = None
    ) -> list[ActionRecord]:
        """Give Action URL requests, newest first."""
        query = select(journal.c.body).where(journal.c.actions > 0).order_by(journal.c.number.desc())
        if before is not None:
            first = select(func.min(journal.c.number)).where(journal.c.last_action >= before).scalar_subquery()
            query = query.where(journal.c.number <= func.coalesce(first, _NEWEST))
        if phone is not None:
            # A look at the bytes goes before reading them: most segments of an office know nothing of one phone.
            query = query.where(contains_bytes(journal.c.body, phone))

        def work(connection: Connection) -> list[ActionRecord]:
            found: list[ActionRecord] = []
            with connection.execute(query) as bodies:
                for (body,) in bodies:
                    found += [
                        each
                        for each in reversed(read_actions(body))
                        if (before is None or each.number < before) and (phone is None or each.phone == phone)
                    ]
                    if len(found) >= limit:
                        break
            return found[:limit]

        return await self._read_at_leisure(work)

    async def command(self, command: str) -> Command | None:
        """Give one command."""
        query = select(commands.c.command).where(commands.c.id == command)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else rows.read_command(found)

    async def command_by_key(self, idempotency_key: str) -> Command | None:
        """Give the command made with this key."""
        query = select(commands.c.command).where(commands.c.idempotency_key == idempotency_key)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else rows.read_command(found)

    async def commands(
        self, *, phone: str | None = None, limit: int = 50, verbs: Collection[Verb] = ()
    ) -> list[Command]:
        """Give commands, newest first."""
        query = select(commands.c.command).order_by(commands.c.created.desc(), commands.c.id.desc())
        query = query.limit(limit)
        if phone is not None:
            query = query.where(commands.c.phone == phone)
        if verbs:
            # A quotation mark inside another text is escaped there, so nothing else looks like this.
            query = query.where(or_(*(func.instr(commands.c.command, f'"verb":"{verb}"') > 0 for verb in verbs)))
        return await self._read(lambda connection: [rows.read_command(found) for found in connection.scalars(query)])

    async def unfinished_commands(self) -> list[Command]:
        """Give the commands that are not final, oldest first."""
        query = select(commands.c.command).where(commands.c.is_final.is_(False))
        query = query.order_by(commands.c.created, commands.c.id)
        return await self._read(lambda connection: [rows.read_command(found) for found in connection.scalars(query)])

    async def password(self, phone: str) -> bytes | None:
        """Give a phone's encrypted password."""
        query = select(phones.c.password).where(phones.c.id == phone)
        return await self._read(lambda connection: connection.scalar(query))

    # --- between the log and the tables ------------------------------------------------------------------------------

    def _commit(self, batch: Batch) -> None:
        """Write a batch to the log, and some of what waits to its tables."""
        connection = _opened(self._writer)
        changes = Changes(
            [rows.stored_phone(phone) for phone in batch.phones],
            batch.removed_phones,
            batch.calls,
            batch.removed_calls,
        )
        now = self._clock()
        due = _NO_CHANGES
        if now >= self._followed + _FOLLOW_EVERY_S:
            due = self._behind.due(_FOLLOW_AT_ONCE, before=now - _BEHIND_S, most=_MOST_BEHIND)
            self._followed = now
        needed = self._behind.needed_from(self._next)
        last = (
            batch.envelopes[-1].seq if batch.envelopes else self._last[0],
            batch.actions[-1].number if batch.actions else self._last[1],
        )
        is_plain = not (batch.passwords or batch.removed_phones or batch.removed_calls)
        is_plain = is_plain and not any(call.notes for call in due.calls)
        with quick_transaction(connection) if is_plain else connection.begin():
            if not due.is_empty:
                _write_records(connection, due)
            if batch.actions or batch.envelopes:
                _INSERT_JOURNAL.run(connection, [rows.journal_row(batch, pack(batch), *last)])
            if not changes.is_empty:
                _INSERT_BEHIND.run(connection, [{"number": self._next, "body": pack_changes(changes)}])
            if needed >= self._needed + _FORGOTTEN_AT_ONCE:
                _FORGET_BEHIND.run(connection, [{"before": needed}])
                self._needed = needed  # should the rest fail, some rows go a little later
            _write_commands(connection, batch.commands)
            if not is_plain:
                _write_what_is_seldom(connection, batch, self._behind.phones(batch.passwords))
        self._last = last
        self._behind.written(due)
        if not changes.is_empty:
            self._behind.note(changes, number=self._next, at=now)
            self._next += 1

    async def _settle(self, phones: Collection[str] | None = None) -> None:
        """Bring the table of calls up to date, for some phones or for all."""
        while self._behind.lacks_calls:
            if not await self._write_behind(lambda: self._behind.calls(_AT_ONCE, phones)):
                return

    async def _write_all_behind(self) -> None:
        """Bring every table up to date, and empty the log of changes."""
        while await self._write_behind(lambda: self._behind.due(_AT_ONCE, before=math.inf, most=0)):
            pass
        await self._write(lambda connection: connection.execute(delete(behind)))

    async def _write_behind(self, choose: Callable[[], Changes]) -> bool:
        """Bring what is chosen to its tables; says whether that was anything."""

        def work() -> bool:
            chosen = choose()
            if chosen.is_empty:
                return False
            connection = _opened(self._writer)
            with connection.begin():
                _write_records(connection, chosen)
            self._behind.written(chosen)
            return True

        return await self._run(self._writing, work)

    # --- the threads -----------------------------------------------------------------------------------------------

    async def _write(self, work: Callable[[Connection], _Answer]) -> _Answer:
        def in_transaction() -> _Answer:
            connection = _opened(self._writer)
            with connection.begin():
                return work(connection)

        return await self._run(self._writing, in_transaction)

    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer:
        return await self._run(self._reading, lambda: _read(self._reader, work))

    async def _read_at_leisure(self, work: Callable[[Connection], _Answer]) -> _Answer:
        return await self._run(self._searching, lambda: _read(self._searcher, work))

    async def _run(self, worker: Worker, work: Callable[[], _Answer]) -> _Answer:
        try:
            return await worker.run(work)
        except _FOREIGN_ERRORS as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"{self._path.name}: {cause}") from error


def _read(connection: Connection | None, work: Callable[[Connection], _Answer]) -> _Answer:
    connection = _opened(connection)
    with connection.begin():
        return work(connection)


def _opened(connection: Connection | None) -> Connection:
    if connection is None:
        raise StoreError("the store is not open")
    return connection


def _dispose(connection: Connection) -> None:
    connection.close()
    connection.engine.dispose()


def _catch_up(connection: Connection) -> None:
    """Bring the tables what they lacked when the program ended."""
    newest_phones: dict[str, PhoneRecord] = {}
    newest_calls: dict[str, CallRecord] = {}
    for body in connection.scalars(select(behind.c.body).order_by(behind.c.number)):
        changes = unpack_changes(body)
        for phone in changes.phones:
            newest_phones[phone.id] = phone
        for call in changes.calls:
            newest_calls[call.id] = call
        for id_ in changes.removed_phones:
            newest_phones.pop(id_, None)
        for id_ in changes.removed_calls:
            newest_calls.pop(id_, None)
    _write_records(connection, Changes(list(newest_phones.values()), (), list(newest_calls.values()), ()))
    connection.execute(delete(behind))


def _stored(connection: Connection, epoch: str, ended_after: float) -> Stored:
    kept = connection.scalar(select(meta.c.value).where(meta.c.key == "epoch"))
    if kept is None:
        connection.execute(insert(meta), {"key": "epoch", "value": epoch})
    recent = select(calls.c.record).where(or_(calls.c.ended.is_(None), calls.c.ended > ended_after))
    return Stored(
        epoch=kept or epoch,
        seq=connection.scalar(select(func.max(journal.c.last_seq))) or 0,
        oldest=oldest_event(connection),
        action=connection.scalar(select(func.max(journal.c.last_action))) or 0,
        phones=[rows.read_phone(record) for record in connection.scalars(select(phones.c.record))],
        calls=[rows.read_call(record) for record in connection.scalars(recent)],
    )


def _write_records(connection: Connection, records: Changes) -> None:
    """Three statements, and those of notes, whatever their number."""
    _UPSERT_PHONES.run(connection, map(rows.phone_row, records.phones))
    _UPSERT_CALLS.run(connection, map(rows.call_row, records.calls))
    _UPSERT_CONNECTIONS.run(
        connection, [rows.connection_row(call, each) for call in records.calls for each in call.connections]
    )
    write_notes(connection, records.calls)


def _write_what_is_seldom(connection: Connection, batch: Batch, behind_phones: list[PhoneRecord]) -> None:
    """Write what is no report's doing: a few statements, and one for each password.

    Args:
        behind_phones: Those with a password in the batch whose row may not be there yet.
    """
    if batch.removed_phones:
        connection.execute(delete(phones).where(phones.c.id.in_(batch.removed_phones)))
    if batch.passwords:
        changed = [each for each in batch.phones if each.id in batch.passwords]
        _UPSERT_PHONES.run(connection, map(rows.phone_row, [*behind_phones, *changed]))
    for phone, password in batch.passwords.items():
        connection.execute(update(phones).where(phones.c.id == phone).values(password=password))
    if batch.removed_calls:
        connection.execute(delete(calls).where(calls.c.id.in_(batch.removed_calls)))


def _write_commands(connection: Connection, progress: Sequence[CommandProgress]) -> None:
    """Three statements at most: what a command went through within one batch is one row."""
    if not progress:
        return
    keys = {each.command.id: each.idempotency_key for each in progress if each.idempotency_key is not None}
    newest = {each.command.id: rows.command_row(each.command, keys.get(each.command.id)) for each in progress}
    _FREE_KEYS.run(connection, [{"key": key, "new_owner": command} for command, key in keys.items()])
    _UPSERT_COMMANDS.run(connection, newest.values())
    write_audit(connection, [each.audit for each in progress if each.audit is not None])
