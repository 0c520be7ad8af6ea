"""What the console's tests share: phones that report, a clock that stands still, a receiving half on a real port."""

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

from offhook.console.bus.in_process import InProcessBus
from offhook.console.intake import Intake, read_report
from offhook.console.journal import Journal
from offhook.console.live_state import Draft, LiveState
from offhook.console.phone_listener import ListenerLimits, PhoneListener
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.records import Change, Happening, IncomingReport, PhoneSetupChanged
from offhook.console.reduce import Reducer
from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from offhook.console_api.envelope import Envelope
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Call, Connection, Phone
from offhook.dialects.registry import Registry
from offhook.runtime.http_server import bind_tcp

A = "0000000000a1"
B = "0000000000b2"
START = 1_800_000_000.0
WITHIN_S = 10.0
"""Limit for things that happen at once: reached only by a test that fails."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> float:
        return self.at

    def pass_(self, seconds: float) -> None:
        self.at += seconds


def target(event: str, **values: str) -> bytes:
    """Write the target of an Action URL request as a phone does."""
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in values.items())
    return f"/{event}.xml?{query}".encode("ascii")


def a_report(
    event: str, *, source: str = "127.0.0.9", at: float = START, mac: str = A, **values: str
) -> IncomingReport:
    named = {"mac": mac, **values} if mac else values
    return read_report(target(event, **named), source, at)


def counted_ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):04d}"


_REGISTRY = Registry()
"""Read once: it never changes, and the property tests make thousands of scenes."""


class Scene:
    """The pure half: reports go in, the live state and the events come out; no store, no loop."""

    def __init__(self, *, max_phones: int = 100, registry: Registry | None = None) -> None:
        self.state = LiveState()
        self.clock = Clock()
        self.registry = registry or _REGISTRY
        self.reducer = Reducer(self.registry, new_id=counted_ids(), max_phones=max_phones)
        self._actions = itertools.count(1)

    def later(self, seconds: float) -> "Scene":
        self.clock.pass_(seconds)
        return self

    def report(self, event: str, *, source: str = "127.0.0.9", mac: str = A, **values: str) -> list[Happening]:
        self.clock.pass_(1.0)
        draft = Draft(self.state)
        report = a_report(event, source=source, at=self.clock.at, mac=mac, **values)
        reduced = self.reducer.report(draft, report, next(self._actions))
        self.state.apply(draft, now=self.clock.at)
        return reduced.happenings

    def change(self, change: Change) -> list[Happening]:
        draft = Draft(self.state)
        reduced = self.reducer.change(draft, change, self.clock.at)
        self.state.apply(draft, now=self.clock.at)
        return reduced.happenings

    def set_up(self, phone: str = A, **setup: Any) -> list[Happening]:
        return self.change(PhoneSetupChanged(phone, PhoneSetup(**setup)))

    def phone(self, phone: str = A) -> Phone:
        shown = self.state.phone(phone)
        assert shown is not None, f"{phone} is not known"
        return shown

    def live(self) -> list[Call]:
        return self.state.calls(is_live=True)

    def only_call(self) -> Call:
        calls = self.state.calls()
        assert len(calls) == 1, calls
        return calls[0]

    def only_connection(self) -> Connection:
        connections = self.only_call().connections
        assert len(connections) == 1, connections
        return connections[0]


def types(happenings: Iterable[Happening | Envelope]) -> list[str]:
    """The events' types, without the one that says that a phone became known."""
    return [str(happening.type) for happening in happenings if happening.type != "phone.added"]


@asynccontextmanager
async def a_journal(
    store: Store | None = None,
    *,
    clock: Callable[[], float] | None = None,
    max_waiting: int = 1000,
    secrets: PhoneSecrets | None = None,
) -> AsyncIterator[Journal]:
    journal = Journal(
        store or MemoryStore(),
        InProcessBus(),
        secrets or PhoneSecrets.for_tests(),
        clock=clock or Clock(),
        new_id=counted_ids(),
        max_waiting=max_waiting,
    )
    await journal.start()
    try:
        yield journal
    finally:
        await journal.stop()


class Wire:
    """One connection to the listener, as a phone would make it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, raw: bytes) -> None:
        self.writer.write(raw)
        async with asyncio.timeout(WITHIN_S):
            await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str]]:
        """Read one answer: its status and header fields, names in lower case."""
        async with asyncio.timeout(WITHIN_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("ascii")
        line, *fields = head.strip().split("\r\n")
        pairs = (field.partition(":") for field in fields)
        return int(line.split(" ")[1]), {name.lower(): value.strip() for name, _, value in pairs}

    async def status(self) -> int:
        return (await self.answer())[0]

    async def is_closed(self) -> bool:
        """Wait until the listener has closed its side, and say whether nothing came before."""
        async with asyncio.timeout(WITHIN_S):
            return await self.reader.read() == b""

    async def close(self) -> None:
        self.writer.close()
        try:
            async with asyncio.timeout(WITHIN_S):
                await self.writer.wait_closed()
        except ConnectionError:
            pass  # the listener was quicker


class ReceivingHalf:
    """Listener, intake and journal on a real port."""

    def __init__(self, journal: Journal, listener: PhoneListener) -> None:
        self.journal = journal
        self.listener = listener
        self.events: list[Envelope] = []
        journal.on_committed(self.events.extend)

    @asynccontextmanager
    async def wire(self, source: str = "127.0.0.1") -> AsyncIterator[Wire]:
        async with asyncio.timeout(WITHIN_S):
            streams = await asyncio.open_connection("127.0.0.1", self.listener.port, local_addr=(source, 0))
        wire = Wire(*streams)
        try:
            yield wire
        finally:
            await wire.close()

    async def another_phone_is_served(self) -> None:
        """Show that a report of another phone is taken, now."""
        before = len(self.events)
        async with self.wire("127.0.0.77") as wire:
            await wire.send(b"GET /setup_completed.xml?mac=0000000000ff HTTP/1.1\r\nHost: c\r\n\r\n")
            assert await wire.status() == 200
        assert any(event.type == "phone.started" for event in self.events[before:])

    def phone_words(self) -> list[str]:
        """The events' words in the order of the requests."""
        words = {event.source.action: event.source.event for event in self.events if event.source is not None}
        return [words[action] for action in sorted(words)]

    def last(self, phone: str) -> Envelope:
        return [event for event in self.events if event.phone == phone][-1]


@asynccontextmanager
async def a_receiving_half(
    store: Store | None = None,
    *,
    limits: ListenerLimits | None = None,
    secret: str | None = None,
    sweep_s: float = 0.05,
    send_buffer_bytes: int | None = None,
) -> AsyncIterator[ReceivingHalf]:
    async with a_journal(store) as journal:
        listener = PhoneListener(Intake(journal, secret=secret), limits=limits, sweep_s=sweep_s)
        bound = bind_tcp("127.0.0.1", 0, flag="--listener-port")
        if send_buffer_bytes is not None:  # accepted sockets inherit it
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer_bytes)
        await listener.start(bound)
        try:
            yield ReceivingHalf(journal, listener)
        finally:
            await listener.stop()
