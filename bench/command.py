"""A command's whole way, from the API call to the word that the phone's own report confirmed it, beside one GET.

A phone in a call is put on hold by the console and taken off hold by a bare GET that presses the same key, in turn: at
the phone both do the same. The phone is a program of its own and asks both for a password: the console logs in by
Digest, the bare GET by Basic, as `curl -u` does. Both make a connection for each request.
"""

import asyncio
import base64
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.children import BenchError, running, until_open
from bench.console import Console, console
from bench.cores import LOAD, here_on, on
from bench.effort import Effort
from bench.row import Row, Target, compare
from offhook.console_api.envelope import Envelope
from offhook.console_api.requests import PhoneSetup
from offhook.phone.settings import Account, Identity, Login, Network, PhoneSettings
from offhook.phone.settings_file import with_console, write_settings
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.sdk.client import ConsoleClient
from tests.peers.kamailio import free_port

__all__ = ["command"]

_NAME = "command: API call to confirmed by the phone's report"

_PHONE, _OTHER = "02000f004001", "02000f004002"
_USER, _PASSWORD = "desk", "4711-and-more"
_FIRST = 5
"""Before it counts: the first request logs in."""


async def command(effort: Effort) -> list[Row]:
    """Measure both in turn, one by one."""
    ours: list[float] = []
    floors: list[float] = []
    with here_on(LOAD), tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        async with console(Path(folder) / "data") as served, _phones(Path(folder), served) as ports:
            async with ConsoleClient(served.url, served.token) as api:
                async with api.events(phones=[_PHONE]) as feed:
                    events = aiter(feed)
                    call = await _placed(api, ports)
                    await _round(api, events, call, ports[0], _FIRST)
                    for _ in range(effort.rounds):
                        command_ms, get_ms = await _round(api, events, call, ports[0], effort.times)
                        ours.append(command_ms)
                        floors.append(get_ms)
                        sys.stderr.write(f"  command {command_ms:.2f} ms, bare GET {get_ms:.2f} ms\n")
    row = compare(
        _NAME,
        "ms",
        ours,
        "one bare GET that presses the same key",
        floors,
        target=Target(3.0),
        how=f"make bench ARGS='--only command': hold by the console, off hold by GET, median of {effort.times} a round",
    )
    return [row]


async def _placed(api: ConsoleClient, ports: tuple[int, int]) -> str:
    """Let the first phone call the second; gives the call."""
    for phone, port in zip((_PHONE, _OTHER), ports, strict=True):
        url = f"http://127.0.0.1:{port}"
        await api.set_up_phone(phone, PhoneSetup(control_url=url, control_user=_USER, control_password=_PASSWORD))
    dialled = await api.dial(_PHONE, "1002", wait=True)
    if dialled.call is None:
        raise BenchError(f"the call was not placed: {dialled.reason}")
    await api.answer(dialled.call, phone=_OTHER, wait=True)
    return dialled.call


async def _round(
    api: ConsoleClient, events: AsyncIterator[Envelope], call: str, port: int, times: int
) -> tuple[float, float]:
    command_ms, get_ms = [], []
    for _ in range(times):
        began = time.perf_counter()
        accepted = await api.hold(call, held=True, phone=_PHONE)
        await _event(events, "command.confirmed", accepted.id)
        command_ms.append((time.perf_counter() - began) * 1000)
        get_ms.append(await _get_ms(port))
        await _event(events, "call.retrieved")
    return statistics.median(command_ms), statistics.median(get_ms)


async def _event(events: AsyncIterator[Envelope], wanted: str, command: str | None = None) -> None:
    async with asyncio.timeout(20):
        while True:
            event = await anext(events)
            if event.type == wanted and command in (None, event.command):
                return
            if event.type in ("command.unconfirmed", "command.rejected"):
                raise BenchError(f"{wanted} did not come, but {event.type}")


async def _get_ms(port: int) -> float:
    login = base64.b64encode(f"{_USER}:{_PASSWORD}".encode()).decode()
    request = (
        f"GET {ACTIVE_URI_PATH}?key=F_HOLD HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Basic {login}\r\n"
        "Connection: close\r\n\r\n"
    ).encode()
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    taken_ms = (time.perf_counter() - began) * 1000
    writer.close()
    await writer.wait_closed()
    if not answer.startswith(b"HTTP/1.1 200"):
        raise BenchError(f"the phone answered {answer[:100]!r}")
    return taken_ms


@contextlib.asynccontextmanager
async def _phones(folder: Path, served: Console) -> AsyncIterator[tuple[int, int]]:
    """Run two phones that report to the console; gives the ports of their management pages."""
    ports = (free_port(), free_port())
    paths = [folder / "1001.toml", folder / "1002.toml"]
    for number, (mac, port, path) in enumerate(zip((_PHONE, _OTHER), ports, paths, strict=True), 1001):
        settings = PhoneSettings(
            identity=Identity(mac=mac),
            network=Network(http_port=port),
            login=Login(user=_USER, password=_PASSWORD),
            accounts=[Account(user=str(number))],
        )
        await asyncio.to_thread(write_settings, path, with_console(settings, served.listener_url))
    command = [sys.executable, "-m", "offhook", "phone", *map(str, paths), "--headless"]
    async with running(on(LOAD, command), folder=folder) as program:
        await program.line_with("Ctrl-C")
        for port in ports:
            await until_open(port)
        yield ports
