from pathlib import Path

from alembic import command
from sqlalchemy import text

from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.sqlite_engine import open_writer


def test_logins_of_before_end(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0001")
        connection.execute(text("INSERT INTO logins VALUES ('h', 'session', 'operator', 1.0, 2.0)"))
        migrate(connection)
        for table in ("logins", "users", "audit"):
            assert connection.scalar(text(f"SELECT count(*) FROM {table}")) == 0
    engine.dispose()
