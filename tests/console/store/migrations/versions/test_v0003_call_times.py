import json
from pathlib import Path

from alembic import command
from sqlalchemy import text

from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.sqlite_engine import open_writer

CONNECTION = {
    "phone": "a1",
    "state": "null",
    "began": 2.0,
    "direction": "incoming",
    "remote": {"number": "1\x00", "name": "Zoë"},
    "answered": 3.0,
    "ended": 4.0,
}


def test_calls_of_before_get_their_times(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0002")
        record = json.dumps({"id": "c_1", "began": 1.0, "connections": [CONNECTION, {"phone": "b2", "began": 2.5}]})
        connection.execute(
            text(
                "INSERT INTO calls (id, began, ended, record)"
                " VALUES ('c_1', 1.0, 4.0, :record), ('c_2', 1.0, 4.0, '{}')"
            ),
            {"record": record.encode()},
        )
        migrate(connection)
        found = connection.execute(text("SELECT * FROM connections ORDER BY phone")).mappings().all()
        assert [dict(row) for row in found] == [
            {
                "call": "c_1",
                "phone": "a1",
                "call_began": 1.0,
                "began": 2.0,
                "answered": 3.0,
                "ended": 4.0,
                "direction": "incoming",
                "number": "1\ufffd",
                "name": "Zoë",
                "is_missed": 0,
            },
            {
                "call": "c_1",
                "phone": "b2",
                "call_began": 1.0,
                "began": 2.5,
                "answered": None,
                "ended": None,
                "direction": "unknown",
                "number": "",
                "name": "",
                "is_missed": 0,
            },
        ]
    engine.dispose()
