from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from offhook.console.store.history import HistorySearch, Position, TallySearch
from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from offhook.console.store.sql_history import _history
from offhook.console.store.sqlite_engine import DATABASE_FILE, open_reader
from tests.console.store.history_contract import A, HistoryContract


class TestSqlHistory(HistoryContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)


async def test_one_phones_history_is_answered_by_its_index(tmp_path: Path) -> None:
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.close()
    asked: list[tuple[str, Any]] = []
    engine = open_reader(tmp_path / DATABASE_FILE)

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_connection: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        asked.append((statement, given))

    search = HistorySearch(phones=frozenset({A}), after=1.0, before=Position(5.0, "c_1", A))
    with engine.connect() as connection:
        _history(connection, search)
        statement, given = asked[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    told = [row.detail for row in plan]
    engine.dispose()
    assert told[0].startswith("SEARCH connections USING INDEX connections_by_phone (phone=? AND call_began>? AND")
    assert not any("SCAN" in step or step == "USE TEMP B-TREE FOR ORDER BY" for step in told), told


async def test_a_search_of_everything_leaves_the_quick_reader_alone(tmp_path: Path) -> None:
    class Watched(SqlStore):
        leisurely = 0

        async def _read_at_leisure(self, work: Callable[[Connection], Any]) -> Any:
            self.leisurely += 1
            return await super()._read_at_leisure(work)

    store = Watched(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    await store.history(HistorySearch(phones=frozenset({A})))
    assert store.leisurely == 0
    await store.history(HistorySearch())
    await store.history(HistorySearch(phones=frozenset({A}), text="x"))
    await store.tallies_by_phone(TallySearch(after=0.0, until=1.0, within_s=1.0))
    assert store.leisurely == 3
    await store.close()
