"""Flags come before the environment, and that before what ran on this machine."""

import os
from argparse import Namespace
from pathlib import Path

import pytest

from offhook.cli.which_console import DEFAULT_URL, console_of
from offhook.errors import ConfigError


def flags(folder: Path, url: str | None = None, token: str | None = None) -> Namespace:
    return Namespace(url=url, token=token, data=str(folder))


def test_flags_environment_and_token_file_in_this_order(tmp_path: Path) -> None:
    (tmp_path / "api-token").write_text("from-file\n")
    assert console_of(flags(tmp_path), {}) == (DEFAULT_URL, "from-file")
    environment = {"OFFHOOK_URL": "https://console", "OFFHOOK_TOKEN": "from-environment"}
    assert console_of(flags(tmp_path), environment) == ("https://console", "from-environment")
    assert console_of(flags(tmp_path, "http://flag", "from-flag"), environment) == ("http://flag", "from-flag")


def test_the_token_of_what_ran_last(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    for at, name in enumerate(("api-token", "demo/api-token")):
        (tmp_path / name).write_text(name)
        os.utime(tmp_path / name, (at, at))
    assert console_of(flags(tmp_path), {})[1] == "demo/api-token"
    os.utime(tmp_path / "api-token", (9, 9))
    assert console_of(flags(tmp_path), {})[1] == "api-token"


@pytest.mark.parametrize(
    ("url", "token", "words"),
    [
        ("console:8800", "t", "no address"),
        (None, "two\nlines", "one line"),
        (None, None, "no token file"),
    ],
)
def test_what_cannot_be_used(tmp_path: Path, url: str | None, token: str | None, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        console_of(flags(tmp_path, url, token), {})


def test_a_token_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "api-token").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="cannot be read"):
        console_of(flags(tmp_path), {})
