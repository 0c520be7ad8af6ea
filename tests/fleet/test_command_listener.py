import asyncio
import base64
import contextlib
import hashlib
import re
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from offhook.errors import PortTaken
from offhook.fleet.command_listener import CommandListener
from offhook.fleet.tally import Tally
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.events import Event
from tests.fakes.waiting import until
from tests.fleet.kit import SmallFleet

BASIC = "Authorization: Basic " + base64.b64encode(b"admin:admin").decode()


class Listening:
    def __init__(self, tie: Callable[[socket.socket], None] | None = None) -> None:
        self.fleet = SmallFleet(2)
        self.fleet.switch_on()
        self.tally = Tally()
        self.listener = CommandListener(self.phone_at, self.tally, self.fleet.clock, tie_to_loopback=tie)

    def phone_at(self, address: str) -> VirtualPhone | None:
        return next((phone for phone in self.fleet.phones if phone.address == address), None)

    async def send(self, raw: bytes, address: str | None = None) -> bytes:
        reader, writer = await asyncio.open_connection(
            address or self.fleet.phones[0].address, self.listener.port, local_addr=("127.0.0.9", 0)
        )
        try:
            writer.write(raw)
            async with asyncio.timeout(5):
                return await reader.read()
        finally:
            writer.close()

    async def ask(self, query: str, *headers: str, address: str | None = None, path: str = ACTIVE_URI_PATH) -> bytes:
        head = "\r\n".join([f"GET {path}?{query} HTTP/1.1", *headers])
        return await self.send(head.encode() + b"\r\n\r\n", address)


@asynccontextmanager
async def listening(tie: Callable[[socket.socket], None] | None = None) -> AsyncIterator[Listening]:
    made = Listening(tie)
    await made.listener.start(0)
    try:
        yield made
    finally:
        await made.listener.stop()


def status_of(answer: bytes) -> int:
    return int(answer[9:12])


def digest(answer: bytes, target: str, password: str = "admin", count: int = 1) -> str:
    """What a client makes of the first challenge."""
    found = re.search(rb'Digest realm="([^"]+)".*nonce="([^"]+)"', answer)
    assert found is not None
    realm, nonce = found[1].decode(), found[2].decode()

    def h(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    nc = f"{count:08x}"
    response = h(f"{h(f'admin:{realm}:{password}')}:{nonce}:{nc}:c:auth:{h(f'GET:{target}')}")
    return (
        f'Authorization: Digest username="admin", realm="{realm}", nonce="{nonce}", uri="{target}", qop=auth, '
        f'nc={nc}, cnonce="c", response="{response}"'
    )


async def test_the_phone_that_was_connected_to_obeys() -> None:
    async with listening() as at:
        second = at.fleet.phones[1]
        answer = await at.ask(f"number={at.fleet.phones[0].number}", BASIC, address=second.address)
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nOK\n")
        assert Event.OUTGOING in at.fleet.events_of(second) or second.engine.legs
        assert not at.fleet.events_of(at.fleet.phones[0])
        assert at.tally.commands == 1


async def test_digest_is_taken_and_not_twice() -> None:
    async with listening() as at:
        challenge = await at.ask("key=DNDOn")
        assert status_of(challenge) == 401 and b"Basic realm" in challenge
        target = f"{ACTIVE_URI_PATH}?key=DNDOn"
        header = digest(challenge, target)
        assert status_of(await at.ask("key=DNDOn", header)) == 200
        assert at.fleet.phones[0].device.is_dnd
        again = await at.ask("key=DNDOn", header)
        assert status_of(again) == 401 and b"stale=true" in again
        assert status_of(await at.ask("key=DNDOff", header)) == 401
        assert (
            status_of(await at.ask("key=DNDOn", digest(challenge, target), address=at.fleet.phones[1].address)) == 401
        )


async def test_whoever_guesses_has_to_wait_at_that_phone_only() -> None:
    wrong = "Authorization: Basic " + base64.b64encode(b"admin:guess").decode()
    async with listening() as at:
        answers = [status_of(await at.ask("key=OK", wrong)) for _ in range(6)]
        assert answers[0] == 401 and answers[-1] == 429
        assert status_of(await at.ask("key=OK", BASIC)) == 429
        assert status_of(await at.ask("key=OK", BASIC, address=at.fleet.phones[1].address)) == 200
        at.fleet.clock.seconds += 10
        assert status_of(await at.ask("key=OK", BASIC)) == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("key=OK", 200),
        ("key=Nonsense", 400),
        ("", 400),
        ("key=OK&number=1", 400),
        ("number=1&outgoing_uri=nobody", 400),
    ],
)
async def test_commands_are_read_as_a_phone_reads_them(query: str, status: int) -> None:
    async with listening() as at:
        assert status_of(await at.ask(query, BASIC)) == status


