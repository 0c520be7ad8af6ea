import shutil
import sqlite3
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from offhook.console.records import ActionRecord, Batch, PhoneRecord
from offhook.console.store import sql
from offhook.console.store.bulk import Bulk
from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from offhook.console.store.sqlite_engine import DATABASE_FILE, open_writer
from offhook.errors import DataFolderError, StoreError
from tests.console.store.contract import A, B, StoreContract, a_call, an_envelope, keep


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """The connection a store writes on, once the store is open."""
    connections: list[sqlite3.Connection] = []

    def opened(path: Path) -> Engine:
        engine = open_writer(path)
        event.listen(engine, "connect", lambda driver, _record: connections.append(driver))
        return engine

    monkeypatch.setattr(sql, "open_writer", opened)
    return connections


def pragma(connection: sqlite3.Connection, text: str) -> object:
    found = connection.execute(f"PRAGMA {text}").fetchone()
    return found[0] if found else None


def refuse(connection: sqlite3.Connection, table: str) -> None:
    """Let the database refuse to insert into a table from now on; "" for none."""

    def judge(action: int, name: str | None, *_rest: object) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT and name == table else sqlite3.SQLITE_OK

    connection.set_authorizer(judge)


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


async def test_a_batch_that_fails_leaves_nothing(tmp_path: Path, writer: list[sqlite3.Connection]) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    refuse(writer[0], "behind")
    with pytest.raises(StoreError, match="not authorized"):
        await store.commit(Batch(actions=[an_action(1)], envelopes=[an_envelope(2)], calls=[a_call(1, A)]))
    assert await store.actions() == []
    assert await store.calls() == []
    assert await store.events_after(0, 10) == [an_envelope(1)]
    refuse(writer[0], "")
    await store.commit(Batch(envelopes=[an_envelope(2)], calls=[a_call(1, A)]))
    assert await store.calls() == [a_call(1, A)]
    await store.close()


async def test_a_disk_that_is_full_is_a_store_error(tmp_path: Path, writer: list[sqlite3.Connection]) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    pragma(writer[0], "max_page_count=64")
    with pytest.raises(StoreError, match="full"):
        for number in range(1, 2000):
            await store.commit(Batch(actions=[an_action(number)], calls=[a_call(number, A)]))
    written = {action.number for action in await store.actions(limit=5000)}
    pragma(writer[0], "max_page_count=1000000")
    await store.commit(Batch(envelopes=[an_envelope(1)]))
    assert len(await store.calls(limit=5000)) == len(written), "a batch is kept whole or not at all"
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
    tmp_path: Path, writer: list[sqlite3.Connection]
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    assert stat.S_IMODE((tmp_path / DATABASE_FILE).stat().st_mode) == 0o600
    assert pragma(writer[0], "journal_mode") == "wal"
    assert pragma(writer[0], "synchronous") == 2  # FULL
    assert pragma(writer[0], "foreign_keys") == 1
    await store.close()


