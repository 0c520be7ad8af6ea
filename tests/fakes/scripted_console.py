"""A console that answers as a script says, byte by byte: what a real one would never do, and what bad ones do."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from types import TracebackType

__all__ = ["Behaviour", "ScriptedConsole", "answer", "close_at_once", "hang", "say"]

Behaviour = Callable[["ScriptedConsole", asyncio.StreamWriter], Awaitable[bool]]
"""Answers one request; says whether the connection stays open."""


def answer(status: int = 200, body: bytes = b"", *, keep_alive: bool = True) -> Behaviour:
    head = f"HTTP/1.1 {status} X\r\n"
    if status != 204:
        head += f"Content-Length: {len(body)}\r\n"
    if not keep_alive:
        head += "Connection: close\r\n"
    return say(head.encode() + b"\r\n" + body, keep_alive=keep_alive)


def say(raw: bytes, *, keep_alive: bool = True) -> Behaviour:
    async def behave(_console: "ScriptedConsole", writer: asyncio.StreamWriter) -> bool:
        writer.write(raw)
        await writer.drain()
        return keep_alive

    return behave


async def close_at_once(_console: "ScriptedConsole", _writer: asyncio.StreamWriter) -> bool:
    return False


async def hang(console: "ScriptedConsole", _writer: asyncio.StreamWriter) -> bool:
    await console.gone.wait()
    return False


class ScriptedConsole:
    """Behaves for each request as the next entry of its script, then as `otherwise`."""

    def __init__(self, *script: Behaviour, otherwise: Behaviour | None = None, host: str = "127.0.0.1") -> None:
        self.script = list(script)
        self.otherwise = otherwise or answer()
        self.host = host
        self.port = 0
        self.targets: list[str] = []
        """Request targets, as they came."""
        self.heads: list[str] = []
        self.connections = 0
        self.busy = 0
        self.most_busy = 0
        """Most requests that were being answered at the same time."""
        self.gone = asyncio.Event()
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def names(self) -> list[str]:
        """Requests without their leading slash and their ending."""
        return [target.lstrip("/").partition("?")[0].removesuffix(".xml") for target in self.targets]

    async def __aenter__(self) -> "ScriptedConsole":
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def reserve(self) -> None:
        """Choose a port on which nobody listens yet."""
        with socket.socket() as probe:
            probe.bind((self.host, 0))
            self.port = probe.getsockname()[1]

    async def open(self) -> None:
        self.gone.clear()
        self._server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        self.gone.set()
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def wait_for_requests(self, count: int) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.targets) >= count)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        async with self._changed:
            self.targets.append(head.split(" ")[1])
            self._changed.notify_all()
        try:
            behave = self.script.pop(0) if self.script else self.otherwise
            return await behave(self, writer)
        finally:
            self.busy -= 1
