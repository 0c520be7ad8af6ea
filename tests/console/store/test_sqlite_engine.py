import stat
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from offhook.console.store.schema import METADATA, meta, phones
from offhook.console.store.sqlite_engine import open_reader, open_writer, upsert


def test_what_is_rolled_back_is_gone_tables_too(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.connect() as connection:
        METADATA.create_all(connection)
        connection.rollback()
    with engine.connect() as connection, pytest.raises(OperationalError, match="no such table"):
        connection.execute(select(meta))
    engine.dispose()


def test_the_reader_cannot_write(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "x.db")
    METADATA.create_all(writer)
    reader = open_reader(tmp_path / "x.db")
    with reader.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(insert(meta), {"key": "k", "value": "v"})
    reader.dispose()
    writer.dispose()


def test_the_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    open_writer(tmp_path / "x.db").dispose()
    assert stat.S_IMODE((tmp_path / "x.db").stat().st_mode) == 0o600


def test_an_upsert_updates_all_but_keys_and_what_is_to_be_kept(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    METADATA.create_all(engine)
    statement = upsert(phones, ["id"], keep=["password"])
    row = {"id": "a", "is_set_up": False, "name": "one", "record": b"1", "password": b"secret"}
    with engine.begin() as connection:
        connection.execute(statement, [row])
        connection.execute(statement, [row | {"name": "two", "password": None}])
        assert connection.execute(select(phones.c.name, phones.c.password)).all() == [("two", b"secret")]
    engine.dispose()
