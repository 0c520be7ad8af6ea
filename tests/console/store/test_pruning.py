"""Throwing away looks only at what goes: a step costs the same in a large store as in a small one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, insert

from offhook.console.store.migration import migrate
from offhook.console.store.port import Keep
from offhook.console.store.pruning import oldest_event, prune
from offhook.console.store.schema import journal
from offhook.console.store.sqlite_engine import DATABASE_FILE, open_writer


@contextmanager
def a_database(folder: Path) -> Iterator[tuple[Engine, Connection]]:
    engine = open_writer(folder / DATABASE_FILE)
    try:
        with engine.begin() as connection:
            migrate(connection)
            yield engine, connection
    finally:
        engine.dispose()


def test_no_statement_goes_through_a_table(tmp_path: Path) -> None:
    with a_database(tmp_path) as (engine, connection):
        rows = [
            {"events": 1, "last_seq": seq, "actions": 0, "last_action": 0, "time": "2026-01-05", "body": b""}
            for seq in range(1, 101)
        ]
        connection.execute(insert(journal), rows)
        said: list[tuple[str, Any]] = []

        @event.listens_for(engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
            said.append((statement, values))

        keep = Keep(after=1.8e9, newest=10, calls_after=1.0, commands_after=1.0)
        assert prune(connection, keep, 7).oldest == 8
        plans = [
            step
            for statement, values in tuple(said)
            for (*_, step) in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
        assert len(plans) >= 6
        # The first row and the largest number are found at the ends of the table, whatever the plan calls it.
        ends = {"SCAN journal"}
        assert [plan for plan in plans if plan.startswith("SCAN") and plan not in ends] == []


def test_the_oldest_of_none_is_one(tmp_path: Path) -> None:
    with a_database(tmp_path) as (_, connection):
        assert oldest_event(connection) == 1
