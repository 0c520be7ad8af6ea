"""The store in an SQL database; SQLite in the data folder so far.

One thread writes, one reads and one searches, each on a connection of its own, so the event loop never waits for the
disk, and a list of calls never for a search. Each has one thing to do at a time: the journal waits for each commit, so
nothing piles up here.
Source: architecture decisions 3 and 4; `store.port` for what is promised.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from alembic.util import CommandError as MigrationError
from sqlalchemy import Engine, Update, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from offhook.console.records import ActionRecord, Batch, CallRecord, CommandProgress
from offhook.console.store import rows
from offhook.console.store.bulk import Bulk
from offhook.console.store.folder_lock import FolderLock
from offhook.console.store.migration import migrate
from offhook.console.store.port import Keep, Pruned, Stored
from offhook.console.store.pruning import oldest_event, prune
from offhook.console.store.schema import actions, calls, commands, connections, events, meta, phones
from offhook.console.store.sql_contacts import SqlContacts
from offhook.console.store.sql_history import SqlHistory, write_notes
from offhook.console.store.sql_people import SqlPeople
from offhook.console.store.sql_settings import SqlSettings
from offhook.console.store.sql_webhooks import SqlWebhooks
from offhook.console.store.sqlite_engine import DATABASE_FILE, open_reader, open_writer, upsert
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, Verb
from offhook.errors import StoreError

__all__ = ["SqlStore"]

_Answer = TypeVar("_Answer")

_FOREIGN_ERRORS = (SQLAlchemyError, sqlite3.Error, MigrationError, OSError, msgspec.MsgspecError)

_INSERT_ACTIONS = Bulk(insert(actions))
_INSERT_EVENTS = Bulk(insert(events))
_UPSERT_PHONES = Bulk(upsert(phones, ["id"], keep=["password"]))
# What never changes is left alone: SQLite would take every index with it out and put it back in.
_UPSERT_CALLS = Bulk(upsert(calls, ["id"], keep=["began"]))
_UPSERT_CONNECTIONS = Bulk(upsert(connections, ["call", "phone"], keep=["call_began", "began"]))
_UPSERT_COMMAND = upsert(commands, ["id"], keep=["idempotency_key"])


class SqlStore(SqlPeople, SqlContacts, SqlHistory, SqlWebhooks, SqlSettings):
    """Implements `Store`."""

    def __init__(self, folder: Path) -> None:
        """Prepare; nothing is opened before `open`.

        Args:
            folder: The data folder; the database is a file in it.
        """
        self._path = folder / DATABASE_FILE
        self._lock = FolderLock(folder)
        self._writing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-writer")
        self._reading = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")
        self._searching = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-searcher")
        self._written: dict[tuple[str, str], dict[str, Any]] = {}
        """Rows of live connections as they are in the table; for the writer's thread alone."""
        self._writer: Engine | None = None
        self._reader: Engine | None = None
        self._searcher: Engine | None = None

    # --- life ------------------------------------------------------------------------------------------------------

    async def open(self, *, epoch: str, ended_after: float) -> Stored:
        """Make or migrate the database and read what is in it.

        Raises:
            DataFolderError: Another console is using the folder.
        """

        def work() -> Stored:
            self._lock.take()
            self._writer = open_writer(self._path)
            with self._writer.begin() as connection:
                migrate(connection)
                stored = _stored(connection, epoch, ended_after)
            self._reader = open_reader(self._path)
            self._searcher = open_reader(self._path)
            return stored

        return await self._run(self._writing, work)

    async def close(self) -> None:
        """Close the connections and end their threads."""
        for executor, engine in (
            (self._searching, self._searcher),
            (self._reading, self._reader),
            (self._writing, self._writer),
        ):
            if engine is not None:
                await asyncio.get_running_loop().run_in_executor(executor, engine.dispose)
            executor.shutdown(wait=True)  # idle by now: nothing is waited for
        self._searcher = self._reader = self._writer = None
        self._lock.release()

    # --- writing ---------------------------------------------------------------------------------------------------

    async def commit(self, batch: Batch) -> None:
        """Write a batch in one transaction."""
        try:
            await self._write(lambda connection: self._write_batch(connection, batch))
        except BaseException:
            self._written.clear()  # whatever was said to be written is not
            raise

    async def prune(self, keep: Keep, limit: int) -> Pruned:
        """Throw away what need not be kept."""
        return await self._write(lambda connection: prune(connection, keep, limit))

    # --- reading ---------------------------------------------------------------------------------------------------

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events that follow ``seq``."""
        query = select(events.c.envelope).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
        return await self._read(lambda connection: [rows.read_envelope(found) for found in connection.scalars(query)])

    async def calls(
        self,
        *,
        phone: str | None = None,
        is_live: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[CallRecord]:
        """Give calls, newest first."""
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
        query = select(calls.c.record).where(calls.c.id == call)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else rows.read_call(found)

    async def actions(
        self, *, phone: str | None = None, limit: int = 50, before: int | None = None
    ) -> list[ActionRecord]:
        """Give Action URL requests, newest first."""
        query = select(actions).order_by(actions.c.number.desc()).limit(limit)
        if phone is not None:
            query = query.where(actions.c.phone == phone)
        if before is not None:
            query = query.where(actions.c.number < before)
        return await self._read(
            lambda connection: [ActionRecord(**row) for row in connection.execute(query).mappings()]
        )

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

    def _write_batch(self, connection: Connection, batch: Batch) -> None:
        """Write a batch, without the rows of connections that are in the table as they are."""
        written = self._written
        changed = []
        for call in batch.calls:
            for each in call.connections:
                row = rows.connection_row(call, each)
                key = (call.id, each.phone)
                if written.get(key) == row:
                    continue
                changed.append(row)
                if each.is_live:
                    written[key] = row
                else:
                    written.pop(key, None)
        for removed in batch.removed_calls:
            for key in [key for key in written if key[0] == removed]:
                del written[key]
        _write_batch(connection, batch, changed)

    # --- the threads -----------------------------------------------------------------------------------------------

    async def _write(self, work: Callable[[Connection], _Answer]) -> _Answer:
        def in_transaction() -> _Answer:
            with _opened(self._writer).begin() as connection:
                return work(connection)

        return await self._run(self._writing, in_transaction)

    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer:
        return await self._run(self._reading, lambda: _read(self._reader, work))

    async def _read_at_leisure(self, work: Callable[[Connection], _Answer]) -> _Answer:
        return await self._run(self._searching, lambda: _read(self._searcher, work))

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], _Answer]) -> _Answer:
        try:
            answer = asyncio.get_running_loop().run_in_executor(executor, work)
        except RuntimeError as error:  # the executor was shut down
            raise StoreError("the store is closed") from error
        try:
            return await answer
        except _FOREIGN_ERRORS as error:
            cause = getattr(error, "orig", None) or error
            raise StoreError(f"{self._path.name}: {cause}") from error


def _read(engine: Engine | None, work: Callable[[Connection], _Answer]) -> _Answer:
    with _opened(engine).connect() as connection:
        return work(connection)


def _opened(engine: Engine | None) -> Engine:
    if engine is None:
        raise StoreError("the store is not open")
    return engine


def _stored(connection: Connection, epoch: str, ended_after: float) -> Stored:
    kept = connection.scalar(select(meta.c.value).where(meta.c.key == "epoch"))
    if kept is None:
        connection.execute(insert(meta), {"key": "epoch", "value": epoch})
    recent = select(calls.c.record).where(or_(calls.c.ended.is_(None), calls.c.ended > ended_after))
    return Stored(
        epoch=kept or epoch,
        seq=connection.scalar(select(func.max(events.c.seq))) or 0,
        oldest=oldest_event(connection),
        action=connection.scalar(select(func.max(actions.c.number))) or 0,
        phones=[rows.read_phone(record) for record in connection.scalars(select(phones.c.record))],
        calls=[rows.read_call(record) for record in connection.scalars(recent)],
    )


def _free_key(progress: CommandProgress) -> Update:
    """Take the key from the command that had it: a key is the newest command's, and two would fail the batch."""
    same_key = commands.c.idempotency_key == progress.idempotency_key
    return update(commands).where(same_key, commands.c.id != progress.command.id).values(idempotency_key=None)


