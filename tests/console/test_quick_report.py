"""Reports that are there whole when they are accepted: over real sockets, with data that waits for the listener."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import pytest

from offhook.console import quick_report
from offhook.console.intake import Intake
from offhook.console.phone_listener import ListenerLimits, PhoneListener
from offhook.console.quick_report import whole_report
from offhook.runtime.http_server import bind_tcp
from tests.console.kit import WITHIN_S, A, ReceivingHalf, a_journal, a_receiving_half
from tests.console.test_journal import ObedientStore
from tests.fakes.waiting import until

QUICK = f"GET /dnd_on?mac={A} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize(
    ("data", "target"),
    [
        (QUICK, f"/dnd_on?mac={A}".encode()),
        (b"GET /x HTTP/1.0\r\n\r\n", b"/x"),
        (b"GET /x y HTTP/1.1\nConnection: Close\n\n", b"/x y"),
        (b"GET /x\r\n\r\n", b"/x"),
        (QUICK[:-1], None),
        (QUICK + b"GET /more HTTP/1.1\r\n\r\n", None),
        (QUICK.replace(b"close", b"keep-alive"), None),
        (b"GET /x HTTP/1.1\r\n\r\n", None),
        (b"POST /x HTTP/1.0\r\n\r\n", None),
        (b"GET /x HTTP/1.0\r\nContent-Length: 5\r\n\r\n12", None),
        (b"GET /x HTTP/1.0\r\nContent-Length: x\r\n\r\n", None),
        (b"\r\nGET /x HTTP/1.0\r\n\r\n", None),
        (b"", None),
        (b"\x16\x03\x01", None),
    ],
)
def test_what_is_whole(data: bytes, target: bytes | None) -> None:
    assert whole_report(data) == target


@contextmanager
def a_phone(port: int, data: bytes) -> Iterator[socket.socket]:
    """Connect and send at once, before the listener has had a chance to look."""
    with socket.create_connection(("127.0.0.1", port), timeout=WITHIN_S) as phone:
        phone.sendall(data)
        yield phone


async def answer_of(phone: socket.socket) -> bytes:
    return await asyncio.to_thread(_read_all, phone)


def _read_all(phone: socket.socket) -> bytes:
    parts = []
    while part := phone.recv(4096):
        parts.append(part)
    return b"".join(parts)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The targets that were taken this way."""
    taken: list[bytes] = []
    original = quick_report.QuickReport.take

    def take(report: quick_report.QuickReport, target: bytes) -> None:
        taken.append(target)
        original(report, target)

    monkeypatch.setattr(quick_report.QuickReport, "take", take)
    return taken


async def test_it_is_answered_when_it_is_stored_and_closed(quick: list[bytes]) -> None:
    async with a_receiving_half() as half:
        with a_phone(half.listener.port, QUICK) as phone:
            assert (await answer_of(phone)).startswith(b"HTTP/1.1 200 OK\r\n")
        assert half.phone_words() == ["dnd_on"]
        assert half.listener.counts["reports"] == 1
        assert half.listener.open_connections == 0
    assert quick == [f"/dnd_on?mac={A}".encode()]


async def test_a_secret_is_asked_for(quick: list[bytes]) -> None:
    async with a_receiving_half(secret="s3cret") as half:
        with a_phone(half.listener.port, QUICK) as phone:
            assert (await answer_of(phone)).startswith(b"HTTP/1.1 403 ")
        assert half.listener.counts["refused.secret"] == 1
        assert half.events == []
    assert len(quick) == 1


@pytest.mark.parametrize("kind", ["is_broken", "is_buggy"])
async def test_a_report_that_is_not_stored_is_not_acknowledged(kind: str) -> None:
    store = ObedientStore()
    setattr(store, kind, True)
    async with a_receiving_half(store) as half:
        with a_phone(half.listener.port, QUICK) as phone:
            assert (await answer_of(phone)).startswith(b"HTTP/1.1 503 ")
        assert half.listener.counts["refused.store"] == 1


