import json
import re
import socket
import sys
import urllib.request
from pathlib import Path

import pytest

from offhook.demo.cast import CAST
from tests.peers.sip_library import need_sip_library
from tests.peers.wav import strength_at
from tests.programs import running

OFFHOOK = [sys.executable, "-m", "offhook"]
ANY_PORTS = ["--api-port=0", "--listener-port=0", "--phones-port=0"]


def test_it_says_where_everything_is_and_one_ctrl_c_stops_all(tmp_path: Path) -> None:
    with running([*OFFHOOK, "demo", f"--data={tmp_path}", *ANY_PORTS]) as program:
        program.wait_for("Ctrl-C stops")
        link = re.search(r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+", program.output)
        assert link is not None, program.output
        with urllib.request.urlopen(link[0]) as page:
            assert page.status == 200
        for extension in ("1001", "1002", "1003"):
            assert re.search(rf"Phone {extension} +http://127\.0\.0\.1:\d+/face ", program.output)
        api = re.search(r"http://127\.0\.0\.1:\d+/api/v1", program.output)
        assert api is not None
        token = (tmp_path / "demo" / "api-token").read_text("ascii").strip()
        assert token not in program.output
        request = urllib.request.Request(f"{api[0]}/phones", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(request) as answer:
            phones = json.load(answer)
        assert {phone["extension"] for phone in phones} == {"1001", "1002", "1003"}
        assert all(phone["state"] == "idle" for phone in phones)
        assert program.interrupt() == 0
    assert "Traceback" not in program.output


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_the_tour_ends_by_itself_and_every_step_is_confirmed(tmp_path: Path) -> None:
    with running([*OFFHOOK, "demo", "--tour", f"--data={tmp_path}", *ANY_PORTS]) as program:
        program.wait_for("steps done")
        assert program.wait_end() == 0, program.output
    assert "✗" not in program.output, program.output
    for event in ("outgoing", "incoming", "established", "hold", "unhold", "blind_transfer", "missed", "dnd_on"):
        assert f"GET /{event}.xml?mac=" in program.output


@pytest.mark.slow
@pytest.mark.timeout(90)
def test_the_tour_with_real_calls_and_what_was_heard_in_them(tmp_path: Path) -> None:
    need_sip_library()
    command = [*OFFHOOK, "demo", "--engine", "pjsip", "--sip-port=0", "--tour", f"--data={tmp_path}", *ANY_PORTS]
    with running(command) as program:
        program.wait_for("steps done")
        assert program.wait_end() == 0, program.output
    assert "✗" not in program.output, program.output
    anna, ben, _ = CAST
    # Both ends of the same call: each has the other's tone, at its frequency.
    for listener, speaker in ((anna, ben), (ben, anna)):
        kept = list((tmp_path / "demo" / "recordings" / listener.extension).glob("*.wav"))
        assert max(strength_at(path, speaker.tone_hz) for path in kept) > 0.3


@pytest.mark.parametrize(
    ("flag", "others"),
    [
        ("--api-port", ["--listener-port=0", "--phones-port=0"]),
        ("--listener-port", ["--api-port=0", "--phones-port=0"]),
        ("--phones-port", ["--api-port=0", "--listener-port=0"]),
    ],
)
def test_a_taken_port_is_one_line_that_names_port_and_flag(flag: str, others: list[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running([*OFFHOOK, "demo", f"--data={tmp_path}", f"{flag}={port}", *others]) as program:
            assert program.wait_end() == 1
    assert program.output == (f"offhook: port {port} on 127.0.0.1 is already in use; choose another with {flag}\n")