def _write_batch(connection: Connection, batch: Batch, connection_rows: list[dict[str, Any]]) -> None:
    """At most ten statements, and one for each password and idempotency key, whatever the size of the batch."""
    _INSERT_ACTIONS.run(connection, map(rows.action_row, batch.actions))
    _INSERT_EVENTS.run(connection, map(rows.event_row, batch.envelopes))
    if batch.removed_phones:
        connection.execute(delete(phones).where(phones.c.id.in_(batch.removed_phones)))
    _UPSERT_PHONES.run(connection, map(rows.phone_row, batch.phones))
    for phone, password in batch.passwords.items():
        connection.execute(update(phones).where(phones.c.id == phone).values(password=password))
    if batch.removed_calls:
        connection.execute(delete(calls).where(calls.c.id.in_(batch.removed_calls)))
    _UPSERT_CALLS.run(connection, map(rows.call_row, batch.calls))
    _UPSERT_CONNECTIONS.run(connection, connection_rows)
    write_notes(connection, batch.calls)
    if batch.commands:
        keyed = [progress for progress in batch.commands if progress.idempotency_key is not None]
        for progress in keyed:
            connection.execute(_free_key(progress))
        connection.execute(_UPSERT_COMMAND, [rows.command_row(progress) for progress in batch.commands])
