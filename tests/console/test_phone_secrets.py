import stat
from pathlib import Path

import pytest

from offhook.console.phone_secrets import KEY_FILE, PhoneSecrets
from offhook.errors import ConfigError, DataFolderError


def test_what_is_encrypted_can_be_read_again_with_the_same_folder(tmp_path: Path) -> None:
    stored = PhoneSecrets.in_folder(tmp_path).encrypt("gehe;im")
    assert b"gehe" not in stored
    assert PhoneSecrets.in_folder(tmp_path).decrypt(stored) == "gehe;im"


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    PhoneSecrets.in_folder(tmp_path)
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_another_key_is_told_apart_from_a_wrong_password(tmp_path: Path) -> None:
    stored = PhoneSecrets.for_tests().encrypt("x")
    with pytest.raises(ConfigError, match="set them again"):
        PhoneSecrets.in_folder(tmp_path).decrypt(stored)


def test_a_spoilt_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("no key")
    with pytest.raises(ConfigError, match=KEY_FILE):
        PhoneSecrets.in_folder(tmp_path)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="missing"):
        PhoneSecrets.in_folder(tmp_path / "missing")
