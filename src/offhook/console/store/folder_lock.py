"""One console for a data folder: two would number their events alike, and each commit of one would fail the other's.

The lock is the system's, on a file of its own, so it goes with the process that held it, however that ended. It is not
on the database: closing any descriptor of that file would let go of SQLite's own locks.
Source: flock(2); https://www.sqlite.org/howtocorrupt.html §2.2.
"""

import fcntl
import os
from pathlib import Path

from offhook.errors import DataFolderError

__all__ = ["LOCK_FILE", "FolderLock"]

LOCK_FILE = "console.lock"


class FolderLock:
    """Holds a folder from `take` to `release`."""

    def __init__(self, folder: Path) -> None:
        """Prepare; nothing is opened before `take`."""
        self._folder = folder
        self._file: int | None = None

    def take(self) -> None:
        """Lock the folder.

        Raises:
            DataFolderError: Another console has it.
            OSError: The lock's file cannot be made.
        """
        file = os.open(self._folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(file)
            raise DataFolderError(str(self._folder), "another console is using it") from error
        except OSError:
            os.close(file)
            raise
        self._file = file

    def release(self) -> None:
        """Let the folder go; may be called twice. The file stays: removing it would race with who takes it next."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
