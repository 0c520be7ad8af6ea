"""The folder that holds what must survive a restart: the store, secrets, settings made in a page."""

import tempfile
from pathlib import Path

import platformdirs

from offhook.errors import DataFolderError

__all__ = ["open_data_folder"]


def open_data_folder(explicit: Path | None = None) -> Path:
    """Find the data folder, make it if it is not there, and prove that it can be written.

    A folder made here is for its owner alone (0700): it will hold secrets. A folder that exists keeps its
    mode, since somebody chose it.

    Args:
        explicit: The folder the user named; ``~`` is expanded. ``None``: the platform's user-data folder.
    Returns:
        Absolute path of an existing, writable folder.
    Raises:
        DataFolderError: it cannot be made, is no folder, or cannot be written.
    """
    chosen = explicit if explicit is not None else platformdirs.user_data_path("offhook", appauthor=False)
    try:
        folder = chosen.expanduser().absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Only a real write tells: permission bits say nothing about read-only mounts, quotas or root.
        with tempfile.TemporaryFile(dir=folder):
            pass
    except FileExistsError as error:
        raise DataFolderError(str(chosen), "it exists and is not a folder") from error
    except OSError as error:
        raise DataFolderError(str(chosen), (error.strerror or str(error)).lower()) from error
    except RuntimeError as error:  # pathlib: there is no home to expand ``~`` to
        raise DataFolderError(str(chosen), str(error)) from error
    return folder
