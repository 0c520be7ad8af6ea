"""A console with 10,000 phones, 1,000 live calls and a million events and calls behind it: how long it takes to start,
what it holds in memory, and how long it looks for one phone's last calls. Beside it the same console without anything.
"""

import asyncio
import contextlib
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import msgspec

from bench.children import BenchError
from bench.console import Console, console
from bench.cores import LOAD, here_on
from bench.effort import Effort
from bench.history_made import PHONES, history_folder, phone_id
from bench.proc import resident_mb
from bench.row import Row, Target, compare
from offhook.sdk.client import ConsoleClient

__all__ = ["long_history"]

_MEMORY = "console memory: 10,000 phones, 1,000 live calls, a long history"
_READY = "console ready after start, with all of it"
_QUERY = "history query: one phone's last 50 calls, at the API"

_LIVE = 1_000
_CALLS = 50
_AT_ONCE = 32


async def long_history(effort: Effort) -> list[Row]:
    """Measure the full console and the empty one in turn, round by round."""
    memory: tuple[list[float], list[float]] = ([], [])
    ready: tuple[list[float], list[float]] = ([], [])
    queries: tuple[list[float], list[float]] = ([], [])
    made = await history_folder(effort.history)
    with here_on(LOAD), tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        full, empty = Path(folder) / "full", Path(folder) / "empty"
        await asyncio.to_thread(shutil.copytree, made, full)
        async with console(full) as served:
            await _place_calls(served)
        async with console(empty):
            pass  # its database is made by now
        for _ in range(effort.rounds):
            async with console(full) as served:
                ready[0].append(served.started_s)
                found_ms, bare_ms = await _work(served, effort.times)
                queries[0].append(found_ms)
                queries[1].append(bare_ms)
                memory[0].append(resident_mb(served.program.pid))
            async with console(empty) as served:
                ready[1].append(served.started_s)
                memory[1].append(resident_mb(served.program.pid))
            sys.stderr.write(f"  ready {ready[0][-1]:.2f} s, {memory[0][-1]:.0f} MB, query {found_ms:.2f} ms\n")
    size = f"{effort.history:,} calls and as many events"
    return _rows(memory, ready, queries, f"make bench ARGS='--only history': {size}; bench/history_made.py")


def _rows(
    memory: tuple[list[float], list[float]],
    ready: tuple[list[float], list[float]],
    queries: tuple[list[float], list[float]],
    how: str,
) -> list[Row]:
    limit_mb, limit_s, limit_ms = (Target(limit, is_ratio=False) for limit in (200.0, 2.0, 5.0))
    empty = "a console without phones or history"
    return [
        compare(_MEMORY, "MB", memory[0], empty, memory[1], target=limit_mb, how=f"{how}; /proc/PID/status"),
        compare(_READY, "s", ready[0], empty, ready[1], target=limit_s, how=f"{how}; to the line `Ctrl-C stops it`"),
        compare(_QUERY, "ms", queries[0], "GET /api/v1/me", queries[1], target=limit_ms, how=how),
    ]


async def _work(served: Console, times: int) -> tuple[float, float]:
    """Use the console as people do, before its memory is looked at: a page, and searches.

    Returns:
        Median ms of a history query, and of a request that reads nothing.
    """
    async with ConsoleClient(served.url, served.token) as api:
        snapshot = await api.snapshot()
        live = sum(call.ended is None for call in snapshot.calls)
        if (len(snapshot.phones), live) != (PHONES, _LIVE):
            raise BenchError(f"{len(snapshot.phones)} phones and {live} live calls are there")
        del snapshot
    query_ms, bare_ms = [], []
    async with _connection(served) as ask:
        for number in range(times):
            phone = phone_id(PHONES - 1 - number * 61 % (PHONES - _LIVE))
            took_ms, found = await ask(f"/api/v1/calls?phone={phone}&limit={_CALLS}")
            query_ms.append(took_ms)
            calls = msgspec.json.decode(found)
            if not calls or len(calls) > _CALLS:
                raise BenchError(f"{len(calls)} calls were found")
            bare_ms.append((await ask("/api/v1/me"))[0])
    return statistics.median(query_ms), statistics.median(bare_ms)


@contextlib.asynccontextmanager
async def _connection(served: Console) -> AsyncIterator[Any]:
    """Keep one connection to the API open; asking costs the client next to nothing, so that the figure is ours."""
    host, _, port = served.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    async def ask(path: str) -> tuple[float, bytes]:
        head = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {served.token}\r\n\r\n"
        began = time.perf_counter()
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(": ", 1) for line in answer.decode("latin-1").splitlines()[1:] if line)
        body = await reader.readexactly(int(fields["content-length"]))
        took_ms = (time.perf_counter() - began) * 1000
        if not answer.startswith(b"HTTP/1.1 200"):
            raise BenchError(f"{path} was answered {answer[:60]!r} {body[:200]!r}")
        return took_ms, body

    try:
        yield ask
    finally:
        writer.close()
        await writer.wait_closed()


async def _place_calls(served: Console) -> None:
    """Let phones report that they talk, each on a call of its own."""
    host, _, port = served.listener_url.removeprefix("http://").partition(":")

    async def report(number: int) -> None:
        for event in ("outgoing", "established"):
            reader, writer = await asyncio.open_connection(host, int(port))
            target = f"/{event}.xml?mac={phone_id(number)}&local=sip:{30_000 + number}@127.0.0.1&call_id=live-{number}"
            writer.write(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            if not answer.startswith(b"HTTP/1.1 200"):
                raise BenchError(f"{target} was answered {answer[:60]!r}")

    for numbers in _slices(range(_LIVE)):
        await asyncio.gather(*(report(number) for number in numbers))


def _slices(numbers: range) -> Iterable[range]:
    return (numbers[first : first + _AT_ONCE] for first in range(0, len(numbers), _AT_ONCE))
