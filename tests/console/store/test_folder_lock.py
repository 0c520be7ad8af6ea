import stat
from pathlib import Path

import pytest

from offhook.console.store.folder_lock import LOCK_FILE, FolderLock
from offhook.errors import DataFolderError


def test_a_folder_is_one_consoles_at_a_time(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path), FolderLock(tmp_path)
    first.take()
    with pytest.raises(DataFolderError, match=r"another console is using it; name another with --data"):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()


def test_its_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    lock = FolderLock(tmp_path)
    lock.take()
    assert stat.S_IMODE((tmp_path / LOCK_FILE).stat().st_mode) == 0o600
    lock.release()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FolderLock(tmp_path / "none").take()
