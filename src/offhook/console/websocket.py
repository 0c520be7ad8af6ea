"""The event feed, `GET /api/v1/events`: a snapshot or what was missed, then everything that happens.

Theory of operation. A feed subscribes to the bus before it looks at the journal, and drops what it gets from both by
number; so nothing is lost or doubled between snapshot, replay and live. An event is encoded once, however many feeds
it goes to. A reader that does not keep up fills its own queue, is told so (4008) and resumes from where it was.

What is sent is what whoever listens may see, event by event; when that changes, the feed ends and is to be opened anew.

It is an ASGI application of its own, because frames are bytes made once and a framework would make them again.
Source: console-api.md §1 nos. 2 and 8; `console_api.frames`; docs/access.md.
"""

import asyncio
import contextlib
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs

import msgspec
import structlog

from offhook.console.access import Access, require_origin
from offhook.console.bus.port import DEFAULT_MAX_WAITING, Bus, TooSlow
from offhook.console.journal import Journal
from offhook.console.permissions import View
from offhook.console.principal import Principal
from offhook.console.visibility import event_for, shown, view_for
from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import (
    FEED_VERSION,
    CloseCode,
    EventFrame,
    Hello,
    HelloFrame,
    Ping,
    PongFrame,
    ResyncFrame,
    Subscribe,
    SubscribedFrame,
)
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed, StoreError

__all__ = ["EVENTS_PATH", "MAX_REPLAY", "EventFeeds"]

EVENTS_PATH = "/api/v1/events"
MAX_REPLAY = 20_000
"""Events replayed at most; beyond that a snapshot says more in less."""

_PAGE = 1_000
_MAX_CLIENT_FRAME_CHARS = 256 * 1024
"""A filter may name thousands of phones."""
_MAX_ENCODED = 8_192
_STOP_S = 1.0
_RECHECK_S = 60.0
"""How long a feed outlives the sign-out of its session at most."""
_INTERNAL_ERROR = 1011
_SCHEMES = {"ws": "http", "wss": "https"}

_decoder = msgspec.json.Decoder(Subscribe | Ping)
_encoder = msgspec.json.Encoder()
_log = structlog.get_logger("offhook.console.websocket")


class _End(Exception):
    """A feed is over; `code` is what to close with, None when the other side has gone."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


class EventFeeds:
    """All open feeds; an ASGI application for the scope type `websocket`."""

    def __init__(self, journal: Journal, bus: Bus, access: Access, *, max_waiting: int = DEFAULT_MAX_WAITING) -> None:
        """Prepare.

        Args:
            max_waiting: Events a reader may be behind.
        """
        self.journal = journal
        self.bus = bus
        self.max_waiting = max_waiting
        self._access = access
        self._encoded: dict[tuple[int, View], str] = {}
        self._snapshot: tuple[int, Hello] | None = None
        self._open: set[asyncio.Task[Any]] = set()
        self.is_stopping = False
        self.news = asyncio.Event()
        """Set, and replaced, when the console stops or somebody's rights have changed."""
        access.on_change = self._tell_feeds

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection until either side ends it."""
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await _Feed(self, scope, receive, send).serve()
        finally:
            self._open.discard(task)

    async def close(self) -> None:
        """Tell every reader that the console stops (1001)."""
        self.is_stopping = True
        self._tell_feeds()
        if self._open:
            await asyncio.wait(set(self._open), timeout=_STOP_S)

    def _tell_feeds(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    @property
    def changes(self) -> int:
        """Rises whenever somebody may have lost a right."""
        return self._access.changes

    async def admit(self, scope: Any) -> Principal:
        """Check who connects and from where.

        Raises:
            _End: Nobody known, nobody who may, or another page's script; or the store cannot tell.
        """
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        authorization, cookies = headers.get("authorization", ""), headers.get("cookie", "")
        if not authorization and not cookies:
            raise _End(CloseCode.NO_TOKEN, "sign in, or send a bearer token")
        try:
            principal = await self._access.principal(authorization, cookies)
            if principal is None:
                raise _End(CloseCode.REFUSED, "sign in again, or send a valid bearer token")
            if principal.kind == "session":
                require_origin(headers.get("origin"), _SCHEMES[scope["scheme"]], headers.get("host", ""))
            principal.require(Scope.EVENTS_READ)
        except NotAllowed as refusal:
            raise _End(CloseCode.REFUSED, str(refusal)) from refusal
        except StoreError as error:
            _log.error("who listens could not be looked up", reason=str(error))
            raise _End(_INTERNAL_ERROR, "the store cannot be read; connect again") from error
        return principal

    def encode(self, event: Envelope, view: View) -> str:
        """Write an event's frame, once for all who get it in this form."""
        frame = self._encoded.get((event.seq, view))
        if frame is None:
            frame = self._encoded[event.seq, view] = _text(EventFrame(data=event_for(view, event)))
            if len(self._encoded) > _MAX_ENCODED:
                del self._encoded[next(iter(self._encoded))]
        return frame

    def hello(self) -> Hello:
        """Take a snapshot; who comes at the same position gets the same one."""
        seq = self.journal.seq
        if self._snapshot is None or self._snapshot[0] != seq:
            snapshot = self.journal.snapshot()
            hello = Hello(version=FEED_VERSION, epoch=snapshot.epoch, seq=snapshot.seq, snapshot=snapshot)
            self._snapshot = (seq, hello)
        return self._snapshot[1]


