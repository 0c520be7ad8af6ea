"""Operators that follow the feed and phones that report, as light as can be, on the core where nothing is measured."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import urlencode, urlsplit

import aiohttp

from bench.children import BenchError
from bench.console import Console

__all__ = ["followers", "mac", "one_report", "reports_in_turn"]

_AT_ONCE = 50


def mac(number: int) -> str:
    """Name a phone."""
    return f"02000f{number:06x}"


@contextlib.asynccontextmanager
async def followers(
    served: Console, phones_of_each: Sequence[Sequence[str]], heard: Callable[[str], None]
) -> AsyncIterator[None]:
    """Connect operators, each subscribed to some phones; every frame after the hello is told."""
    gate, ready = asyncio.Semaphore(_AT_ONCE), 0
    all_ready = asyncio.Event()

    async def follow(session: aiohttp.ClientSession, phones: Sequence[str]) -> None:
        nonlocal ready
        query = urlencode([("phones", phone) for phone in phones])
        async with gate:
            socket = await session.ws_connect(f"{served.url}/api/v1/events?{query}", max_msg_size=0)
            await socket.receive()
        ready += 1
        if ready == len(phones_of_each):
            all_ready.set()
        async for message in socket:
            heard(message.data)

    headers = {"Authorization": f"Bearer {served.token}"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:
        tasks = [asyncio.create_task(follow(session, phones)) for phones in phones_of_each]
        try:
            async with asyncio.timeout(120):
                await all_ready.wait()
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def one_report(served: Console, phone: str, word: str, sent: Callable[[], None]) -> float:
    """Report over a connection of its own, as phones do; gives the seconds from the request to its answer."""
    address = urlsplit(served.listener_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    began = time.perf_counter()
    sent()
    writer.write(f"GET /{word}.xml?mac={phone} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n")
    taken_s = time.perf_counter() - began
    writer.close()
    if b" 200 " not in answer:
        raise BenchError(f"the listener answered {answer!r}")
    return taken_s


async def reports_in_turn(served: Console, phone: str, count: int) -> None:
    """Report one after the other on one connection, each when the one before is answered; each is one event."""
    address = urlsplit(served.listener_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    for number in range(count):
        word = "dnd_on" if number % 2 else "dnd_off"
        writer.write(f"GET /{word}.xml?mac={phone} HTTP/1.1\r\nHost: c\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head:
            raise BenchError(f"the listener answered {head!r}")
    writer.close()
