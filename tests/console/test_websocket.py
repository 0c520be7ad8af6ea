"""The event feed over real sockets: snapshot, resume, filter, refusals, slow readers, the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from offhook.console.bus.in_process import InProcessBus
from offhook.console.journal import Journal
from offhook.console.permissions import View
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.records import PhoneSetupChanged
from offhook.console.store.memory import MemoryStore
from offhook.console.websocket import EventFeeds
from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import ServerFrame
from offhook.console_api.people import UserChange
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.scopes import Role, Scope
from offhook.errors import StoreError
from tests.console.people_kit import browser_of, some_access
from tests.console.running_console import MAC, RunningConsole, running_console

_frames = msgspec.json.Decoder(ServerFrame)
OTHER = "02000f001002"


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


class Reader:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self) -> Any:
        message = await self.socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return _frames.decode(message.data)

    async def seqs(self, count: int) -> list[int]:
        return [(await self.frame()).data.seq for _ in range(count)]

    async def close_code(self) -> int | None:
        while (message := await self.socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        # The socket's own close_code is 1006 where the server has gone before our half of the goodbye.
        return int(message.data) if message.type is aiohttp.WSMsgType.CLOSE else self.socket.close_code


@asynccontextmanager
async def feed(console: RunningConsole, query: str = "", **headers: str) -> AsyncIterator[Reader]:
    every = headers or {"Authorization": f"Bearer {console.token}"}
    async with console.http.ws_connect(f"{console.app.api_url}/api/v1/events{query}", headers=every) as socket:
        yield Reader(socket)


async def head(console: RunningConsole) -> tuple[int, str]:
    _, snapshot = await console.ask("GET", "/snapshot")
    return snapshot["seq"], snapshot["epoch"]


async def test_hello_has_the_snapshot_and_what_follows_comes_once(console: RunningConsole) -> None:
    call = await console.ringing()
    async with feed(console) as reader:
        hello = (await reader.frame()).data
        assert [each.id for each in hello.snapshot.calls] == [call]
        assert hello.seq == hello.snapshot.seq
        await console.report("established", call_id="a1")
        event = (await reader.frame()).data
        assert (event.seq, event.type) == (hello.seq + 1, "call.established")


async def test_nothing_is_lost_or_doubled_while_phones_report(console: RunningConsole) -> None:
    async def reports(mac: str) -> None:
        for number in range(20):
            await console.report("dnd_on" if number % 2 else "dnd_off", mac)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reports(MAC))
        tasks.create_task(reports(OTHER))
        await console.until(lambda event: event.seq > 3)
        async with feed(console) as fresh, feed(console, "?after_seq=1&epoch=" + console.events[0].epoch) as resumed:
            start = (await fresh.frame()).data.seq
            assert (await resumed.frame()).data.seq == 1
            count = 15
            assert await fresh.seqs(count) == list(range(start + 1, start + 1 + count))
            assert await resumed.seqs(start + count - 1) == list(range(2, start + count + 1))


async def test_resuming_replays_and_goes_on(console: RunningConsole) -> None:
    await console.report("dnd_on")
    seq, epoch = await head(console)
    await console.report("dnd_off")
    await console.report("dnd_on")
    async with feed(console, f"?after_seq={seq}&epoch={epoch}") as reader:
        hello = (await reader.frame()).data
        assert (hello.seq, hello.snapshot) == (seq, None)
        assert await reader.seqs(2) == [seq + 1, seq + 2]
        await console.report("dnd_off")
        assert await reader.seqs(1) == [seq + 3]


async def test_resuming_after_a_restart_of_the_console(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.report("dnd_on")
        seq, epoch = await head(console)
        await console.report("dnd_off")
    async with running_console(tmp_path) as console, feed(console, f"?after_seq={seq}&epoch={epoch}") as reader:
        await reader.frame()
        event = (await reader.frame()).data
        assert (event.seq, event.type, event.detail["on"]) == (seq + 1, "phone.dnd_changed", False)


@pytest.mark.parametrize("query", ["?after_seq=0", "?after_seq=0&epoch=other", "?after_seq=999999&epoch={epoch}"])
async def test_a_position_that_means_nothing_gets_a_snapshot(console: RunningConsole, query: str) -> None:
    await console.report("dnd_on")
    seq, epoch = await head(console)
    async with feed(console, query.format(epoch=epoch)) as reader:
        raw = await reader.socket.receive(timeout=5)
        frame = msgspec.json.decode(raw.data)
        assert (frame["op"], frame["data"]["seq"]) == ("resync_required", seq)
        assert frame["data"]["snapshot"]["phones"][0]["id"] == MAC


async def test_filters_and_pings(console: RunningConsole) -> None:
    async with feed(console) as reader:
        await reader.frame()
        await reader.socket.send_str(f'{{"op":"subscribe","phones":["{MAC}"],"types":["call."]}}')
        assert (await reader.frame()).data == {"phones": [MAC], "types": ["call."], "groups": None}
        await console.ringing(OTHER, "b1")
        await console.report("dnd_on")
        await console.ringing(MAC, "a1")
        event = (await reader.frame()).data
        assert (event.phone, event.type) == (MAC, "call.delivered")
        await reader.socket.send_str('{"op":"ping"}')
        pong = (await reader.frame()).data
        assert pong.seq == console.events[-1].seq
        await reader.socket.send_str('{"op":"subscribe"}')
        await reader.frame()
        await console.report("dnd_on", OTHER)
        assert (await reader.frame()).data.phone == OTHER


@pytest.mark.parametrize(
    "text",
    [
        "[" * 9_000,
        '{"op":"ping","x":' + "[" * 9_000,
        "nonsense",
        "{}",
        '{"op":"other"}',
        '{"op":"subscribe","phones":1}',
        "x" * 300_000,
    ],
)
async def test_a_frame_that_makes_no_sense_ends_the_feed(console: RunningConsole, text: str) -> None:
    async with feed(console) as reader:
        await reader.socket.send_str(text)
        assert await reader.close_code() == 4004
    assert (await console.ask("GET", "/health"))[0] == 200


async def test_bytes_are_no_frame(console: RunningConsole) -> None:
    async with feed(console) as reader:
        await reader.socket.send_bytes(b'{"op":"ping"}')
        assert await reader.close_code() == 4004


@pytest.mark.parametrize("query", ["?after_seq=x&epoch=e", "?after_seq=-1&epoch=e", "?after_seq=" + "9" * 30])
async def test_a_position_that_is_none_ends_the_feed(console: RunningConsole, query: str) -> None:
    async with feed(console, query) as reader:
        assert await reader.close_code() == 4004


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X-Nothing": "1"}, 4001),
        ({"Authorization": "Bearer wrong"}, 4002),
        ({"Cookie": "offhook_console=wrong"}, 4002),
    ],
)
async def test_strangers_are_told_why(console: RunningConsole, headers: dict[str, str], code: int) -> None:
    async with feed(console, **headers) as reader:
        assert await reader.close_code() == code


@pytest.mark.parametrize(("origin", "code"), [(None, 4002), ("http://evil.example", 4002), ("own", None)])
async def test_a_cookie_counts_from_our_own_page_only(
    console: RunningConsole, origin: str | None, code: int | None
) -> None:
    async with console.http.get(console.app.sign_in_link()) as response:
        session = response.cookies["offhook_console"].value
    console.http.cookie_jar.clear()
    headers = {"Cookie": f"offhook_console={session}"}
    if origin is not None:
        headers["Origin"] = console.app.api_url if origin == "own" else origin
    async with feed(console, **headers) as reader:
        if code is None:
            assert (await reader.frame()).data.snapshot is not None
        else:
            assert await reader.close_code() == code


async def test_another_address_is_no_feed(console: RunningConsole) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await console.http.ws_connect(f"{console.app.api_url}/api/v1/other")
    assert refusal.value.status == 403


async def test_readers_are_told_when_the_console_stops(console: RunningConsole) -> None:
    async with feed(console) as one, feed(console) as two:
        await one.frame()
        async with asyncio.timeout(3):
            await console.app.stop()
        assert [await one.close_code(), await two.close_code()] == [1001, 1001]


# --- without sockets: a reader as slow as the test wants ------------------------------------------------------------


class SlowReader:
    """Takes frames only while `may_read` is set."""

    def __init__(self) -> None:
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.sent: list[dict[str, Any]] = []
        self.frames = asyncio.Condition()
        self._has_connected = False

    async def receive(self) -> dict[str, Any]:
        if not self._has_connected:
            self._has_connected = True
            return {"type": "websocket.connect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        await self.may_read.wait()
        async with self.frames:
            self.sent.append(message)
            self.frames.notify_all()

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(5), self.frames:
            await self.frames.wait_for(lambda: sum(each["type"] == kind for each in self.sent) >= count)
        return next(each for each in self.sent if each["type"] == kind)


@asynccontextmanager
async def slow_feed(query: str = "", **limits: int) -> AsyncIterator[tuple[SlowReader, Journal]]:
    store, bus = MemoryStore(), InProcessBus()
    journal = Journal(store, bus, PhoneSecrets.for_tests())
    await journal.start()
    access = some_access(store)
    feeds = EventFeeds(journal, bus, access, **limits)
    token = await access.issue_token("t")
    reader = SlowReader()
    scope = {
        "scheme": "ws",
        "query_string": query.format(epoch=journal.epoch).encode(),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }
    task = asyncio.create_task(feeds(scope, reader.receive, reader.send))
    try:
        yield reader, journal
    finally:
        await feeds.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await journal.stop()


async def change(journal: Journal, number: int) -> None:
    await journal.record(PhoneSetupChanged(MAC, PhoneSetup(name=f"phone {number}")))


async def test_a_reader_that_does_not_keep_up_is_told_so() -> None:
    async with slow_feed(max_waiting=5) as (reader, journal):
        await reader.until("websocket.send")
        reader.may_read.clear()
        for number in range(12):
            await change(journal, number)
        reader.may_read.set()
        assert (await reader.until("websocket.close"))["code"] == 4008


async def test_an_event_is_encoded_once() -> None:
    store, bus = MemoryStore(), InProcessBus()
    journal = Journal(store, bus, PhoneSecrets.for_tests())
    await journal.start()
    await change(journal, 1)
    feeds = EventFeeds(journal, bus, some_access(store))
    event = (await journal.events_after(0, 1))[0]
    assert feeds.encode(event, View.FULL) is feeds.encode(event, View.FULL) != feeds.encode(event, View.REDUCED)
    first = feeds.snapshot(None)
    assert feeds.snapshot(None) is first
    await change(journal, 2)
    assert feeds.snapshot(None) is not first
    await journal.stop()


async def test_an_operator_gets_the_own_calls_and_of_others_the_presence(console: RunningConsole) -> None:
    await console.ringing(OTHER, "long-call-id-1")
    async with browser_of(console, Role.OPERATOR, MAC) as anna, feed(console, **anna.headers) as reader:
        hello = (await reader.frame()).data
        assert ([phone.id for phone in hello.snapshot.phones], hello.snapshot.calls) == ([OTHER], [])
        await console.report("established", OTHER, call_id="long-call-id-1", remote="sip:2002@pbx")
        await console.report("mystery", OTHER)
        await console.report("incoming", MAC, call_id="long-call-id-2", remote="sip:2001@pbx")
        others = (await reader.frame()).data
        assert (others.type, others.phone, others.connection_state) == ("call.established", OTHER, "connected")
        assert (others.call, others.connection, others.detail, others.source) == (None, None, {}, None)
        while (mine := (await reader.frame()).data).type != "call.delivered":
            assert mine.type != "phone.vendor_event"
        assert mine.call is not None
        assert mine.source is None, "what phones send word by word is for administrators"


async def test_a_resumed_feed_is_cut_down_alike(console: RunningConsole) -> None:
    seq, epoch = await head(console)
    await console.ringing(OTHER, "long-call-id-1")
    await console.report("incoming", MAC, call_id="long-call-id-2", remote="sip:2001@pbx")
    async with browser_of(console, Role.OPERATOR, MAC) as anna:
        async with feed(console, f"?after_seq={seq}&epoch={epoch}", **anna.headers) as reader:
            assert (await reader.frame()).data.snapshot is None
            frames: list[Envelope] = []
            while not frames or (frames[-1].type, frames[-1].phone) != ("call.delivered", MAC):
                frames.append((await reader.frame()).data)
    assert {frame.call for frame in frames if frame.phone == OTHER} == {None}
    assert all(frame.source is None for frame in frames)


async def test_a_token_needs_the_scope(console: RunningConsole) -> None:
    _, secret = await console.app.access.create_token("half", set(Scope) - {Scope.EVENTS_READ})
    async with feed(console, Authorization=f"Bearer {secret}") as reader:
        assert await reader.close_code() == 4002


async def test_a_feed_ends_at_once_when_what_may_be_seen_changes(console: RunningConsole) -> None:
    users = console.app.access.users
    changes = (UserChange(is_enabled=False), UserChange(phones=[OTHER]), UserChange(role=Role.SUPERVISOR))
    for number, change_ in enumerate(changes):
        async with browser_of(console, Role.OPERATOR, MAC, name=f"user{number}") as anna:
            async with feed(console, **anna.headers) as reader:
                await reader.frame()
                await users.change(anna.user.id, change_)
                assert await reader.close_code() == 4003


async def test_a_feed_goes_on_when_something_else_changes(console: RunningConsole) -> None:
    async with browser_of(console, Role.OPERATOR, MAC) as anna, feed(console, **anna.headers) as reader:
        await reader.frame()
        await console.app.access.users.change(anna.user.id, UserChange(group="Sales"))
        await console.report("dnd_on", MAC)
        assert (await reader.frame()).data.phone == MAC


async def test_signing_out_ends_the_feed(console: RunningConsole) -> None:
    async with browser_of(console, Role.OPERATOR, MAC) as anna, feed(console, **anna.headers) as reader:
        await reader.frame()
        assert (await anna.ask("DELETE", "/session"))[0] == 204
        assert await reader.close_code() == 4003


async def test_a_store_that_cannot_tell_who_listens_ends_the_feed(
    console: RunningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browser_of(console, Role.OPERATOR, MAC) as anna, feed(console, **anna.headers) as reader:
        await reader.frame()

        async def broken(_authorization: str, _cookies: str) -> None:
            raise StoreError("disk full")

        monkeypatch.setattr(console.app.access, "principal", broken)
        await console.app.access.users.change(anna.user.id, UserChange(group="x"))
        assert await reader.close_code() == 1011