async def test_a_batch_takes_few_statements_whatever_its_size(
    tmp_path: Path, writer: list[sqlite3.Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    statements: list[object] = []
    writer[0].set_trace_callback(lambda text: statements.append(text) if not text.startswith("INSERT") else None)
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
    assert few == 4, "BEGIN, the journal, what is behind, COMMIT"
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


async def test_what_changes_several_times_is_written_once_when_somebody_asks(
    tmp_path: Path, writer: list[sqlite3.Connection]
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    statements: list[str] = []
    writer[0].set_trace_callback(statements.append)
    await store.commit(Batch(phones=[PhoneRecord(id=A)], calls=[a_call(1, A), a_call(2, B)]))
    await store.commit(Batch(phones=[PhoneRecord(id=A, name="Anna")], calls=[a_call(1, A, ended=9.0)]))
    assert await rows_of(tmp_path) == []
    assert [call.id for call in await store.calls(phone=A)] == ["c_001"]
    assert await rows_of(tmp_path) == [("c_001", A, None, 9.0)], "of the phone that was asked for"
    assert sum("INTO connections" in text for text in statements) == 1
    assert not any("INTO phones" in text for text in statements)
    assert await store.call("c_002") == a_call(2, B)
    assert len(await rows_of(tmp_path)) == 2
    await store.close()


async def test_what_waited_too_long_goes_with_the_next_commits(tmp_path: Path) -> None:
    now = 100.0
    store = SqlStore(tmp_path, clock=lambda: now)
    await store.open(epoch="e", ended_after=0.0)
    for number in range(1, 31):
        await store.commit(Batch(calls=[a_call(number, A)]))
    assert await rows_of(tmp_path) == []
    now += 60.0
    for _ in range(100):
        await store.commit(Batch(calls=[a_call(31, A)]))
    assert len(await rows_of(tmp_path)) == 30, "what is fresh waits"
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM behind").fetchone()
    connection.close()
    assert 100 <= kept < 130 + 64, "the log is forgotten some rows at a time"
    await store.close()


async def test_what_follows_goes_to_its_tables_in_bounded_steps(tmp_path: Path) -> None:
    now = 100.0
    store = SqlStore(tmp_path, clock=lambda: now)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(calls=[a_call(number, A) for number in range(1, 601)]))
    there = []
    for seconds in (60.0, 0.0, 0.01, 1.0, 0.0, 1.0):
        now += seconds
        await store.commit(Batch(calls=[a_call(900, A)]))
        there.append(len(await rows_of(tmp_path)))
    assert there == [250, 250, 250, 500, 500, 600], "some at a time, so that no report waits for all of them"
    await store.close()


async def test_what_the_tables_lacked_when_the_program_died_is_there_again(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(
        Batch(
            phones=[PhoneRecord(id=A), PhoneRecord(id=B)],
            calls=[a_call(1, A), a_call(2, A), a_call(3, B)],
            passwords={A: b"sealed"},
        )
    )
    await store.commit(Batch(phones=[PhoneRecord(id=A, name="Anna")], calls=[a_call(1, A, ended=9.0)]))
    await store.commit(Batch(removed_phones=[B], removed_calls=["c_003"], calls=[a_call(2, A, B)]))
    as_it_was = tmp_path / "as it was"
    as_it_was.mkdir()
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
        shutil.copy(tmp_path / name, as_it_was)
    again = SqlStore(as_it_was)
    stored = await again.open(epoch="e", ended_after=0.0)
    assert stored.phones == [PhoneRecord(id=A, name="Anna")]
    assert sorted(stored.calls, key=lambda call: call.id) == [a_call(1, A, ended=9.0), a_call(2, A, B)]
    assert await again.password(A) == b"sealed"
    with sqlite3.connect(as_it_was / DATABASE_FILE) as connection:
        assert connection.execute("SELECT count(*) FROM behind").fetchone() == (0,)
    connection.close()
    await again.close()
    await store.close()


async def test_a_password_does_not_wait_for_its_phone(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(phones=[PhoneRecord(id=A)]))
    await store.commit(Batch(passwords={A: b"sealed"}))
    assert await store.password(A) == b"sealed"
    await store.close()


async def test_a_store_that_cannot_catch_up_when_it_is_closed_does_so_when_it_is_opened(
    tmp_path: Path, writer: list[sqlite3.Connection]
) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(calls=[a_call(1, A)]))
    refuse(writer[0], "calls")
    await store.close()
    again = SqlStore(tmp_path)
    assert (await again.open(epoch="e", ended_after=0.0)).calls == [a_call(1, A)]
    await again.close()


async def test_throwing_away_brings_only_what_is_old_to_the_tables(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.commit(Batch(calls=[a_call(1, A, ended=2.0), a_call(2, A, ended=9.0), a_call(3, A)]))
    await store.prune(keep(calls_after=5.0), 100)
    assert await rows_of(tmp_path) == [], "the old one is gone, the others wait as before"
    assert [call.id for call in await store.calls()] == ["c_003", "c_002"]
    await store.close()
