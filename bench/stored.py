"""What a console has in its database, read without the console."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from offhook.console.store.segment import read_actions

__all__ = ["stored_requests"]


def stored_requests(database: Path) -> Iterator[bytes]:
    """Give the target of every Action URL request, in order."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as store:
        for (body,) in store.execute("SELECT body FROM journal ORDER BY number"):
            for action in read_actions(body):
                yield action.request
