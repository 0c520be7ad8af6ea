"""Statements for many rows: compiled once for a database, then run on plain tuples.

SQLAlchemy looks at each parameter of each row, and does much around each statement; for what every report writes that
costs more than the database does. So the driver's own cursor runs them, within SQLAlchemy's transaction.
Source: SQLAlchemy, "Working with the DBAPI cursor directly"; docs/performance.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.sql.dml import Insert

__all__ = ["Bulk"]


class Bulk:
    """One insert or upsert."""

    def __init__(self, statement: Insert) -> None:
        """Prepare.

        Args:
            statement: An insert into a table; what it does on a conflict is its own business.
        """
        self._statement = statement
        self._compiled: dict[str, tuple[str, itemgetter[Any]]] = {}

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

    def _for(self, connection: Connection, columns: Sequence[str]) -> tuple[str, "itemgetter[Any]"]:
        """Compile for the columns that are given; the text names them in the order in which the driver wants them."""
        key = f"{connection.dialect.name}:{','.join(columns)}"
        found = self._compiled.get(key)
        if found is None:
            compiled = self._statement.compile(dialect=connection.dialect, column_keys=list(columns))
            order = compiled.positiontup
            if order is None or set(order) != set(columns):
                raise TypeError(f"{key}: not a statement of these columns by position")
            found = self._compiled[key] = (str(compiled), itemgetter(*order))
        return found
