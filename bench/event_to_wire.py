"""How long an event takes from the key that causes it to the console's socket, beside a bare HTTP GET."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

from bench.effort import Effort
from bench.row import Row, compare
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import Network, PhoneSettings
from offhook.protocol.events import Event
from offhook.protocol.keys import Key

__all__ = ["event_to_wire"]

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


async def event_to_wire(effort: Effort) -> list[Row]:
    """Measure both in turn, round by round."""
    ours, floors = [], []
    async with _collector() as (port, arrivals):
        url = f"http://127.0.0.1:{port}"
        settings = PhoneSettings(
            network=Network(http_port=0),
            action_urls={Event.DND_ON: f"{url}/dnd_on.xml?mac=$mac", Event.DND_OFF: f"{url}/dnd_off.xml?mac=$mac"},
        )
        phone = PhoneApp(settings, VirtualExchange().engine_for())
        await phone.start()
        try:
            for _ in range(effort.rounds):
                ours.append(await _event_ms(phone, arrivals, effort.times * 2))
                floors.append(await _get_ms(port, arrivals, effort.times * 2))
        finally:
            await phone.stop()
    row = compare(
        "event to wire: key pressed to request at the console",
        "ms",
        ours,
        "bare GET on an open connection",
        floors,
        how="bench/event_to_wire.py: DNDOn and DNDOff in turn, mean; the floor writes the same request to a socket",
    )
    return [row]


async def _event_ms(phone: PhoneApp, arrivals: asyncio.Queue[float], times: int) -> float:
    total_s = 0.0
    for number in range(times):
        began = time.perf_counter()
        phone.device.press(Key.DND_OFF if number % 2 else Key.DND_ON)
        total_s += await _arrival(arrivals) - began
    return total_s / times * 1000


async def _get_ms(port: int, arrivals: asyncio.Queue[float], times: int) -> float:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    total_s = 0.0
    for _ in range(times):
        began = time.perf_counter()
        writer.write(b"GET /dnd_on.xml?mac=02000f000001 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        total_s += await _arrival(arrivals) - began
        await reader.readexactly(len(_ANSWER))
    writer.close()
    await writer.wait_closed()
    return total_s / times * 1000


async def _arrival(arrivals: asyncio.Queue[float]) -> float:
    async with asyncio.timeout(10):
        return await arrivals.get()


@contextlib.asynccontextmanager
async def _collector() -> AsyncIterator[tuple[int, asyncio.Queue[float]]]:
    arrivals: asyncio.Queue[float] = asyncio.Queue()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                arrivals.put_nowait(time.perf_counter())
                writer.write(_ANSWER)
        writer.close()

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], arrivals
