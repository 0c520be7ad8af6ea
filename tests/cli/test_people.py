"""Users and tokens from the command line: with a console that runs, and with none."""

import asyncio
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from offhook.cli.main import main
from offhook.console.access import Visitor
from offhook.console_api.scopes import Role
from tests.console.running_console import MAC, RunningConsole, running_console

Run = Callable[..., tuple[int, Any]]


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OFFHOOK_URL", raising=False)
    monkeypatch.delenv("OFFHOOK_TOKEN", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


@pytest.fixture
def offhook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command on a folder on which no console runs; the exit code, and what it printed as JSON."""

    def run(*arguments: str) -> tuple[int, Any]:
        code = main([*arguments, f"--data={tmp_path}", "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else None

    return run


def test_a_user_comes_changes_and_goes_while_no_console_runs(
    offhook: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, anna = offhook("user", "add", "Anna", "--role=supervisor", f"--phone={MAC}", "--group=Sales")
    assert (code, anna["name"], anna["role"], anna["phones"]) == (0, "anna", "supervisor", [MAC])
    assert len(anna["password"]) >= 16
    assert offhook("user", "assign", "anna", "192.0.2.7", "192.0.2.8")[1]["phones"] == ["192.0.2.7", "192.0.2.8"]
    assert offhook("user", "disable", "anna")[1]["is_enabled"] is False
    assert main(["user", "list", f"--data={tmp_path}"]) == 0
    listed = capsys.readouterr().out
    assert "anna" in listed and "disabled" in listed and "supervisor" in listed
    assert offhook("user", "enable", "ANNA")[1]["is_enabled"] is True
    assert offhook("user", "password", "anna")[1]["password"] != anna["password"]
    assert offhook("user", "remove", "anna")[0] == 0
    assert offhook("user", "list") == (0, [])
    assert main(["user", "list", f"--data={tmp_path}"]) == 0
    assert capsys.readouterr().out == "There are no users.\n"


def test_a_token_comes_and_goes(offhook: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, made = offhook("token", "add", "wallboard", "--scope=phones:read", "--scope=events:read", "--expires=30")
    assert (made["token"]["scopes"], len(made["secret"])) == (["phones:read", "events:read"], 43)
    assert [token["name"] for token in offhook("token", "list")[1]] == ["wallboard"]
    assert main(["token", "list", f"--data={tmp_path}"]) == 0
    assert "events:read" in capsys.readouterr().out
    assert offhook("token", "remove", "wallboard")[0] == 0
    assert offhook("token", "list") == (0, []), "the command's own token is gone, too"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["user", "remove", "nobody"], "there is no user 'nobody'"),
        (["token", "remove", "nothing"], "there is no token 'nothing'"),
        (["user", "add", "a b"], "name"),
        (["user", "add", "anna", "--phone=desk"], "'desk' is not the id of a phone"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*arguments, f"--data={tmp_path}"]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_the_password_is_read_where_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert main(["user", "add", "anna", "--password-stdin", f"--data={tmp_path}"]) == 1
    assert "at least 8 characters" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.StringIO("four quiet words\n"))
    assert main(["user", "add", "anna", "--password-stdin", f"--data={tmp_path}"]) == 0
    assert capsys.readouterr().out == "anna is an operator now\n"


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        (["four quiet words", "four quiet words"], 0, "anna is an operator now\n"),
        (["four quiet words", "another"], 1, "not the same"),
        ([""], 0, "shown this once"),
    ],
)
def test_the_password_is_asked_for_at_a_keyboard(
    typed: list[str],
    code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Keyboard(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Keyboard())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: typed.pop(0))
    assert main(["user", "add", "anna", f"--data={tmp_path}"]) == code
    assert said in "".join(capsys.readouterr())


async def offhook_elsewhere(console: RunningConsole, *arguments: str) -> int:
    """The program as a process of its own: this one's loop belongs to the console."""
    command = [sys.executable, "-m", "offhook", *arguments, f"--url={console.app.api_url}"]
    program = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.DEVNULL)
    return await program.wait()


async def test_a_console_that_runs_is_asked(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        (tmp_path / "api-token").write_text(console.token)
        await console.report("setup_completed")
        await console.ask("PUT", f"/phones/{MAC}", {"name": "Anna Berg", "extension": "1001"})
        here = f"--data={tmp_path}"
        assert await offhook_elsewhere(console, "user", "add", "anna", "--phone=anna berg", here) == 0
        (anna,) = console.app.access.users.all()
        assert (anna.name, anna.phones) == ("anna", (MAC,))
        session = await console.app.access.open_session(anna, Visitor())
        assert await offhook_elsewhere(console, "user", "password", "anna", here) == 0
        assert await console.app.access.principal("", f"offhook_console={session}") is None
        assert anna.role is Role.OPERATOR