async def test_what_is_not_possible_now_is_said() -> None:
    async with listening() as at:
        first, second = at.fleet.phones
        first.device.dial(second.number)
        assert status_of(await at.ask(f"number={second.number}", BASIC)) == 409
        first.restart()
        assert status_of(await at.ask("key=OK", BASIC)) == 503


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://evil.test",
        "Referer: http://evil.test/page",
        "Sec-Fetch-Site: cross-site",
        "Host: evil.test",
        "Host: [",
    ],
)
async def test_a_page_of_another_site_presses_no_keys(header: str) -> None:
    async with listening() as at:
        host = [] if header.startswith("Host") else ["Host: 127.16.0.1:8090"]
        assert status_of(await at.ask("key=DNDOn", BASIC, *host, header)) == 403
        assert not at.fleet.phones[0].device.is_dnd


async def test_a_page_of_its_own_may() -> None:
    async with listening() as at:
        own = ("Host: 127.16.0.1:8090", "Origin: http://127.16.0.1:8090", "Sec-Fetch-Site: same-origin")
        assert status_of(await at.ask("key=OK", BASIC, *own)) == 200


async def test_what_is_no_request_is_answered_shortly() -> None:
    async with listening() as at:
        assert status_of(await at.send(b"nonsense\r\n\r\n")) == 400
        assert status_of(await at.send(b"GET / HTTP/1.1\r\n\r\n")) == 404
        assert status_of(await at.send(f"PUT {ACTIVE_URI_PATH} HTTP/1.1\r\n\r\n".encode())) == 405
        assert status_of(await at.send(b"GET /" + b"x" * 20_000)) == 431
        assert status_of(await at.ask("key=OK", BASIC, address="127.99.0.1")) == 404


async def test_whoever_says_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.fleet.command_listener._PATIENCE_S", 0.05)
    async with listening() as at:
        with contextlib.suppress(ConnectionResetError):
            assert await at.send(b"GET ") == b""
        await until(lambda: not at.listener.connections)


async def test_where_the_system_ties_nothing_to_the_loopback_only_127_0_0_1_listens() -> None:
    def refuse(_socket: socket.socket) -> None:
        raise PermissionError(1, "Operation not permitted")

    async with listening(refuse) as at:
        assert not at.listener.is_everywhere
        with pytest.raises(ConnectionRefusedError):
            await at.ask("key=OK", BASIC)
        assert status_of(await at.ask("key=OK", BASIC, address="127.0.0.1")) == 404


async def test_a_stop_ends_what_is_open() -> None:
    async with listening() as at:
        reader, writer = await asyncio.open_connection("127.16.0.1", at.listener.port)
        await until(lambda: at.listener.connections)
        await at.listener.stop()
        with contextlib.suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()


async def test_a_taken_port_is_said_with_its_flag() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listener = Listening().listener
        with pytest.raises(PortTaken, match="--port"):
            await listener.start(taken.getsockname()[1])
