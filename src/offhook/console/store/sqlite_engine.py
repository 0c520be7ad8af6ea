"""SQLite as the SQL store's database: the only place that knows what is special about it.

WAL lets readers read while the writer writes. `synchronous=FULL` makes a commit wait for the disk, because a 200 to a
phone promises that. Transactions begin with BEGIN IMMEDIATE, so that a second process that writes is met at the
beginning and not half-way.
Source: https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous; SQLAlchemy's advice on
transactions with the `sqlite3` driver.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, LargeBinary, create_engine, event, func, literal
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.dialects.sqlite.dml import Insert
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.schema import Table

from offhook.console.folding import fold

__all__ = ["DATABASE_FILE", "contains_bytes", "open_reader", "open_writer", "quick_transaction", "upsert"]

DATABASE_FILE = "offhook.db"

_BEGIN_WRITING = "BEGIN IMMEDIATE"
_WRITER_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    # 16 MiB of log before it is copied into the database, so that a page that changes often is copied once; and
    # room for the pages of a busy hour's phones and calls, in KiB.
    "wal_autocheckpoint=4000",
    "cache_size=-32000",
)

_BUSY_TIMEOUT_S = 5.0
"""How long to wait for another process, a back-up say, that holds the database."""


def open_writer(path: Path) -> Engine:
    """Prepare the one connection that writes; the file is made for its owner alone."""
    # SQLite would make it with the default mode; history is nobody else's business.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    return _engine(path, _BEGIN_WRITING, _WRITER_PRAGMAS)


def open_reader(path: Path) -> Engine:
    """Prepare the connection that answers questions."""
    return _engine(path, "BEGIN", ("query_only=ON",))


def contains_bytes(column: Column[bytes], text: str) -> ColumnElement[bool]:
    """Ask for rows that have a text somewhere in their bytes."""
    return func.instr(column, literal(text.encode("utf-8"), LargeBinary)) > 0


@contextmanager
def quick_transaction(connection: Connection) -> Iterator[None]:
    """Begin and commit past SQLAlchemy, for statements that are `Bulk`: what every commit pays, it pays eight times.

    Args:
        connection: Not in a transaction.
    """
    driver = connection.connection.driver_connection
    if driver is None:
        raise TypeError("the connection is closed")
    driver.execute(_BEGIN_WRITING)
    try:
        yield
        driver.execute("COMMIT")
    except BaseException:
        if driver.in_transaction:
            driver.execute("ROLLBACK")
        raise


def upsert(table: Table, keys: Iterable[str], *, keep: Iterable[str] = ()) -> Insert:
    """Write a statement that inserts a row, or updates the one with the same key.

    Args:
        keys: Columns of the primary key.
        keep: Columns that an update leaves as they are.
    """
    statement = insert(table)
    kept = {*keys, *keep}
    changed = {column.name: statement.excluded[column.name] for column in table.c if column.name not in kept}
    return statement.on_conflict_do_update(index_elements=list(keys), set_=changed)


def _engine(path: Path, begin: str, pragmas: tuple[str, ...]) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        connect_args={"timeout": _BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # For searching in names: the database itself knows upper and lower case of English letters only.
        connection.create_function("fold", 1, fold, deterministic=True)

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
