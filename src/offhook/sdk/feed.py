"""The console's event feed: every event once and in order, across lost connections and console restarts.

Source: console-api.md §1 nos. 2 and 8; `offhook.console_api.frames`.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

import aiohttp
import msgspec

from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import (
    CloseCode,
    EventFrame,
    Hello,
    HelloFrame,
    Ping,
    PongFrame,
    ResyncFrame,
    ServerFrame,
    Subscribe,
)
from offhook.console_api.resources import Snapshot
from offhook.errors import ConsoleRefused, ConsoleUnreachable

__all__ = ["EventFeed"]

_HEARTBEAT_S = 10.0
_MAX_FRAME_BYTES = 256 * 1024 * 1024
"""A snapshot is one frame, about a kilobyte for each phone and call; the library's own limit stops at 4 MiB."""
_QUIET_S = 5.0
"""After so long without an event it asks how far the feed is, so that it does not have to go far back later."""
_MAX_QUERY_CHARS = 4_000
"""A longer filter is sent in a frame: servers do not take addresses of any length."""
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 3.0
_PING = msgspec.json.encode(Ping()).decode()
_ENDS = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
_DECODER = msgspec.json.Decoder(ServerFrame)


class EventFeed:
    """Iterate over it for `Envelope`s; use it as an async context manager, whose entry waits for the first hello.

    After a lost connection it connects again and resumes after the last event it gave. When the console cannot resume
    from there, or what may be seen has changed, `snapshot` is replaced and the feed goes on from it, so whoever keeps a
    picture looks at `resyncs`.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        after_seq: int | None,
        epoch: str | None,
        phones: list[str] | None,
        types: list[str] | None,
        groups: list[str] | None = None,
        at_most: int | None = None,
    ) -> None:
        self._session = session
        self._url = url
        self._seq = after_seq
        self._has_begun = after_seq is not None
        self._epoch = epoch
        self._filter = Subscribe(phones=phones, types=types, groups=groups)
        self._at_most = at_most
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.snapshot: Snapshot | None = None
        """What was live when the feed started; None when it resumed from a position."""
        self.resyncs = 0
        """How often the position was lost and `snapshot` replaced."""

    async def __aenter__(self) -> Self:
        await self._connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def __aiter__(self) -> AsyncIterator[Envelope]:
        while True:
            socket = self._socket or await self._reconnect()
            async for frame in self._frames(socket):
                if isinstance(frame, EventFrame):
                    self._seq = frame.data.seq
                    yield frame.data
                elif isinstance(frame, ResyncFrame):
                    self._restart_from(frame.data)
                elif isinstance(frame, PongFrame) and frame.data.seq is not None:
                    self._seq = frame.data.seq
            self._socket = None
            if socket.close_code == CloseCode.EXPIRED:
                self._seq = None  # other rights, another picture

    async def _frames(self, socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[ServerFrame]:
        """Give what arrives until the connection ends; ask for the position when it is quiet."""
        while True:
            try:
                message = await socket.receive(timeout=_QUIET_S)
            except TimeoutError:
                with contextlib.suppress(ConnectionError):  # the next turn finds it closed
                    await socket.send_str(_PING)
                continue
            if message.type is aiohttp.WSMsgType.TEXT:
                yield _DECODER.decode(message.data)
            elif message.type in _ENDS:
                return

    async def _reconnect(self) -> aiohttp.ClientWebSocketResponse:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                return await self._connect()
            except ConsoleUnreachable:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        """Open the feed and read its hello.

        Raises:
            ConsoleUnreachable: No console there, or it went away at once.
            ConsoleRefused: It is there and does not let us in.
        """
        query, is_whole = self._query()
        try:
            socket = await self._session.ws_connect(
                self._url, params=query, heartbeat=_HEARTBEAT_S, max_msg_size=_MAX_FRAME_BYTES
            )
            first = await socket.receive(timeout=_HEARTBEAT_S)
        except aiohttp.WSServerHandshakeError as reason:
            raise ConsoleRefused(
                reason.status, "feed-refused", f"the console refused the feed: {reason.message}"
            ) from reason
        except (aiohttp.ClientError, TimeoutError, OSError) as reason:
            raise ConsoleUnreachable(self._url, str(reason) or type(reason).__name__) from reason
        if first.type is not aiohttp.WSMsgType.TEXT:
            code = socket.close_code or 0
            await socket.close()
            if 4001 <= code <= 4004:
                raise ConsoleRefused(code, "feed-refused", "the console refused the feed; is the token right?")
            raise ConsoleUnreachable(self._url, "the feed closed at once")
        frame = _DECODER.decode(first.data)
        if isinstance(frame, HelloFrame | ResyncFrame):
            self._restart_from(frame.data)
        if not is_whole:
            await socket.send_str(msgspec.json.encode(self._filter).decode())
        self._socket = socket
        return socket

    def _query(self) -> tuple[list[tuple[str, str]], bool]:
        """Say where to start and what is wanted; and whether all of that found room."""
        query = [] if self._seq is None else [("after_seq", str(self._seq)), ("epoch", self._epoch or "")]
        if self._at_most is not None:
            query.append(("at_most", str(self._at_most)))
        wanted = [
            (name, value)
            for name in self._filter.__struct_fields__
            if (values := getattr(self._filter, name)) is not None
            for value in values or [""]
        ]
        if len(urlencode(wanted)) > _MAX_QUERY_CHARS:
            return query, False
        return query + wanted, True

    def _restart_from(self, hello: Hello) -> None:
        self._epoch = hello.epoch
        if hello.snapshot is not None:
            self.snapshot = hello.snapshot
            self._seq = hello.seq
            self.resyncs += self._has_begun
        self._has_begun = True
