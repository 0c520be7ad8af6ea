import stat
import sys
from pathlib import Path

import pytest

from tests.programs import running

OFFHOOK = [sys.executable, "-m", "offhook"]


def test_it_starts_says_where_and_stops(tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", "--api-port=0", "--listener-port=0"]) as program:
        program.wait_for("Ctrl-C stops")
        assert "/sign-in?token=" in program.output
        token = tmp_path / "api-token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        assert token.read_text("ascii").strip() not in program.output
        assert program.interrupt() == 0
    assert "Traceback" not in program.output


@pytest.mark.parametrize(("host", "is_said"), [("127.0.0.9", False), ("localhost", False), ("0.0.0.0", True)])
def test_an_open_port_is_said_to_be_one(host: str, is_said: bool, tmp_path: Path) -> None:
    ports = ["--api-port=0", "--listener-port=0", f"--listener-host={host}"]
    with running([*OFFHOOK, "console", f"--data={tmp_path}", *ports]) as program:
        program.wait_for("Ctrl-C stops")
        assert ("Anybody who reaches that port can report" in program.output) is is_said
        assert program.interrupt() == 0


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "no-such-file"
    command = [*OFFHOOK, "console", f"--data={tmp_path}", f"--listener-secret-file={missing}"]
    with running(command) as program:
        assert program.wait_end() == 1
    assert program.output.startswith(f"offhook: {missing}: --listener-secret-file: cannot be read")
    assert program.output.count("\n") == 1


def test_an_empty_secret_would_let_everybody_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("\n")
    with running([*OFFHOOK, "console", f"--data={tmp_path}", f"--listener-secret-file={secret}"]) as program:
        assert program.wait_end() == 1
    assert "one line of text" in program.output


def test_keeping_too_little_is_refused(tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", "--keep-events=10"]) as program:
        assert program.wait_end() == 1
    assert "--keep-events: at least 1000" in program.output