async def test_too_many_waiting_reports_are_told_to_come_back() -> None:
    store = ObedientStore()
    store.may_commit.clear()
    async with a_journal(store, max_waiting=1) as journal, listening(Intake(journal)) as half:
        with a_phone(half.port, QUICK) as first:
            await asyncio.wait_for(store.began.wait(), WITHIN_S)  # this one is being written, it waits no more
            with a_phone(half.port, QUICK) as second:
                await until(lambda: half.open_connections == 2)
                with a_phone(half.port, QUICK) as third:
                    assert (await answer_of(third)).startswith(b"HTTP/1.1 503 ")
                store.may_commit.set()
                assert (await answer_of(second)).startswith(b"HTTP/1.1 200 ")
            assert (await answer_of(first)).startswith(b"HTTP/1.1 200 ")
        assert half.counts["refused.overload"] == 1


@asynccontextmanager
async def listening(intake: Intake) -> AsyncIterator[PhoneListener]:
    listener = PhoneListener(intake)
    await listener.start(bind_tcp("127.0.0.1", 0, flag="--listener-port"))
    try:
        yield listener
    finally:
        await listener.stop()


async def test_a_phone_that_goes_before_the_answer_loses_nothing() -> None:
    store = ObedientStore()
    store.may_commit.clear()
    async with a_receiving_half(store) as half:
        with a_phone(half.listener.port, QUICK):
            await asyncio.wait_for(store.began.wait(), WITHIN_S)
        store.may_commit.set()
        await until(lambda: half.listener.open_connections == 0)
        assert half.phone_words() == ["dnd_on"]


async def test_a_listener_that_stops_answers_what_is_being_stored() -> None:
    store = ObedientStore()
    store.may_commit.clear()
    async with a_receiving_half(store) as half:
        with a_phone(half.listener.port, QUICK) as phone:
            await asyncio.wait_for(store.began.wait(), WITHIN_S)
            stopping = asyncio.create_task(half.listener.stop())
            store.may_commit.set()
            assert (await answer_of(phone)).startswith(b"HTTP/1.1 200 ")
            await stopping


async def test_a_listener_that_cannot_wait_closes_what_is_being_stored() -> None:
    store = ObedientStore()
    store.may_commit.clear()
    async with a_receiving_half(store) as half:
        with a_phone(half.listener.port, QUICK) as phone:
            await asyncio.wait_for(store.began.wait(), WITHIN_S)
            await half.listener.stop(grace_s=0.0)
            assert await answer_of(phone) == b""
        store.may_commit.set()
        await until(lambda: half.phone_words() == ["dnd_on"])


async def test_more_connections_than_there_is_room_for_are_refused() -> None:
    store = ObedientStore()
    store.may_commit.clear()
    async with a_receiving_half(store, limits=ListenerLimits(connections=1)) as half:
        with a_phone(half.listener.port, QUICK) as first:
            await until(lambda: half.listener.open_connections == 1)
            with a_phone(half.listener.port, QUICK) as second:
                assert (await answer_of(second)).startswith(b"HTTP/1.1 503 ")
            store.may_commit.set()
            assert (await answer_of(first)).startswith(b"HTTP/1.1 200 ")
        assert half.listener.counts["refused.too_many_connections"] == 1


@pytest.mark.skipif(not hasattr(socket, "TCP_DEFER_ACCEPT"), reason="the kernel cannot wait for the first byte")
async def test_a_connection_is_accepted_with_its_first_byte_where_the_kernel_can_wait(quick: list[bytes]) -> None:
    async with a_journal() as journal:
        listener = PhoneListener(Intake(journal))
        await listener.start(bind_tcp("127.0.0.1", 0, flag="--listener-port"), until_first_byte_s=30)
        half = ReceivingHalf(journal, listener)
        with socket.create_connection(("127.0.0.1", listener.port), timeout=WITHIN_S) as phone:
            await half.another_phone_is_served()
            assert listener.counts["connections"] == 1, "the silent one is the kernel's"
            phone.sendall(QUICK)
            assert (await answer_of(phone)).startswith(b"HTTP/1.1 200 OK\r\n")
        await listener.stop()
    assert len(quick) == 1