class _Feed:
    """One connection."""

    def __init__(self, feeds: EventFeeds, scope: Any, receive: Any, send: Any) -> None:
        self._feeds = feeds
        self._scope = scope
        self._receive = receive
        self._send_message = send
        self._phones: frozenset[str] | None = None
        self._types: tuple[str, ...] | None = None
        self._is_resync = False
        self._principal: Principal
        self._changes = feeds.changes
        self._subscription = feeds.bus.subscribe(max_waiting=feeds.max_waiting)

    async def serve(self) -> None:
        """Run the feed; a close code always says why it ended."""
        try:
            await self._receive()  # websocket.connect
            # Accepted before anything is checked: only an accepted WebSocket can be closed with a code.
            await self._send_message({"type": "websocket.accept"})
            try:
                self._principal = await self._feeds.admit(self._scope)
                position = _wanted_position(self._scope["query_string"])
                await self._run(position)
            except _End as end:
                if end.code is not None:
                    message = {"type": "websocket.close", "code": int(end.code), "reason": end.reason[:120]}
                    await self._send_message(message)
        except OSError:  # the server's way to say that the other side has gone
            return

    async def _run(self, position: tuple[int, str] | None) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read())
                tasks.create_task(self._end_with_console())
                tasks.create_task(self._write(position))
        except* (_End, OSError) as reasons:
            # One clause for both: the other side's going shows as either, and as both at once.
            ends = reasons.subgroup(_End)
            end: BaseException = _End(None) if ends is None else ends
            while isinstance(end, BaseExceptionGroup):
                end = end.exceptions[0]
            raise end from None

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                raise _End(None)
            text = message.get("text")
            if text is None or len(text) > _MAX_CLIENT_FRAME_CHARS:
                raise _End(CloseCode.PROTOCOL_ERROR, "frames are JSON text of reasonable size")
            try:
                frame = _decoder.decode(text)
            except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
                raise _End(CloseCode.PROTOCOL_ERROR, "send subscribe or ping frames") from error
            if isinstance(frame, Subscribe):
                await self._narrow(frame)
            else:
                await self._send(_text(PongFrame()))

    async def _narrow(self, wanted: Subscribe) -> None:
        self._phones = None if wanted.phones is None else frozenset(wanted.phones)
        self._types = None if wanted.types is None else tuple(wanted.types)
        self._subscription.narrow(phones=wanted.phones, types=wanted.types)
        await self._send(_text(SubscribedFrame(data={"phones": wanted.phones, "types": wanted.types})))

    async def _end_with_console(self) -> None:
        """Wait for the console's end, and look whenever rights change, and now and then, whether this may go on."""
        while not self._feeds.is_stopping:
            news = self._feeds.news
            if self._changes != self._feeds.changes:
                await self._recheck()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_RECHECK_S):
                    await news.wait()
            if not self._feeds.is_stopping:
                await self._recheck()
        raise _End(CloseCode.GOING_AWAY, "the console stops; connect again")

    async def _recheck(self) -> None:
        self._changes = self._feeds.changes
        try:
            principal = await self._feeds.admit(self._scope)
        except _End as refusal:
            code = CloseCode.EXPIRED if refusal.code == CloseCode.REFUSED else refusal.code
            raise _End(code, refusal.reason) from refusal
        if not principal.has_rights_of(self._principal):
            raise _End(CloseCode.EXPIRED, "what you may see has changed; connect again")

    async def _write(self, position: tuple[int, str] | None) -> None:
        try:
            # What was missed may be much; following the bus meanwhile would fill the queue.
            start = await self._replay(position) if position is not None else None
            async with self._subscription as live:
                seq = await self._begin(start)
                async for batch in live:
                    seq = await self._pass_on(batch, seq)
        except TooSlow as error:
            raise _End(CloseCode.TOO_SLOW, str(error)) from error
        except StoreError as error:
            _log.error("a feed could not be resumed", reason=str(error))
            raise _End(_INTERNAL_ERROR, "the store cannot be read; connect again") from error
        raise _End(CloseCode.GOING_AWAY, "the console stops; connect again")

    async def _replay(self, position: tuple[int, str]) -> int | None:
        """Send what was missed, but for what happens meanwhile; None when there is no going on from there."""
        journal = self._feeds.journal
        seq, epoch = position
        if epoch != journal.epoch or not 0 <= journal.seq - seq <= MAX_REPLAY:
            self._is_resync = True
            return None
        events = await journal.events_after(seq, _PAGE)
        if events and events[0].seq != seq + 1:  # what came next has been thrown away since
            self._is_resync = True
            return None
        await self._send(_text(HelloFrame(data=Hello(version=FEED_VERSION, epoch=epoch, seq=seq))))
        while events:
            seq = await self._pass_on(events, seq)
            events = await journal.events_after(seq, _PAGE) if len(events) == _PAGE else []
        return seq

    async def _begin(self, start: int | None) -> int:
        """Close the gap between replay and subscription, or begin with a snapshot; answers the position reached."""
        if start is None:
            whole = self._feeds.hello()
            hello = msgspec.structs.replace(whole, snapshot=shown(self._principal, whole.snapshot))
            await self._send(_text(ResyncFrame(data=hello) if self._is_resync else HelloFrame(data=hello)))
            return hello.seq
        while events := await self._feeds.journal.events_after(start, _PAGE):
            start = await self._pass_on(events, start)
        return start

    async def _pass_on(self, events: Collection[Envelope], after: int) -> int:
        for event in events:
            if event.seq <= after:
                continue
            after = event.seq
            view = view_for(self._principal, event)
            if view is not None and self._wants(event):
                if self._changes != self._feeds.changes:
                    await self._recheck()
                await self._send(self._feeds.encode(event, view))
        return after

    def _wants(self, event: Envelope) -> bool:
        if self._phones is not None and event.phone not in self._phones:
            return False
        return self._types is None or any(
            event.type == entry or (entry.endswith(".") and event.type.startswith(entry)) for entry in self._types
        )

    async def _send(self, text: str) -> None:
        await self._send_message({"type": "websocket.send", "text": text})


def _wanted_position(query_string: bytes) -> tuple[int, str] | None:
    """Read `after_seq` and `epoch`; None when the feed shall start with a snapshot."""
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    if "after_seq" not in query:
        return None
    text = query["after_seq"][0]
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise _End(CloseCode.PROTOCOL_ERROR, "after_seq is the number of an event")
    return int(text), query.get("epoch", [""])[0]


def _text(frame: msgspec.Struct) -> str:
    return _encoder.encode(frame).decode("utf-8")
