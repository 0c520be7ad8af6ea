"""Commands by NOTIFY: what is taken from the network, what is answered at once, and what is none."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import structlog

from offhook.phone.engine.pjsip import protocol
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountAccepted, CommandReceived
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.notifier import Notifier
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.laboratory import account
from tests.phone.engine.pjsip.conftest import MakeSip, SipEndpoint

FLOOD = 80
"""As many INVITEs in a second end the SIP library; as many NOTIFYs must not."""


@pytest.fixture
async def phone(sip: MakeSip) -> SipEndpoint:
    return await sip("1001")


@pytest.fixture
def sender(phone: SipEndpoint) -> Iterator[Notifier]:
    one = Notifier(phone.engine.port)
    yield one
    one.close()


async def taken(phone: SipEndpoint, sender: Notifier, message: bytes) -> CommandReceived:
    sender.send(message)
    return await phone.heard(CommandReceived)


async def test_a_command_waits_for_its_answer(phone: SipEndpoint, sender: Notifier) -> None:
    command = await taken(phone, sender, sender.write("key=OK"))
    assert (command.text, command.source, command.is_from_registrar) == ("key=OK", "127.0.0.1", False)
    phone.engine.reply(command.command, 400, "unknown key 'Ö'")
    assert await sender.answer() == (400, "unknown key '?'")


@pytest.mark.parametrize(
    ("changes", "body", "text"),
    [
        ({"Event": "action-uri;id=7"}, "key=OK", "key=OK"),
        (
            {"Event": None, "o": "ACTION-URI", "Content-Type": None, "c": "Message/SipFrag;version=2.0"},
            "key=X",
            "key=X",
        ),
        ({"Content-Length": None, "l": "6"}, "key=OK and what follows it in the datagram", "key=OK"),
        ({"Content-Length": None}, "key=OK\r\n", "key=OK\r\n"),
        ({}, "number=1002&outgoing_uri=sip:1001@pbx", "number=1002&outgoing_uri=sip:1001@pbx"),
        ({}, b"key=\xff\x00", "key=\ufffd\x00"),
        ({}, "", ""),
    ],
)
async def test_what_is_taken(
    phone: SipEndpoint, sender: Notifier, changes: dict[str, str | None], body: str | bytes, text: str
) -> None:
    assert (await taken(phone, sender, sender.write(body, changes=changes))).text == text


@pytest.mark.parametrize(
    ("changes", "body", "status"),
    [
        ({"Content-Type": "text/plain"}, "key=OK", 415),
        ({"Content-Type": None}, "key=OK", 415),
        ({}, "key=" + "1" * 2000, 413),
        ({"Event": "presence"}, "key=OK", 489),
        ({"Event": None}, "key=OK", 489),
    ],
)
async def test_what_is_refused_at_once(
    phone: SipEndpoint, sender: Notifier, changes: dict[str, str | None], body: str, status: int
) -> None:
    assert (await sender.ask(sender.write(body, changes=changes)))[0] == status
    assert phone.facts == []


async def test_what_is_no_command_is_left_to_the_library(phone: SipEndpoint, sender: Notifier) -> None:
    assert (await sender.ask(sender.write("key=OK", tag=";tag=of-no-dialog")))[0] == 481
    sender.send(sender.write("key=OK").replace(b"NOTIFY", b"OPTIONS"))
    assert (await sender.answer())[0] == 200
    assert phone.facts == []


async def test_garbage_is_survived(phone: SipEndpoint, sender: Notifier) -> None:
    good = sender.write("key=OK")
    for garbage in (
        b"NOTIFY\r\n\r\n",
        b"\x00\xff" * 400,
        good[:40],
        good.replace(b"CSeq", b"XSeq"),
        good.replace(b"127.0.0.1", b"\xff\xfe"),
        good.replace(b"Content-Length: 6", b"Content-Length: -6"),
        good.replace(b"Content-Length: 6", b"Content-Length: 99999999999999999999"),
    ):
        sender.send(garbage)
    child = phone.engine.child_id
    command = await taken(phone, sender, sender.write("key=1"))
    while command.text != "key=1":
        command = await phone.heard(CommandReceived)
    assert phone.engine.child_id == child


async def test_a_request_that_comes_again_is_a_command_once(phone: SipEndpoint, sender: Notifier) -> None:
    message = sender.write("key=OK")
    first = await taken(phone, sender, message)
    sender.send(message)  # before there is an answer
    other = await taken(phone, sender, sender.write("key=X"))
    assert (first.text, other.text) == ("key=OK", "key=X")
    phone.engine.reply(first.command, 200, "OK")
    assert await sender.answer() == (200, "OK")
    assert await sender.ask(message) == (200, "OK")
    assert await sender.ask(message.replace(b"branch=z9hG4bK", b"branch=z9hG4bKother")) == (200, "OK")
    assert phone.facts == []


async def test_over_tcp(phone: SipEndpoint, sender: Notifier) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", phone.engine.port)
    writer.write(sender.write("key=OK", transport="TCP") + sender.write("key=X", transport="TCP"))
    for text in ("key=OK", "key=X"):
        command = await phone.heard(CommandReceived)
        assert command.text == text
        phone.engine.reply(command.command, 200, "OK")
        assert await reader.readline() == b"SIP/2.0 200 OK\r\n"
        await reader.readuntil(b"\r\n\r\n")
    third = sender.write("key=1", transport="TCP")
    writer.write(third)
    command = await phone.heard(CommandReceived)
    writer.close()
    await writer.wait_closed()
    phone.engine.reply(command.command, 200, "OK")  # to nobody
    phone.engine.reply(command.command, 200, "OK")
    assert (await taken(phone, sender, sender.write("key=2"))).text == "key=2"


async def test_a_flood_is_survived_and_calls_go_on(phone: SipEndpoint, sender: Notifier, sip: MakeSip) -> None:
    child, other = phone.engine.child_id, await sip("1002")
    here, _ = await other.call(phone)
    statuses: list[int] = []

    async def flood() -> None:
        for number in range(3 * FLOOD):
            sender.send(sender.write(f"key={number}"))
            statuses.append((await sender.answer())[0])

    async def reply() -> None:
        for _ in range(3 * FLOOD):
            phone.engine.reply((await phone.heard(CommandReceived)).command, 200, "OK")

    async with asyncio.timeout(15), asyncio.TaskGroup() as both:
        both.create_task(flood())
        both.create_task(reply())
    assert statuses == [200] * 3 * FLOOD
    for number in range(2 * FLOOD):
        sender.send(sender.write(f"key={number}"))  # and nobody answers
    while (await sender.answer())[0] != 503:
        pass
    other.engine.hang_up(here)
    assert phone.engine.child_id == child


@pytest.fixture(scope="module")
def exchange() -> Iterator[Kamailio]:
    with kamailio({"1001": "secret1001"}) as one:
        yield one


@contextlib.asynccontextmanager
async def registered(exchange: Kamailio, **changes: str) -> AsyncIterator[SipEndpoint]:
    one = SipEndpoint(PjsipEngine(Configure(generation=0, address="127.0.0.1")))
    await one.engine.start(one.take)
    try:
        one.engine.register(replace(account("1001", exchange.host), **changes))  # type: ignore[arg-type]
        await one.heard(AccountAccepted)
        yield one
    finally:
        await one.engine.stop()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_where_it_came_from(exchange: Kamailio, transport: str) -> None:
    async with registered(exchange, transport=transport) as phone:
        near, far = Notifier(phone.engine.port), Notifier(phone.engine.port, own="127.0.0.2")
        with contextlib.closing(near), contextlib.closing(far):
            for sender, is_from_registrar in ((near, True), (far, False)):
                command = await taken(phone, sender, sender.write("key=OK"))
                assert (command.source, command.is_from_registrar) == (sender.own.split(":")[0], is_from_registrar)
            phone.engine.unregister("1001-id")
            async with asyncio.timeout(10):  # the order and the command come along different ways
                while (await taken(phone, near, near.write("key=OK"))).is_from_registrar:
                    pass


async def test_a_child_that_died_in_between(sip: MakeSip) -> None:
    phone = await sip("1001")
    sender = Notifier(phone.engine.port)
    with contextlib.closing(sender):
        message = sender.write("key=OK")
        command = await taken(phone, sender, message)
        phone.engine.reply(command.command, 200, "OK")
        assert await sender.answer() == (200, "OK")
        assert phone.engine.child_id is not None
        os.kill(phone.engine.child_id, signal.SIGKILL)
        await phone.heard(AccountAccepted)
        assert await sender.ask(message) == (200, "OK")
        assert phone.facts == []


_OTHER_VERSION = """
import ctypes, os, sys
from offhook.phone.engine.pjsip import notify, stack
from offhook.phone.engine.pjsip.protocol import Configure

