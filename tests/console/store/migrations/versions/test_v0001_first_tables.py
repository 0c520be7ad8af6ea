from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from offhook.console.store.migration import migrate
from offhook.console.store.schema import METADATA
from offhook.console.store.sqlite_engine import open_writer


def test_after_all_steps_the_tables_are_those_of_the_schema(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        migrate(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()
