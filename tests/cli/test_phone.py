import http.server
import importlib
import importlib.util
import json
import re
import signal
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.runtime.http_server import bind_tcp
from tests.fakes.terminal import Terminal, in_terminal
from tests.peers.sip_library import need_sip_library
from tests.programs import running

OFFHOOK = [sys.executable, "-m", "offhook"]

SETTINGS = """
[identity]
mac = "02000f00{number}"

[network]
address = "127.0.0.1"
http_port = 0

[[accounts]]
user = "{number}"
display_name = "Desk {number}"
password = "only for this test"
"""


def test_phones_start_from_their_files_and_stop(tmp_path: Path) -> None:
    paths = []
    for number in ("2001", "2002"):
        path = tmp_path / f"{number}.toml"
        path.write_text(SETTINGS.format(number=number))
        paths.append(str(path))
    with running([*OFFHOOK, "phone", *paths]) as program:
        program.wait_for("Ctrl-C stops all of them")
        assert re.search(r"phone is up .*accounts=2001@127\.0\.0\.1 .*url=http://127\.0\.0\.1:\d+", program.output)
        assert program.interrupt() == 0
    assert "Traceback" not in program.output
    assert "only for this test" not in program.output


def test_the_console_of_the_command_line_hears_of_a_restart(tmp_path: Path) -> None:
    starts = threading.Semaphore(0)

    class Console(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "setup_completed" in self.path:
                starts.release()
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    path = tmp_path / "phone.toml"
    path.write_text(SETTINGS.format(number="2001"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Console) as console:
        threading.Thread(target=console.serve_forever).start()
        command = [*OFFHOOK, "phone", str(path), "--console", f"http://127.0.0.1:{console.server_port}"]
        try:
            with running(command) as program:
                program.wait_for("Ctrl-C stops it")
                assert starts.acquire(timeout=20)
                url = program.output.partition("url=")[2].split()[0]
                login = {"Authorization": "Basic YWRtaW46YWRtaW4="}  # admin:admin
                urllib.request.urlopen(urllib.request.Request(f"{url}{ACTIVE_URI_PATH}?key=Reboot", headers=login))
                assert starts.acquire(timeout=20)
        finally:
            console.shutdown()


def test_a_broken_file_is_one_line_that_says_where(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    path.write_text('[network]\nhttp_port = "eighty"\n')
    with running([*OFFHOOK, "phone", str(path)]) as program:
        assert program.wait_end() == 1
    assert program.output.startswith(f"offhook: {path}: network.http_port: ")
    assert program.output.count("\n") == 1


def test_one_port_does_not_serve_two_phones(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    path.write_text(SETTINGS.format(number="2001"))
    with running([*OFFHOOK, "phone", str(path), str(path), "--http-port=0"]) as program:
        assert program.wait_end() == 1
    assert "--http-port" in program.output


def test_phones_with_real_calls_start_and_stop(tmp_path: Path) -> None:
    need_sip_library()
    path = tmp_path / "phone.toml"
    path.write_text(SETTINGS.format(number="2001") + "is_registering = false\n")
    with running([*OFFHOOK, "phone", "--engine", "pjsip", "--sip-port", "0", str(path)]) as program:
        program.wait_for("Ctrl-C stops it")
        assert program.interrupt() == 0
    assert "Traceback" not in program.output


def test_one_port_for_calls_does_not_serve_two_phones(tmp_path: Path) -> None:
    with running([*OFFHOOK, "phone", "--sip-port", "5070", "a.toml", "b.toml"]) as program:
        assert program.wait_end() == 1
    assert "--sip-port: is for one phone" in program.output


def test_without_the_sip_library_one_line_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    importlib.import_module("offhook.cli.phone")  # which looks for other things in that way
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["phone", "--engine", "pjsip", str(tmp_path / "phone.toml")]) == 1
    said = capsys.readouterr().err
    assert "pip install 'offhook[sip]'" in said and said.count("\n") == 1


def two_phones(folder: Path) -> list[str]:
    paths = []
    for number in ("2001", "2002"):
        path = folder / f"{number}.toml"
        path.write_text(SETTINGS.format(number=number))
        paths.append(str(path))
    return paths


def ended_cleanly(terminal: Terminal) -> bool:
    """Whether the terminal is as it was: the other screen left, the cursor shown, keys as before, nothing to say."""
    assert "Traceback" not in terminal.text
    assert terminal.raw.rindex(b"\x1b[?1049l") > terminal.raw.rindex(b"\x1b[?1049h")
    assert terminal.raw.rindex(b"\x1b[?25h") > terminal.raw.rindex(b"\x1b[?25l")
    return bool(terminal.modes == terminal.modes_before)


@pytest.mark.timeout(90)
def test_on_a_terminal_the_screen_is_live_and_the_keyboard_works_it(tmp_path: Path) -> None:
    with in_terminal([*OFFHOOK, "phone", *two_phones(tmp_path)]) as terminal:
        shown = terminal.wait_for("Ctrl-C stops it")
        assert "Phone 1 of 2" in shown and "http://127.0.0.1:" in shown
        terminal.type("2002")
        terminal.wait_for("2002")
        terminal.type("\r")
        terminal.wait_for("Calling")
        terminal.type("\t")
        terminal.wait_for("Incoming call")
        terminal.resize(40, 20)
        terminal.signal(signal.SIGWINCH)
        # A picture of the old width may be on its way; later ones are narrow. Two lines may stand as one here.
        pictures = (terminal.wait_for("Ctrl-C stops it").splitlines() for _ in range(8))
        assert any(max(map(len, picture)) <= 80 for picture in pictures)
        terminal.type("\r")
        terminal.wait_for("talking")
        assert "phone is up" not in terminal.text  # no log in between
        terminal.type("\x03")
        assert terminal.end() == 0
        assert ended_cleanly(terminal)
        assert "only for this test" not in terminal.text


@pytest.mark.timeout(90)
def test_on_a_terminal_without_colours_there_are_none(tmp_path: Path) -> None:
    with in_terminal([*OFFHOOK, "phone", two_phones(tmp_path)[0]], env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("Ctrl-C stops it")
        terminal.signal(signal.SIGTERM)
        assert terminal.end() == 0
        assert not re.search(rb"\x1b\[(?:\d+;)*(?:3[0-7]|9[0-7]|38)[;m]", terminal.raw)
        assert ended_cleanly(terminal)


@pytest.mark.timeout(90)
@pytest.mark.parametrize("how", [["--headless"], ["--json-logs"], "dumb"])
def test_a_terminal_that_is_not_to_be_drawn_on_gets_the_log(tmp_path: Path, how: list[str] | str) -> None:
    flags, env = (how, None) if isinstance(how, list) else ([], {"TERM": "dumb"})
    with in_terminal([*OFFHOOK, "phone", two_phones(tmp_path)[0], *flags], env=env) as terminal:
        terminal.wait_for("Ctrl-C stops it")
        terminal.type("\x03")
        assert terminal.end() == 0
        assert b"\x1b[?1049h" not in terminal.raw
        assert "phone is up" in terminal.text and "setup_completed" in terminal.text


def test_the_log_without_a_terminal_says_every_event(tmp_path: Path) -> None:
    path, other = two_phones(tmp_path)
    with running([*OFFHOOK, "phone", "--json-logs", path, other]) as program:
        program.wait_for("Ctrl-C stops all of them")
        url = json.loads(program.output.splitlines()[1])["url"]
        login = {"Authorization": "Basic YWRtaW46YWRtaW4="}  # admin:admin
        urllib.request.urlopen(urllib.request.Request(f"{url}{ACTIVE_URI_PATH}?number=2002", headers=login))
        program.wait_for('"incoming"')
        assert program.interrupt() == 0
    lines = [json.loads(line) for line in program.output.splitlines()]
    incoming = next(line for line in lines if line.get("name") == "incoming")
    assert (incoming["event"], incoming["phone"], incoming["account"]) == ("event", "02000f002002", "2002")
    assert incoming["remote"] == "sip:2001@127.0.0.1" and incoming["call"]
    assert "only for this test" not in program.output


def test_help_says_what_a_file_is_and_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["phone", "--help"])
    said = capsys.readouterr().out
    assert ended.value.code == 0
    for words in ("--headless", "--console URL", "--engine", "--http-port", "an empty file", "docs/terminal.md"):
        assert words in said


@pytest.mark.timeout(90)
def test_a_port_that_is_taken_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    with bind_tcp("127.0.0.1", 0, flag="") as taken:
        port = taken.getsockname()[1]
        path.write_text(SETTINGS.format(number="2001").replace("http_port = 0", f"http_port = {port}"))
        with in_terminal([*OFFHOOK, "phone", str(path)]) as terminal:
            assert terminal.end() == 1
            assert (
                f"offhook: port {port} on 127.0.0.1 is already in use; choose another with --http-port" in terminal.text
            )
            assert "Traceback" not in terminal.text and b"\x1b[?1049h" not in terminal.raw


def test_a_file_that_is_not_there_is_one_line_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["phone", str(tmp_path / "nowhere.toml")]) == 1
    said = capsys.readouterr().err
    assert "there is no such file; an empty one makes a phone with defaults" in said and said.count("\n") == 1


def test_a_broken_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    path.write_text("[network]\nhttp_port = 8080\nhttp_port = 8081\n")
    assert main(["phone", str(path)]) == 1
    assert path.read_text().endswith("8081\n") and list(tmp_path.iterdir()) == [path]
