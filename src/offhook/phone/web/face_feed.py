"""The live feed of the phone's face: what the phone shows, as JSON over a WebSocket, at once and whenever it changes.

Theory of operation. What is sent is the whole screen as it is now, never a change, so nothing has to be queued: a
browser that is slow skips what was shown meanwhile and gets what is shown at last. One that takes nothing at all is
cut off. The feed sends only; keys are pressed by Active URI, as everybody else does. It belongs to a session, keeps it
alive, and ends with it.
Source: `offhook.phone.screen`; RFC 6455.
"""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.datastructures import State
from litestar.exceptions import WebSocketDisconnect
from litestar.handlers import WebsocketRouteHandler

from offhook.phone.screen import Screen
from offhook.phone.sessions import Session
from offhook.phone.web.gate import Admission, Gate
from offhook.phone.web.phone_port import PhonePort

__all__ = ["FEED_PATH", "LOG_IN", "MAX_FEEDS", "REFUSED", "TOO_MANY", "Face", "feed_route"]

FEED_PATH = "/face/live"
LOG_IN = 4401
"""Close code: there is no session, or it has ended."""
REFUSED = 4403
"""Close code: another site's page asked."""
TOO_MANY = 4429
"""Close code: `MAX_FEEDS` are open already."""
MAX_FEEDS = 32
_TICK_S = 0.25
"""How often a screen with a running timer is looked at."""
_REST_S = 30.0
"""How often any other one is: its session may have run out."""
_SEND_S = 10.0

_Socket = WebSocket[None, None, State]
_encoder = msgspec.json.Encoder()


class Face(msgspec.Struct, frozen=True):
    """One message of the feed."""

    screen: Screen
    is_handset_up: bool
    is_restarting: bool
    """Nobody takes keys at this moment."""
    note: str
    """Something about the phone that people should know; "" for nothing."""


class _End(Exception):
    """The feed is over."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        """What to close with; None when the other side has gone."""
        self.reason = reason


def feed_route(phone: PhonePort, gate: Gate) -> WebsocketRouteHandler:
    """Make the handler of the feed."""
    open_feeds: set[_Feed] = set()

    @websocket(FEED_PATH, name="face feed")
    async def feed(socket: WebSocket[Any, Any, Any]) -> None:
        # Accepted before anything is checked: only an accepted WebSocket can be closed with a code of ours.
        await socket.accept()
        try:
            session = _admit(gate, socket)
            if len(open_feeds) >= MAX_FEEDS:
                raise _End(TOO_MANY, "too many faces of this phone are open")
            feed = _Feed(phone, gate, socket, session)
            open_feeds.add(feed)
            phone.watchers.add(feed.look)
            try:
                await feed.run()
            finally:
                phone.watchers.discard(feed.look)
                open_feeds.discard(feed)
        except _End as end:
            if end.code is not None:
                with suppress(OSError):  # it may go at this very moment
                    await socket.close(end.code, end.reason)

    return feed


def _admit(gate: Gate, socket: _Socket) -> Session:
    ruling = gate.rule(socket)
    if ruling.admission is Admission.FOREIGN:
        raise _End(REFUSED, "another site's page may not look at this phone")
    if ruling.session is None:
        raise _End(LOG_IN, "log in first")
    return ruling.session


class _Feed:
    """One browser that looks at the phone."""

    def __init__(self, phone: PhonePort, gate: Gate, socket: _Socket, session: Session) -> None:
        self._phone = phone
        self._gate = gate
        self._socket = socket
        self._session = session
        self._look = asyncio.Event()

    def look(self) -> None:
        """Take note that something may have changed."""
        self._look.set()

    async def run(self) -> None:
        """Send until either side ends it.

        Raises:
            _End: Always.
        """
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._wait_for_the_end())
                tasks.create_task(self._send_all())
        except* _End as ends:
            end: BaseException = ends
            while isinstance(end, BaseExceptionGroup):
                end = end.exceptions[0]
            raise end from None

    async def _wait_for_the_end(self) -> None:
        """Read, so that the other side's going is noticed; what it says does not matter."""
        try:
            while True:
                await self._socket.receive_data(mode="text")
        except (WebSocketDisconnect, OSError) as error:
            raise _End(None) from error

    async def _send_all(self) -> None:
        shown = b""
        while True:
            self._look.clear()
            if not self._gate.keep(self._session):
                raise _End(LOG_IN, "logged out")
            device = self._phone.device
            status = device.status
            is_restarting, note = self._phone.is_restarting, self._phone.notice
            face = _encoder.encode(Face(device.screen, status.is_handset_up, is_restarting, note))
            if face != shown:
                await self._send(face.decode())
                shown = face
            with suppress(TimeoutError):
                async with asyncio.timeout(_TICK_S if status.calls else _REST_S):
                    await self._look.wait()

    async def _send(self, text: str) -> None:
        try:
            async with asyncio.timeout(_SEND_S):
                await self._socket.send_text(text)
        except (TimeoutError, OSError, WebSocketDisconnect) as error:
            raise _End(None) from error
