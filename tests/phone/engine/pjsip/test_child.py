"""The child process by itself, at its pipes."""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.peers.sip_library import need_sip_library

LIMIT_S = 10.0


class Child:
    def __init__(self) -> None:
        self.program = subprocess.Popen(
            [sys.executable, "-m", "offhook.phone.engine.pjsip.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    def say(self, **order: Any) -> None:
        self.write(json.dumps(order).encode() + b"\n")

    def write(self, raw: bytes) -> None:
        assert self.program.stdin is not None
        self.program.stdin.write(raw)

    def hear(self) -> dict[str, Any]:
        assert self.program.stdout is not None
        heard: dict[str, Any] = json.loads(self.program.stdout.readline())
        return heard


@pytest.fixture
def child() -> Iterator[Child]:
    need_sip_library()
    one = Child()
    yield one
    one.program.kill()
    one.program.communicate(timeout=LIMIT_S)


def start(child: Child) -> None:
    child.say(type="configure", generation=1, address="127.0.0.1")
    heard = child.hear()
    assert heard["type"] == "ready" and heard["port"] > 0


def test_it_ends_when_told_to(child: Child) -> None:
    start(child)
    child.say(type="stop")
    assert child.program.wait(LIMIT_S) == 0


def test_it_ends_when_its_phone_is_gone(child: Child) -> None:
    start(child)
    assert child.program.stdin is not None
    child.program.stdin.close()
    child.program.stdin = None
    assert child.program.wait(LIMIT_S) == 0


def test_it_ends_when_nobody_listens_to_it(child: Child) -> None:
    start(child)
    assert child.program.stdout is not None
    child.program.stdout.close()
    child.program.stdout = None
    child.say(type="place", call="c", account="nobody", target="1")
    assert child.program.wait(LIMIT_S) == 0


def test_ctrl_c_is_for_the_phone(child: Child) -> None:
    start(child)
    child.program.send_signal(signal.SIGINT)
    child.say(type="place", call="c", account="nobody", target="1")
    assert child.hear() == {"type": "ended", "call": "c", "how": "failed", "status": 403, "by_remote": True}


def test_lines_that_are_no_orders_are_mentioned_and_skipped(child: Child) -> None:
    start(child)
    child.write(b'\xff\xfe\n{"type":"ring"}\n\n{"type":"fly","call":"c"}\n')
    child.say(type="ring", call="no such call")
    child.say(type="place", call="c", account="nobody", target="1")
    assert child.hear()["status"] == 403
    child.say(type="stop")
    assert child.program.stderr is not None
    assert child.program.stderr.read().count(b"no order:") == 3


def test_orders_come_in_pieces(child: Child) -> None:
    start(child)
    line = json.dumps({"type": "place", "call": "c", "account": "nobody", "target": "1"}).encode() + b"\n"
    for byte in line:
        child.write(bytes([byte]))
    assert child.hear()["call"] == "c"


def test_whoever_does_not_begin_with_the_settings_is_not_served(child: Child) -> None:
    child.say(type="ring", call="c")
    assert child.program.wait(LIMIT_S) == 0


def test_an_address_that_is_not_ours_is_said(child: Child) -> None:
    child.say(type="configure", generation=1, address="192.0.2.1")
    heard = child.hear()
    assert heard["type"] == "not_ready" and heard["reason"]
    assert child.program.wait(LIMIT_S) == 0


def test_its_memory_with_the_passwords_is_not_written_to_disk(child: Child) -> None:
    start(child)
    assert resource.prlimit(child.program.pid, resource.RLIMIT_CORE) == (0, 0)
