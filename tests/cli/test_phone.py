import http.server
import importlib.util
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from offhook.cli.main import main
from offhook.protocol.active_uri import ACTIVE_URI_PATH
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
        assert "2001@127.0.0.1: http://127.0.0.1:" in program.output
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
                url = program.output.partition("2001@127.0.0.1: ")[2].split()[0]
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
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["phone", "--engine", "pjsip", str(tmp_path / "phone.toml")]) == 1
    said = capsys.readouterr().err
    assert "pip install 'offhook[sip]'" in said and said.count("\n") == 1
