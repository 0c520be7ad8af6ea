import sqlite3
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import ActionRecord, Batch, PhoneRecord
from offhook.console.store import sql
from offhook.console.store.bulk import Bulk
from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from offhook.console.store.sqlite_engine import DATABASE_FILE, open_writer
from offhook.errors import DataFolderError, StoreError
from tests.console.store.contract import A, StoreContract, a_call, an_envelope


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> list[Engine]:
    """The engine a store writes with, once the store is open."""
    engines: list[Engine] = []

    def opened(path: Path) -> Engine:
        engines.append(open_writer(path))
        return engines[-1]

    monkeypatch.setattr(sql, "open_writer", opened)
    return engines


def pragma(engine: Engine, text: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {text}").scalar()


class TestSqlStore(StoreContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)


def an_action(number: int) -> ActionRecord:
    return ActionRecord(number, "2026-01-05T09:12:03.418Z", A, "10.0.0.1", "incoming", b"/incoming.xml")


async def test_two_consoles_do_not_share_a_folder(tmp_path: Path) -> None:
    first, second = SqlStore(tmp_path), SqlStore(tmp_path)
    await first.open(epoch="e", ended_after=0.0)
    with pytest.raises(DataFolderError, match="another console is using it"):
        await second.open(epoch="e", ended_after=0.0)
    await second.close()
    await first.commit(Batch(actions=[an_action(1)]))
    await first.close()
    third = SqlStore(tmp_path)
    assert (await third.open(epoch="e", ended_after=0.0)).action == 1
    await third.close()


async def test_another_store_over_the_same_folder_reads_it_all(tmp_path: Path) -> None:
    first = SqlStore(tmp_path)
    await first.open(epoch="first", ended_after=0.0)
    phone = PhoneRecord(id=A, name="Anna", missed_calls=3, calls=("c_002",))
    await first.commit(
        Batch(
            actions=[an_action(9)],
            envelopes=[an_envelope(4)],
            phones=[phone],
            calls=[a_call(1, A, ended=5.0), a_call(2, A), a_call(3, A, ended=7.0)],
        )
    )
    await first.close()
    second = SqlStore(tmp_path)
    stored = await second.open(epoch="second", ended_after=6.0)
    assert (stored.epoch, stored.seq, stored.action) == ("first", 4, 9)
    assert stored.phones == [PhoneRecord(id=A, name="Anna", missed_calls=3)]
    assert sorted(call.id for call in stored.calls) == ["c_002", "c_003"]
    await second.close()


async def test_a_batch_that_fails_leaves_nothing(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    with pytest.raises(StoreError, match="UNIQUE"):
        await store.commit(
            Batch(actions=[an_action(1)], envelopes=[an_envelope(2), an_envelope(1)], calls=[a_call(1, A)])
        )
    assert await store.actions() == []
    assert await store.calls() == []
    assert await store.events_after(0, 10) == [an_envelope(1)]
    await store.commit(Batch(envelopes=[an_envelope(2)]))
    await store.close()


async def test_a_disk_that_is_full_is_a_store_error(tmp_path: Path, writer: list[Engine]) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    pragma(writer[0], "max_page_count=64")
    with pytest.raises(StoreError, match="full"):
        for number in range(1, 2000):
            await store.commit(Batch(actions=[an_action(number)], calls=[a_call(number, A)]))
    written = {action.number for action in await store.actions(limit=5000)}
    assert len(await store.calls(limit=5000)) == len(written), "a batch is kept whole or not at all"
    pragma(writer[0], "max_page_count=1000000")
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    await store.close()


async def test_a_database_that_somebody_else_holds_is_a_store_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.console.store.sqlite_engine._BUSY_TIMEOUT_S", 0.05)
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    other = sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        await store.commit(Batch(envelopes=[an_envelope(1)]))
    assert await store.events_after(0, 10) == [], "reading goes on meanwhile"
    other.execute("ROLLBACK")
    other.close()
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    await store.close()


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    with pytest.raises(StoreError, match="not open"):
        await store.calls()
    await store.open(epoch="e", ended_after=0.0)
    await store.close()
    with pytest.raises(StoreError, match="closed"):
        await store.commit(Batch())


async def test_what_is_no_database_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / DATABASE_FILE).write_bytes(b"this is no database" * 100)
    store = SqlStore(tmp_path)
    with pytest.raises(StoreError, match="not a database"):
        await store.open(epoch="e", ended_after=0.0)
    await store.close()


async def test_a_folder_that_is_not_there_is_a_store_error(tmp_path: Path) -> None:
    store = SqlStore(tmp_path / "missing")
    with pytest.raises(StoreError):
        await store.open(epoch="e", ended_after=0.0)
    await store.close()


async def test_the_database_is_its_owners_alone_and_safe_against_power_cuts(
    tmp_path: Path, writer: list[Engine]
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    assert stat.S_IMODE((tmp_path / DATABASE_FILE).stat().st_mode) == 0o600
    assert pragma(writer[0], "journal_mode") == "wal"
    assert pragma(writer[0], "synchronous") == 2  # FULL
    assert pragma(writer[0], "foreign_keys") == 1
    await store.close()


async def test_a_batch_takes_few_statements_whatever_its_size(
    tmp_path: Path, writer: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    statements: list[object] = []
    event.listen(writer[0], "before_cursor_execute", lambda *given: statements.append(given[2]))
    run = Bulk.run

    def counted(bulk: Bulk, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        given = list(rows)
        statements.extend([bulk] if given else [])
        run(bulk, connection, given)

    monkeypatch.setattr(Bulk, "run", counted)
    await store.commit(Batch(actions=[an_action(1)], calls=[a_call(1, A)]))
    few = len(statements)
    await store.commit(
        Batch(actions=[an_action(n) for n in range(2, 500)], calls=[a_call(n, A) for n in range(2, 500)])
    )
    assert len(statements) == 2 * few
    assert few == 4, "BEGIN and one for each table"
    await store.close()


async def test_a_phones_last_calls_are_found_by_index(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.close()
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        plan = connection.execute(
            "EXPLAIN QUERY PLAN SELECT calls.record FROM calls JOIN connections ON connections.call = calls.id "
            "WHERE connections.phone = 'x' ORDER BY connections.call_began DESC, connections.call DESC LIMIT 50"
        ).fetchall()
    connection.close()
    text = " ".join(step[-1] for step in plan)
    assert "connections_by_phone" in text
    assert "TEMP B-TREE" not in text, "not sorted: read in the index's order"
    assert "SCAN" not in text


async def rows_of(folder: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / DATABASE_FILE) as connection:
        found = connection.execute("SELECT call, phone, answered, ended FROM connections ORDER BY call").fetchall()
    connection.close()
    return found


async def test_a_connection_is_written_when_what_is_searched_for_changes(tmp_path: Path, writer: list[Engine]) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    statements: list[str] = []
    with writer[0].connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(statements.append)
    live = a_call(1, A)
    await store.commit(Batch(calls=[live]))
    held = msgspec.structs.replace(
        live, connections=tuple(msgspec.structs.replace(each, state=ConnectionState.HELD) for each in live.connections)
    )
    await store.commit(Batch(calls=[held]))
    await store.commit(Batch(calls=[a_call(1, A, ended=9.0)]))
    assert sum("INTO connections" in text for text in statements) == 2, "on and off hold is in the call's record"
    assert await rows_of(tmp_path) == [("c_001", A, None, 9.0)]
    await store.close()


async def test_what_a_failed_commit_did_not_write_is_written_by_the_next(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    with pytest.raises(StoreError):
        await store.commit(Batch(envelopes=[an_envelope(1)], calls=[a_call(1, A)]))
    assert await rows_of(tmp_path) == []
    await store.commit(Batch(calls=[a_call(1, A)]))
    assert await rows_of(tmp_path) == [("c_001", A, None, None)]
    await store.close()
