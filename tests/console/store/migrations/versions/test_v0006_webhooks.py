from pathlib import Path

from alembic import command
from sqlalchemy import inspect, text

from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.migrations.versions import v0006_webhooks
from offhook.console.store.sqlite_engine import open_writer


def test_the_tables_are_made_and_letters_go_with_their_webhook(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        assert v0006_webhooks.down_revision is not None
        command.upgrade(migration_config(connection), v0006_webhooks.down_revision)
        assert not inspect(connection).has_table("webhooks")
        migrate(connection)
        connection.execute(text("INSERT INTO webhooks VALUES ('wh_1', 1.0, '{}', '{}')"))
        connection.execute(text("INSERT INTO letters VALUES (1, 'wh_1', 'm', 'call.held', 1.0, 3, 'x', '{}', 0)"))
        connection.execute(text("DELETE FROM webhooks"))
        assert connection.scalar(text("SELECT count(*) FROM letters")) == 0
    engine.dispose()
