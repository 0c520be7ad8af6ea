"""Keeping an API token where the user's programs find it: a file that only the user can read.

A token is a password, so it is never printed; its file's place is.
"""

import os
from pathlib import Path

from offhook.errors import DataFolderError

__all__ = ["write_token"]


def write_token(path: Path, token: str) -> None:
    """Write a token to a file of mode 0600, replacing what was there.

    Raises:
        DataFolderError: The file cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # a file that exists would keep its mode
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w", encoding="ascii") as file:
            file.write(token + "\n")
    except OSError as error:
        raise DataFolderError(str(path), (error.strerror or str(error)).lower()) from error
