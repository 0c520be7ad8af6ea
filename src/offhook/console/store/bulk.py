"""Statements for many rows: compiled once for a database, then run on plain tuples.

SQLAlchemy looks at each parameter of each row, and does much around each statement; for what every report writes that
costs more than the database does. So the driver's own cursor runs them, within SQLAlchemy's transaction.
Source: SQLAlchemy, "Working with the DBAPI cursor directly"; docs/performance.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import UpdateBase

__all__ = ["Bulk"]

_Getter = Callable[[Mapping[str, Any]], tuple[Any, ...]]


class Bulk:
    """One insert, upsert or delete."""

    def __init__(self, statement: UpdateBase) -> None:
        """Prepare.

        Args:
            statement: Its parameters are the columns of a row, or have the names of what is given instead.
        """
        self._statement = statement
        self._compiled: dict[str, tuple[str, _Getter]] = {}

    def run(self, connection: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows of one shape; nothing for none."""
        given = list(rows)
        if not given:
            return
        text, values_of = self._for(connection, tuple(given[0]))
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(text, [values_of(row) for row in given])
        finally:
            cursor.close()

    def _for(self, connection: Connection, columns: Sequence[str]) -> tuple[str, _Getter]:
        """Compile for the columns that are given; the text names them in the order in which the driver wants them."""
        key = f"{connection.dialect.name}:{','.join(columns)}"
        found = self._compiled.get(key)
        if found is None:
            compiled = self._statement.compile(dialect=connection.dialect, column_keys=list(columns))
            order = compiled.positiontup
            if order is None or set(order) != set(columns):
                raise TypeError(f"{key}: not a statement of these columns by position")
            found = self._compiled[key] = (str(compiled), _getter(order))
        return found


def _getter(columns: Sequence[str]) -> _Getter:
    """Give what takes these columns out of a row, as a tuple even where it is one alone."""
    if len(columns) == 1:
        (only,) = columns
        return lambda row: (row[only],)
    return itemgetter(*columns)
