"""The event feed, `GET /api/v1/events`: a snapshot or what was missed, then everything that happens.

Theory of operation. What was missed is read from the store, page by page, until hardly anything is left; then the feed
subscribes to the bus, reads the rest, and goes on with what the bus brings. The journal's position rises and the bus
gets the events in one step, so everything up to the position at which a feed subscribed is in the store, and everything
after it comes over the bus: nothing is lost. While a page is read more may be committed, so it may hold what the bus
brings, too, or is still to bring: the one is dropped by its number, the other is left to the bus, for nobody may hear
of an event before the live state has it. When the store has thrown away what a feed would read next, it says so and
starts again from a snapshot.

An event is encoded once for all who get it in the same form. A reader that does not keep up fills its own queue, is
told so (4008) and resumes from the store; one that reads nothing at all is cut off by `runtime.http_server`.

What is sent is what whoever listens asked for and may see (`feed_request`); when that changes, the feed ends and is to
be opened anew.

It is an ASGI application of its own, because frames are bytes made once and a framework would make them again.
Source: console-api.md §1 nos. 2 and 8; `console_api.frames`; docs/access.md.
"""

import asyncio
import contextlib
from collections.abc import Collection
from typing import Any, Never

import msgspec
import structlog

from offhook.console.access import Access, require_origin
from offhook.console.bus.port import DEFAULT_MAX_WAITING, Bus, Subscription, TooSlow
from offhook.console.feed_request import FeedFilter, FeedRequest, phones_wanted, read_request
from offhook.console.journal import Journal
from offhook.console.permissions import View
from offhook.console.principal import Principal
from offhook.console.visibility import event_for, shown
from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import (
    FEED_VERSION,
    CloseCode,
    EventFrame,
    Hello,
    HelloFrame,
    Ping,
    Pong,
    PongFrame,
    ResyncFrame,
    Subscribe,
    SubscribedFrame,
)
from offhook.console_api.resources import Snapshot
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed, NotValid, StoreError

__all__ = ["EVENTS_PATH", "EventFeeds"]

EVENTS_PATH = "/api/v1/events"

_PAGE = 500
"""Events read from the store at a time: a page is decoded in a few milliseconds, which everybody else waits for."""
_MAX_CLIENT_FRAME_CHARS = 256 * 1024
"""A filter may name thousands of phones."""
_MAX_ENCODED = 4_096
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


class _Gone(Exception):
    """What a feed would have to go on with is not kept any more."""


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
        self._snapshot: Snapshot | None = None
        self._grouped: dict[tuple[str | None, ...], frozenset[str] | None] = {}
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
        self._grouped.clear()
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

    def snapshot(self, phones: Collection[str] | None) -> Snapshot:
        """Take a snapshot; who wants a whole one at the same position gets the same one."""
        if phones is not None:
            return self.journal.snapshot(phones)
        if self._snapshot is None or self._snapshot.seq != self.journal.seq:
            self._snapshot = self.journal.snapshot()
        return self._snapshot

    def phones_wanted(self, wanted: Subscribe) -> frozenset[str] | None:
        """See `feed_request.phones_wanted`; what many ask for is looked up once."""
        if wanted.groups is None:
            return phones_wanted(wanted, ())
        key = (*wanted.groups, None, *(wanted.phones or ()))
        if key not in self._grouped:
            self._grouped[key] = phones_wanted(wanted, self._access.users.all())
        return self._grouped[key]


