"""Ports and codecs."""

import re
import socket
from collections.abc import Iterator

import pytest

from offhook.phone.engine.port import CallEnded
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
    assert "\r\nSession-Expires: 600\r\n" in invite  # a peer that vanishes is noticed (RFC 4028)


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


async def test_sound_is_encrypted_where_it_has_to_be(sip: MakeSip) -> None:
    ann, bob = await sip("1001", encryption="required"), await sip("1002")
    await ann.call(bob)


async def test_a_phone_that_must_encrypt_takes_no_plain_call(sip: MakeSip) -> None:
    ann, bob = await sip("1001", encryption="off"), await sip("1002", encryption="required")
    ann.engine.place("own", bob.address)
    assert (await ann.heard(CallEnded)).status in (406, 488)


async def test_plain_phones_offer_no_keys(sip: MakeSip, listener: socket.socket) -> None:
    ann = await sip(encryption="off")
    ann.engine.place("own", f"127.0.0.1:{listener.getsockname()[1]}")
    assert "a=crypto" not in listener.recv(65536).decode()
