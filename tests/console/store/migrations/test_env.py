from pathlib import Path

from sqlalchemy import inspect

from offhook.console.store.migration import migrate
from offhook.console.store.sqlite_engine import open_writer


def test_the_steps_run_within_the_transaction_they_are_given(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.connect() as connection:
        connection.begin()
        migrate(connection)
        assert inspect(connection).has_table("journal")
        connection.rollback()
    with engine.connect() as connection:
        assert not inspect(connection).has_table("journal")
    engine.dispose()
