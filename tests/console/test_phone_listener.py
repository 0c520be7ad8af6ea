"""The listener over real sockets: what real phones send, what broken ones send, and that nobody disturbs anybody."""

import asyncio
import resource
import select
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from offhook.console.phone_listener import ListenerLimits
from offhook.console.records import Batch
from offhook.console.store.memory import MemoryStore
from offhook.console.store.segment import unpack
from offhook.console.store.sqlite_engine import DATABASE_FILE
from offhook.errors import StoreError
from tests.console.kit import WITHIN_S, ReceivingHalf, a_receiving_half
from tests.wire.samples import SAMPLES, WireSample

MAC = "00a859112233"


@pytest.fixture
async def half() -> AsyncIterator[ReceivingHalf]:
    async with a_receiving_half() as receiving:
        yield receiving


def get(path: str, *fields: str, version: str = "HTTP/1.1") -> bytes:
    return "\r\n".join((f"GET {path} {version}", *fields, "", "")).encode("latin-1")


# --- what real phones send ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sample", [pytest.param(sample, id=sample.id) for sample in SAMPLES])
async def test_what_real_phones_send(half: ReceivingHalf, sample: WireSample) -> None:
    byte_by_byte = sample.name == "one write per byte"
    async with half.wire() as wire:
        for piece in [bytes([byte]) for byte in sample.raw] if byte_by_byte else [sample.raw]:
            await wire.send(piece)
        for _ in range(sample.raw.count(b"GET ")):
            status, fields = await wire.answer()
            assert status == 200
            assert fields["content-length"] == "0"
    sources = [event.source for event in half.events if event.source is not None]
    assert sources[0].event == sample.event
    for name, value in sample.values.items():
        seen = sources[0].vars.get(name)
        if name == "mac":
            assert half.events[0].phone == value
        else:
            assert seen == value
    assert half.listener.counts["reports"] == sample.raw.count(b"GET ")