started = stack.Stack(Configure(generation=1, address="127.0.0.1"))
setattr(notify, sys.argv[1], eval(sys.argv[2]))
print(notify.NotifyDesk(1, print, bool).problem, flush=True)
os._exit(0)
"""


@pytest.mark.parametrize(
    ("what", "value", "problem"),
    [
        ("_VERSIONS", "('9.9',)", "this SIP library is version 2.15.1; known here is 9.9"),
        ("_READ", "'no_such_function'", "this SIP library is another one: "),
        ("_VERSIONS", "notify._VERSIONS", ""),
    ],
)
async def test_another_library_is_left_alone(what: str, value: str, problem: str) -> None:
    need_sip_library()
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _OTHER_VERSION, what, value, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    assert said.decode().strip().startswith(problem.strip()) and bool(said.strip()) is bool(problem)


async def test_the_phone_says_that_no_commands_come(monkeypatch: pytest.MonkeyPatch) -> None:
    need_sip_library()
    monkeypatch.setattr(protocol, "read_fact", lambda line: protocol.Ready(5060, "another library"))
    engine = PjsipEngine(Configure(generation=0, address="127.0.0.1"))
    with structlog.testing.capture_logs() as logs:
        await engine.start(lambda fact: None)
        monkeypatch.undo()
        await engine.stop()
    assert {"event": "no commands are taken over SIP", "reason": "another library", "log_level": "warning"} in logs