class _Feed:
    """One connection."""

    def __init__(self, feeds: EventFeeds, scope: Any, receive: Any, send: Any) -> None:
        self._feeds = feeds
        self._scope = scope
        self._receive = receive
        self._send_message = send
        self._wanted = Subscribe()
        self._principal: Principal
        self._filter: FeedFilter
        self._subscription: Subscription = feeds.bus.subscribe()
        self._changes = feeds.changes
        self._seq: int | None = None
        """Everything up to here has been sent, or is not wanted."""
        self._is_waiting = False
        """For the bus, with everything sent that it has given."""

    async def serve(self) -> None:
        """Run the feed; a close code always says why it ended."""
        try:
            await self._receive()  # websocket.connect
            # Accepted before anything is checked: only an accepted WebSocket can be closed with a code.
            await self._send_message({"type": "websocket.accept"})
            try:
                self._principal = await self._feeds.admit(self._scope)
                request = _request(self._scope["query_string"])
                self._follow(request.wanted)
                await self._run(request)
            except _End as end:
                if end.code is not None:
                    message = {"type": "websocket.close", "code": int(end.code), "reason": end.reason[:120]}
                    await self._send_message(message)
        except OSError:  # the server's way to say that the other side has gone
            return

    def _follow(self, wanted: Subscribe) -> None:
        """Take over what is asked for; groups are looked up now."""
        self._wanted = wanted
        self._filter = FeedFilter(self._principal, self._feeds.phones_wanted(wanted), wanted.types)

    async def _run(self, request: FeedRequest) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read())
                tasks.create_task(self._end_with_console())
                tasks.create_task(self._write(request))
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
                self._follow(frame)
                self._subscription.narrow(*self._filter.interests())
                given = {"phones": frame.phones, "types": frame.types, "groups": frame.groups}
                await self._send(_text(SubscribedFrame(data=given)))
            else:
                await self._send(_text(PongFrame(data=Pong(seq=self._position()))))

    def _position(self) -> int | None:
        """Say how far the feed is; one that waits has everything the journal has told."""
        return self._feeds.journal.seq if self._is_waiting and self._subscription.is_idle else self._seq

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
        if self._wanted.groups is not None and self._filter.phones != self._feeds.phones_wanted(self._wanted):
            raise _End(CloseCode.EXPIRED, "your groups have other phones now; connect again")

    async def _write(self, request: FeedRequest) -> None:
        try:
            seq = await self._resume(request)
            is_resync = seq is None and request.after_seq is not None
            while True:
                try:
                    await self._go_on(seq, is_resync=is_resync)
                except _Gone:
                    seq, is_resync = None, True
        except TooSlow as error:
            raise _End(CloseCode.TOO_SLOW, str(error)) from error
        except StoreError as error:
            _log.error("a feed could not be resumed", reason=str(error))
            raise _End(_INTERNAL_ERROR, "the store cannot be read; connect again") from error

    async def _resume(self, request: FeedRequest) -> int | None:
        """Say hello to who can go on from where it was; None for who needs a snapshot."""
        journal, seq = self._feeds.journal, request.after_seq
        if seq is None or request.epoch != journal.epoch or not journal.oldest - 1 <= seq <= journal.seq:
            return None
        if request.at_most is not None and journal.seq - seq > request.at_most:
            return None
        await self._send(_text(HelloFrame(data=Hello(version=FEED_VERSION, epoch=journal.epoch, seq=seq))))
        return seq

    async def _go_on(self, seq: int | None, *, is_resync: bool) -> Never:
        """Send what comes after a position, or a snapshot and what comes after that, until the feed ends.

        Raises:
            _Gone: What comes next is not kept any more.
        """
        journal = self._feeds.journal
        while seq is not None and journal.seq - seq > _PAGE:
            # Following the bus while there is so much to read would fill the queue.
            seq = await self._replay(seq, journal.seq)
        interests = self._filter.interests()
        async with self._feeds.bus.subscribe(*interests, max_waiting=self._feeds.max_waiting) as live:
            self._subscription = live
            if seq is None:
                self._seq = await self._send_snapshot(is_resync)
            else:
                self._seq = await self._replay(seq, journal.seq)
            self._is_waiting = True
            async for batch in live:
                self._is_waiting = False
                await self._pass_on([event for event in batch if event.seq > self._seq])
                self._seq = max(self._seq, batch[-1].seq)
                self._is_waiting = True
        raise _End(CloseCode.GOING_AWAY, "the console stops; connect again")

    async def _replay(self, seq: int, until: int) -> int:
        """Send what the store has after a position, at least up to another one; answers how far that is."""
        while seq < until:
            events = await self._feeds.journal.events_after(seq, _PAGE)
            if not events or events[0].seq != seq + 1:
                raise _Gone
            told = [event for event in events if event.seq <= self._feeds.journal.seq]
            await self._pass_on(told)
            seq = self._seq = told[-1].seq
        return seq

    async def _send_snapshot(self, is_resync: bool) -> int:
        snapshot = shown(self._principal, self._feeds.snapshot(self._filter.phones))
        hello = Hello(version=FEED_VERSION, epoch=snapshot.epoch, seq=snapshot.seq, snapshot=snapshot)
        await self._send(_text(ResyncFrame(data=hello) if is_resync else HelloFrame(data=hello)))
        return hello.seq

    async def _pass_on(self, events: Collection[Envelope]) -> None:
        for event in events:
            view = self._filter.view_of(event)
            if view is not None:
                if self._changes != self._feeds.changes:
                    await self._recheck()
                await self._send(self._feeds.encode(event, view))

    async def _send(self, text: str) -> None:
        await self._send_message({"type": "websocket.send", "text": text})


def _request(query_string: bytes) -> FeedRequest:
    try:
        return read_request(query_string)
    except NotValid as error:
        raise _End(CloseCode.PROTOCOL_ERROR, error.reason) from error


def _text(frame: msgspec.Struct) -> str:
    return _encoder.encode(frame).decode("utf-8")
