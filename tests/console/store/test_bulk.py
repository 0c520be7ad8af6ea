from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, literal, select
from sqlalchemy.dialects import registry

from offhook.console.store.bulk import Bulk
from offhook.console.store.sqlite_engine import open_writer, upsert

TABLE = Table("t", MetaData(), Column("a", Integer, primary_key=True), Column("b", Text), Column("c", Text))


def test_rows_are_written_and_overwritten(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    bulk = Bulk(upsert(TABLE, ["a"], keep=["c"]))
    with engine.begin() as connection:
        TABLE.create(connection)
        bulk.run(connection, [])
        bulk.run(connection, ({"c": f"c{n}", "a": n, "b": f"b{n}"} for n in range(3)))
        bulk.run(connection, [{"a": 1, "b": "new"}])
        assert connection.execute(select(TABLE).order_by(TABLE.c.a)).all() == [
            (0, "b0", "c0"),
            (1, "new", "c1"),
            (2, "b2", "c2"),
        ]
    engine.dispose()


def test_a_statement_with_values_of_its_own_is_refused(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection, pytest.raises(TypeError, match="by position"):
        Bulk(insert(TABLE).values(b=literal("x"))).run(connection, [{"a": 1}])
    engine.dispose()


def test_any_database_can_run_it() -> None:
    compiled = insert(TABLE).compile(dialect=registry.load("postgresql")(), column_keys=["a", "b"])
    assert "INSERT INTO t" in str(compiled)
