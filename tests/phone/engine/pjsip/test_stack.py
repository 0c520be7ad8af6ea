"""Ports and codecs."""

import re
import socket
from collections.abc import Iterator

import pytest

from tests.phone.engine.pjsip.conftest import MakeSip


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        one.settimeout(5.0)
        yield one


async def test_calls_offer_the_codecs_that_exchanges_expect_first(sip: MakeSip, listener: socket.socket) -> None:
    ann = await sip()
    ann.engine.place("own", f"127.0.0.1:{listener.getsockname()[1]}")
    invite = listener.recv(65536).decode()
    offered = re.search(r"^m=audio \d+ \S+ (.*)$", invite, re.MULTILINE)
    assert offered is not None
    assert offered.group(1).split()[:3] == ["9", "8", "0"]  # G.722, A-law, mu-law (RFC 3551)
    assert "telephone-event/8000" in invite


async def test_it_listens_for_datagrams_and_connections_at_one_port(sip: MakeSip) -> None:
    ann = await sip()
    with socket.create_connection(("127.0.0.1", ann.engine.port), timeout=5):
        pass
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken, pytest.raises(OSError):
        taken.bind(("127.0.0.1", ann.engine.port))


async def test_the_program_says_who_it_is_and_nothing_more(sip: MakeSip, listener: socket.socket) -> None:
    ann = await sip()
    ann.engine.place("own", f"127.0.0.1:{listener.getsockname()[1]}")
    agent = re.search(r"^User-Agent: (.*)\r$", listener.recv(65536).decode(), re.MULTILINE)
    assert agent is not None and re.fullmatch(r"offhook/[\d.]+", agent.group(1))
