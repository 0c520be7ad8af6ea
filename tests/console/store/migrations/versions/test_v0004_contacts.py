from pathlib import Path

from alembic import command
from sqlalchemy import inspect

from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.sqlite_engine import open_writer


def test_the_tables_are_added(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0003")
        assert not inspect(connection).has_table("contacts")
        migrate(connection)
        assert {"contacts", "contact_keys", "call_notes"} <= set(inspect(connection).get_table_names())
    engine.dispose()
