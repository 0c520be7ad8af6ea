from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text

from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.sqlite_engine import open_writer


def test_migrating_twice_does_nothing_the_second_time(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        migrate(connection)
        migrate(connection)
        head = ScriptDirectory.from_config(migration_config(connection)).get_current_head()
        assert MigrationContext.configure(connection).get_current_revision() == head
    engine.dispose()


def test_there_is_one_history(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        assert len(ScriptDirectory.from_config(migration_config(connection)).get_heads()) == 1
    engine.dispose()


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        migrate(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with engine.begin() as connection, pytest.raises(CommandError, match="9999"):
        migrate(connection)
    engine.dispose()