async def test_two_requests_at_once_are_answered_and_kept_in_order(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(get(f"/dnd_on.xml?mac={MAC}") + get(f"/dnd_off.xml?mac={MAC}"))
        assert [await wire.status(), await wire.status()] == [200, 200]
    assert [event.detail.get("on") for event in half.events if event.type == "phone.dnd_changed"] == [True, False]


async def test_a_post_counts_as_a_report_and_its_body_is_ignored(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(f"POST /dnd_on?mac={MAC} HTTP/1.1\r\nContent-Length: 11\r\n\r\nGET /x HTTP".encode())
        assert await wire.status() == 200
        await wire.send(get(f"/dnd_off?mac={MAC}"))
        assert await wire.status() == 200
    assert half.phone_words() == ["dnd_on", "dnd_off"]


# --- bad input: each line of it, with the answer, and another phone served meanwhile --------------------------------

_BAD_BUT_TAKEN = {
    "raw spaces": (
        b"GET /incoming.xml?mac=00a859112233&display_remote=John van Doe HTTP/1.1\r\nHost: c\r\n\r\n",
        "John van Doe",
    ),
    "raw UTF-8": (b"GET /incoming.xml?mac=00a859112233&display_remote=Zo\xc3\xab HTTP/1.1\r\nHost: c\r\n\r\n", "Zoë"),
    "Latin-1": (b"GET /incoming.xml?mac=00a859112233&display_remote=Zo\xeb HTTP/1.1\r\nHost: c\r\n\r\n", "Zoë"),
    "no Host": (b"GET /incoming.xml?mac=00a859112233&display_remote=x HTTP/1.1\r\n\r\n", "x"),
    "bare LF": (b"GET /incoming.xml?mac=00a859112233&display_remote=x HTTP/1.1\nHost: c\n\n", "x"),
    "HTTP/1.0": (b"GET /incoming.xml?mac=00a859112233&display_remote=x HTTP/1.0\r\n\r\n", "x"),
    "bare plus": (b"GET /incoming.xml?mac=00a859112233&display_remote=+39 HTTP/1.1\r\n\r\n", "+39"),
    "literal placeholder": (b"GET /incoming.xml?mac=00a859112233&display_remote=$remote HTTP/1.1\r\n\r\n", None),
}


@pytest.mark.parametrize("name", _BAD_BUT_TAKEN)
async def test_what_is_odd_but_clear_is_taken(half: ReceivingHalf, name: str) -> None:
    raw, value = _BAD_BUT_TAKEN[name]
    async with half.wire() as wire:
        await wire.send(raw[:20])
        await half.another_phone_is_served()
        await wire.send(raw[20:])
        status, fields = await wire.answer()
        await half.another_phone_is_served()
    assert status == 200
    assert fields["connection"] == ("close" if name == "HTTP/1.0" else "keep-alive")
    event = half.last(MAC)
    assert event.type == "call.delivered"
    assert event.source is not None
    assert event.source.vars.get("display_remote") == value


async def test_an_unknown_event_name_is_kept(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(get(f"/peripheral_information.xml?mac={MAC}&x=<b>"))
        await half.another_phone_is_served()
        assert await wire.status() == 200
    event = half.last(MAC)
    assert (event.type, event.detail) == ("phone.vendor_event", {"word": "peripheral_information"})


async def test_no_event_name_at_all_is_kept(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(get("/"))
        await half.another_phone_is_served()
        assert await wire.status() == 200
    assert half.last("127.0.0.1").type == "phone.vendor_event"


async def test_an_unknown_phone_becomes_known(half: ReceivingHalf) -> None:
    async with half.wire("127.0.0.5") as wire:
        await wire.send(get("/outgoing.xml?ip=10.11.12.13"))
        await half.another_phone_is_served()
        assert await wire.status() == 200
    assert half.journal.state.phone("10.11.12.13") is not None


_REFUSED = {
    "9 KiB line": (b"GET /incoming.xml?mac=1&x=" + b"a" * 9 * 1024 + b" HTTP/1.1\r\n\r\n", 414),
    "9 KiB line without an end": (b"GET /incoming.xml?mac=1&x=" + b"a" * 9 * 1024, 414),
    "33 KiB head": (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 6000 + b"\r\n", 431),
    "body announced too large": (b"POST / HTTP/1.1\r\nContent-Length: 70000\r\n\r\n", 413),
    "body length that is none": (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
    "no request": (b"\x00\x01\x02\x03\n\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00", 400),
    "nothing but empty lines": (b"\r\n" * 100, 400),
}


@pytest.mark.parametrize("name", _REFUSED)
async def test_what_cannot_be_a_report_is_answered_and_the_connection_closed(half: ReceivingHalf, name: str) -> None:
    raw, expected = _REFUSED[name]
    async with half.wire() as wire:
        await wire.send(raw)
        await half.another_phone_is_served()
        status, fields = await wire.answer()
        assert (status, fields["connection"], fields["content-length"]) == (expected, "close", "0")
        assert await wire.is_closed()
    assert half.listener.counts[f"refused.status_{expected}"] == 1
    assert half.last("0000000000ff").type == "phone.started"
    assert len({event.phone for event in half.events}) == 1, "nothing was recorded of it"


async def test_other_methods_are_refused_and_the_connection_goes_on(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(b"DELETE /incoming.xml HTTP/1.1\r\n\r\n")
        status, fields = await wire.answer()
        assert (status, fields["allow"]) == (405, "GET, POST")
        await wire.send(get(f"/dnd_on?mac={MAC}"))
        assert await wire.status() == 200


async def test_answers_that_are_due_come_before_the_refusal(half: ReceivingHalf) -> None:
    async with half.wire() as wire:
        await wire.send(get(f"/dnd_on?mac={MAC}") + b"nonsense\r\n\r\n")
        assert [await wire.status(), await wire.status()] == [200, 400]
        assert await wire.is_closed()


async def test_a_head_that_never_ends_is_cut_off() -> None:
    async with a_receiving_half(limits=ListenerLimits(head_s=0.3), sweep_s=0.05) as half, half.wire() as wire:
        await wire.send(b"GET /incoming.xml?mac=1 HTTP/1.1\r\n")
        await half.another_phone_is_served()

        async def drip() -> None:
            # A byte now and then does not wind the clock up again.
            while True:
                wire.writer.write(b"X")
                await asyncio.sleep(0.02)

        dripping = asyncio.create_task(drip())
        try:
            assert await wire.status() == 408
        finally:
            dripping.cancel()
        await half.another_phone_is_served()
    assert half.listener.counts["refused.timeout"] == 1


async def test_a_connection_that_says_nothing_is_closed() -> None:
    async with a_receiving_half(limits=ListenerLimits(head_s=0.1)) as half, half.wire() as wire:
        assert await wire.is_closed()


async def test_a_connection_kept_open_without_use_is_closed() -> None:
    async with a_receiving_half(limits=ListenerLimits(idle_s=0.1)) as half, half.wire() as wire:
        await wire.send(get(f"/dnd_on?mac={MAC}"))
        assert await wire.status() == 200
        assert await wire.is_closed()


async def test_a_body_that_never_comes_is_cut_off() -> None:
    async with a_receiving_half(limits=ListenerLimits(head_s=0.1)) as half, half.wire() as wire:
        await wire.send(f"POST /dnd_on?mac={MAC} HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc".encode())
        assert await wire.status() == 200
        assert await wire.status() == 408
        assert await wire.is_closed()


async def test_a_thousand_idle_connections_disturb_nobody(half: ReceivingHalf) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8192)), hard))
    try:
        async with AsyncExitStack() as stack:
            for _ in range(1000):
                await stack.enter_async_context(half.wire("127.0.0.1"))
            await half.another_phone_is_served()
            async with half.wire("127.0.0.1") as wire:
                await wire.send(get(f"/dnd_on?mac={MAC}"))
                assert await wire.status() == 200
            assert half.listener.open_connections >= 1000
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_more_connections_than_allowed_are_refused_at_once() -> None:
    limits = ListenerLimits(connections=3, connections_per_address=2)
    async with a_receiving_half(limits=limits) as half, AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(half.wire("127.0.0.1"))
        third = await stack.enter_async_context(half.wire("127.0.0.1"))
        status, fields = await third.answer()
        assert (status, fields["connection"]) == (503, "close")
        assert await third.is_closed()
        await half.another_phone_is_served()
        await stack.enter_async_context(half.wire("127.0.0.2"))
        over = await stack.enter_async_context(half.wire("127.0.0.3"))
        assert await over.status() == 503
        assert half.listener.counts["refused.too_many_connections_of_one_address"] == 1
        assert half.listener.counts["refused.too_many_connections"] == 1


async def connected_deaf(stack: AsyncExitStack, half: ReceivingHalf) -> socket.socket:
    """Connect as a phone that has hardly any room for answers."""
    deaf = stack.enter_context(socket.socket())
    deaf.setblocking(False)
    deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    await asyncio.get_running_loop().sock_connect(deaf, ("127.0.0.1", half.listener.port))
    return deaf


async def test_a_phone_that_never_reads_its_answers_is_cut_off() -> None:
    limits = ListenerLimits(head_s=0.3, pipelined=8)
    async with a_receiving_half(limits=limits, send_buffer_bytes=4096) as half, AsyncExitStack() as stack:
        deaf = await connected_deaf(stack, half)
        request = get(f"/dnd_on?mac={MAC}") * 100

        async def flood() -> None:
            while True:
                await asyncio.get_running_loop().sock_sendall(deaf, request)

        with pytest.raises(ConnectionError):
            await asyncio.wait_for(flood(), WITHIN_S)
        await half.another_phone_is_served()


async def test_a_phone_that_reads_its_answers_late_gets_them_all() -> None:
    limits = ListenerLimits(pipelined=8)
    async with a_receiving_half(limits=limits, send_buffer_bytes=4096) as half, AsyncExitStack() as stack:
        deaf = await connected_deaf(stack, half)
        loop = asyncio.get_running_loop()
        sending = asyncio.ensure_future(loop.sock_sendall(deaf, get(f"/dnd_on?mac={MAC}") * 2000))
        others, taken, before = 0, 0, -1
        while taken == 0 or taken != before:  # until nothing more is read from it
            await half.another_phone_is_served()
            others += 1
            taken, before = half.listener.counts["reports"] - others, taken
        assert 0 < taken < 2000
        answers = b""
        async with asyncio.timeout(WITHIN_S):
            while answers.count(b"\r\n\r\n") < 2000:
                answers += await loop.sock_recv(deaf, 65536)
            await sending
        assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2000
        assert half.listener.counts["reports"] == 2000 + others


# --- durability and refusals by the console -------------------------------------------------------------------------


class BrokenStore(MemoryStore):
    is_broken = True

    async def commit(self, batch: Batch) -> None:
        if self.is_broken:
            raise StoreError("disk full")
        await super().commit(batch)


async def test_what_cannot_be_stored_is_not_answered_200() -> None:
    store = BrokenStore()
    async with a_receiving_half(store) as half:
        async with half.wire() as wire:
            await wire.send(get(f"/dnd_on?mac={MAC}"))
            status, fields = await wire.answer()
            assert (status, fields["retry-after"]) == (503, "1")
            assert half.journal.state.phones() == []
            store.is_broken = False
            await wire.send(get(f"/dnd_on?mac={MAC}"))
            assert await wire.status() == 200
        await half.another_phone_is_served()


async def test_with_a_secret_only_whoever_knows_it_is_heard() -> None:
    async with a_receiving_half(secret="s3cret/€") as half, half.wire() as wire:
        for path in ("/dnd_on", "/a/wrong/dnd_on", "/a//dnd_on", "/a/s3cret"):
            await wire.send(get(f"{path}?mac={MAC}"))
            assert await wire.status() == 403
        assert half.events == []
        await wire.send(get(f"/a/s3cret%2F%E2%82%AC/dnd_on?mac={MAC}"))
        assert await wire.status() == 200
        event = half.last(MAC)
        assert event.source is not None
        assert event.source.request == f"/a/***/dnd_on?mac={MAC}"
        assert half.listener.counts["refused.secret"] == 4


async def test_stopping_answers_what_is_being_stored() -> None:
    async with a_receiving_half() as half, half.wire() as wire, half.wire() as idle:
        await wire.send(get(f"/dnd_on?mac={MAC}"))
        assert await wire.status() == 200
        await half.listener.stop()
        assert await idle.is_closed()
        assert half.listener.open_connections == 0


def test_what_was_answered_200_survives_a_kill(tmp_path: Path) -> None:
    script = Path(__file__).with_name("receiving_half.py")
    with subprocess.Popen([sys.executable, script, tmp_path], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            ready, _, _ = select.select([process.stdout], [], [], WITHIN_S)
            assert ready
            port = int(process.stdout.readline())
            answered = _report_until(port, 400)
        finally:
            process.send_signal(signal.SIGKILL)
    with sqlite3.connect(tmp_path / DATABASE_FILE) as connection:
        segments = [unpack(body, "e") for (body,) in connection.execute("SELECT body FROM journal ORDER BY number")]
    connection.close()
    kept = {action.request.decode() for segment in segments for action in segment.actions}
    assert len(answered) >= 400
    assert answered <= kept
    numbers = [envelope.seq for segment in segments for envelope in segment.envelopes]
    assert numbers == list(range(1, len(numbers) + 1)), "the numbers of the events have no gap"


def _report_until(port: int, enough: int) -> set[str]:
    """Send reports on several connections without a pause; gives those that were answered."""
    answered: set[str] = set()
    phones = [socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) for _ in range(8)]
    for number in range(0, enough, len(phones)):
        for offset, phone in enumerate(phones):
            phone.sendall(get(f"/incoming.xml?mac=00000000000{offset}&call_id=n{number}@{offset}"))
        for offset, phone in enumerate(phones):
            if phone.recv(4096).startswith(b"HTTP/1.1 200"):
                answered.add(f"/incoming.xml?mac=00000000000{offset}&call_id=n{number}@{offset}")
    # One more from each, not waited for: whether these are kept is open, what was answered is not.
    for offset, phone in enumerate(phones):
        phone.sendall(get(f"/incoming.xml?mac=00000000000{offset}&call_id=last@{offset}"))
    for phone in phones:
        phone.close()
    return answered
