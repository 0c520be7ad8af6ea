"""The order of answers and the ways a connection ends; over real sockets, with a store that waits when told to."""

import asyncio

from offhook.console.phone_listener import ListenerLimits
from tests.console.kit import WITHIN_S, A, a_receiving_half
from tests.console.test_journal import ObedientStore

ON = f"GET /dnd_on?mac={A} HTTP/1.1\r\n\r\n".encode()
OFF = f"GET /dnd_off?mac={A} HTTP/1.1\r\n\r\n".encode()


async def test_a_later_answer_waits_for_the_one_before_it() -> None:
    store = ObedientStore()
    async with a_receiving_half(store) as half, half.wire() as wire:
        store.may_commit.clear()
        await wire.send(ON + b"DELETE / HTTP/1.1\r\n\r\n")
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        store.may_commit.set()
        assert [await wire.status(), await wire.status()] == [200, 405]


async def test_no_more_requests_are_read_than_may_wait_and_none_is_lost() -> None:
    store = ObedientStore()
    async with a_receiving_half(store, limits=ListenerLimits(pipelined=3)) as half, half.wire() as wire:
        store.may_commit.clear()
        await wire.send((ON + OFF) * 10)
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        store.may_commit.set()
        assert [await wire.status() for _ in range(20)] == [200] * 20
        assert max(len(batch.actions) for batch in store.batches) <= 3
    assert half.listener.counts["reports"] == 20


async def test_a_phone_that_sends_no_more_still_gets_its_answer() -> None:
    store = ObedientStore()
    async with a_receiving_half(store) as half, half.wire() as wire:
        store.may_commit.clear()
        await wire.send(ON)
        wire.writer.write_eof()
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        store.may_commit.set()
        status, fields = await wire.answer()
        assert (status, fields["connection"]) == (200, "close")
        assert await wire.is_closed()


async def test_a_report_is_kept_even_if_the_phone_goes_before_the_answer() -> None:
    store = ObedientStore()
    async with a_receiving_half(store) as half:
        store.may_commit.clear()
        async with half.wire() as wire:
            await wire.send(ON)
            await asyncio.wait_for(store.began.wait(), WITHIN_S)
            wire.writer.transport.abort()
        store.may_commit.set()
        await half.another_phone_is_served()
        assert half.journal.state.phone(A) is not None
    assert half.listener.open_connections == 0


async def test_connection_close_is_honoured() -> None:
    async with a_receiving_half() as half, half.wire() as wire:
        await wire.send(ON.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + OFF)
        status, fields = await wire.answer()
        assert (status, fields["connection"]) == (200, "close")
        assert await wire.is_closed()
    assert half.phone_words() == ["dnd_on"], "what follows a close is not read"


async def test_a_refusal_reaches_a_phone_that_is_still_sending() -> None:
    async with a_receiving_half() as half, half.wire() as wire:
        await wire.send(b"POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n" + b"x" * 60_000)
        assert await wire.status() == 413
        assert await wire.is_closed()


async def test_a_phone_that_goes_on_sending_after_a_refusal_is_cut_off() -> None:
    async with a_receiving_half() as half, half.wire() as wire:
        await wire.send(b"nonsense\r\n\r\n")
        assert await wire.status() == 400
        try:
            async with asyncio.timeout(WITHIN_S):
                while True:
                    wire.writer.write(b"x" * 65536)
                    await wire.writer.drain()
        except ConnectionError:
            pass
        await half.another_phone_is_served()


async def test_a_phone_that_never_closes_after_the_last_answer_is_closed_on() -> None:
    async with a_receiving_half(limits=ListenerLimits(linger_s=0.1)) as half, half.wire() as wire:
        await wire.send(b"nonsense\r\n\r\n")
        assert await wire.status() == 400
        assert await wire.is_closed()
        await asyncio.wait_for(half.listener.wait_until_empty(), WITHIN_S)
