import stat
from pathlib import Path

import pytest

from offhook.cli.api_token import write_token
from offhook.errors import DataFolderError


def test_only_the_user_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "api-token"
    write_token(path, "abc")
    assert path.read_text("ascii") == "abc\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_everybody_could_read_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "api-token"
    path.write_text("old")
    path.chmod(0o644)
    write_token(path, "new")
    assert path.read_text("ascii") == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="file"):
        write_token(tmp_path / "file" / "api-token", "abc")
