"""The data folder, on the real file system."""

import stat
from pathlib import Path

import platformdirs
import pytest

from offhook.errors import DataFolderError
from offhook.runtime.data_folder import open_data_folder


def test_it_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = open_data_folder(tmp_path / "deep" / "data")
    assert folder == tmp_path / "deep" / "data"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


def test_an_existing_folder_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert open_data_folder(tmp_path) == tmp_path
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_without_a_name_it_is_the_platforms_user_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    folder = open_data_folder()
    assert folder == platformdirs.user_data_path("offhook", appauthor=False)
    assert folder.is_relative_to(tmp_path)
    assert folder.name == "offhook"


def test_a_relative_path_becomes_absolute_and_home_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert open_data_folder(Path("here")) == tmp_path / "here"
    assert open_data_folder(Path("~/there")) == tmp_path / "there"


def test_a_file_in_its_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataFolderError, match="exists and is not a folder") as caught:
        open_data_folder(tmp_path / "data")
    assert caught.value.path == str(tmp_path / "data")


def test_a_folder_that_cannot_be_made_is_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="not a directory; name another with --data"):
        open_data_folder(tmp_path / "file" / "data")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Root may write everywhere, so the refusal is made where it would come from.
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(DataFolderError, match="permission denied"):
        open_data_folder(tmp_path)


def test_a_home_that_nobody_knows_is_an_error_too() -> None:
    with pytest.raises(DataFolderError, match="home"):
        open_data_folder(Path("~nobody-of-that-name/data"))
