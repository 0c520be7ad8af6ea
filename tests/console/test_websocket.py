"""The event feed over real sockets: snapshot, resume, filter, refusals, slow readers, the end."""

import asyncio
import gc
import random
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
from offhook.console.store.port import Keep, Store
from offhook.console.store.sql import SqlStore
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
    is_read = asyncio.Event()

    async def reports(mac: str) -> None:
        number = 0
        while not is_read.is_set():
            number += 1
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
            is_read.set()


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
    """Takes frames only while `may_read` is set; pauses after every so many."""

    def __init__(self, pause_every: int = 0) -> None:
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.sent: list[dict[str, Any]] = []
        self.frames = asyncio.Condition()
        self._pause_every = pause_every
        self._has_connected = False

    async def receive(self) -> dict[str, Any]:
        if not self._has_connected:
            self._has_connected = True
            return {"type": "websocket.connect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(self, message: dict[str, Any]) -> None:
        await self.may_read.wait()
        if self._pause_every and len(self.sent) % self._pause_every == 0:
            await asyncio.sleep(0)
        async with self.frames:
            self.sent.append(message)
            self.frames.notify_all()

    async def until(self, kind: str, count: int = 1) -> dict[str, Any]:
        async with asyncio.timeout(10), self.frames:
            await self.frames.wait_for(lambda: sum(each["type"] == kind for each in self.sent) >= count)
        return next(each for each in self.sent if each["type"] == kind)

    async def until_seq(self, seq: int) -> None:
        async with asyncio.timeout(15), self.frames:
            await self.frames.wait_for(lambda: any(f'"seq":{seq},' in each.get("text", "") for each in self.sent[-1:]))

    def frames_of(self, op: str) -> list[Any]:
        decoded = [msgspec.json.decode(each["text"]) for each in self.sent if each["type"] == "websocket.send"]
        return [frame["data"] for frame in decoded if frame["op"] == op]


class Feeds:
    """Feeds without a server."""

    def __init__(self, journal: Journal, feeds: EventFeeds, token: str) -> None:
        self.journal = journal
        self._feeds = feeds
        self._token = token
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, query: str = "", *, pause_every: int = 0) -> SlowReader:
        reader = SlowReader(pause_every)
        scope = {
            "scheme": "ws",
            "query_string": query.format(epoch=self.journal.epoch).encode(),
            "headers": [(b"authorization", f"Bearer {self._token}".encode())],
        }
        self._tasks.add(asyncio.create_task(self._feeds(scope, reader.receive, reader.send)))
        return reader

    async def close(self) -> None:
        await self._feeds.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def some_feeds(store: Store | None = None, **limits: int) -> AsyncIterator[Feeds]:
    store, bus = store or MemoryStore(), InProcessBus()
    journal = Journal(store, bus, PhoneSecrets.for_tests())
    await journal.start()
    access = some_access(store)
    feeds = Feeds(journal, EventFeeds(journal, bus, access, **limits), await access.issue_token("t"))
    try:
        yield feeds
    finally:
        await feeds.close()
        await journal.stop()


async def change(journal: Journal, number: int) -> None:
    await journal.record(PhoneSetupChanged(MAC, PhoneSetup(name=f"phone {number}")))


async def test_a_reader_that_does_not_keep_up_is_told_so() -> None:
    async with some_feeds(max_waiting=5) as feeds:
        journal, reader = feeds.journal, feeds.open()
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


# --- narrowed from the start ------------------------------------------------------------------------------------------


async def test_the_query_narrows_feed_and_snapshot(console: RunningConsole) -> None:
    await console.ringing(MAC, "long-call-id-1")
    await console.ringing(OTHER, "long-call-id-2")
    async with feed(console, f"?phones={MAC}&types=call.") as reader:
        snapshot = (await reader.frame()).data.snapshot
        assert [phone.id for phone in snapshot.phones] == [MAC]
        assert [[each.phone for each in call.connections] for call in snapshot.calls] == [[MAC]]
        await console.report("established", OTHER, call_id="long-call-id-2")
        await console.report("dnd_on", MAC)
        await console.report("established", MAC, call_id="long-call-id-1")
        event = (await reader.frame()).data
        assert (event.phone, event.type) == (MAC, "call.established")


async def test_a_group_stands_for_its_members_phones(console: RunningConsole) -> None:
    async with browser_of(console, Role.OPERATOR, MAC) as anna:
        await console.app.access.users.change(anna.user.id, UserChange(group="Süd & Co"))
        await console.report("dnd_on", MAC)
        async with feed(console, "?groups=S%C3%BCd+%26+Co") as reader, feed(console) as other:
            assert [phone.id for phone in (await reader.frame()).data.snapshot.phones] == [MAC]
            await other.frame()
            await console.report("dnd_on", OTHER)
            await console.report("dnd_off", MAC)
            assert (await reader.frame()).data.phone == MAC
            await console.app.access.users.change(anna.user.id, UserChange(phones=[OTHER]))
            assert await reader.close_code() == 4003
            assert (await other.frame()).data.phone == OTHER


async def test_who_follows_little_knows_how_far_the_feed_is(console: RunningConsole) -> None:
    async with feed(console, f"?phones={MAC}") as reader:
        start = (await reader.frame()).data.seq
        for event in ("dnd_on", "dnd_off", "dnd_on"):
            await console.report(event, OTHER)
        await console.until(lambda event: event.phone == OTHER and event.seq >= start + 3)
        await reader.socket.send_str('{"op":"ping"}')
        seq, epoch = (await reader.frame()).data.seq, console.events[-1].epoch
        assert seq == console.events[-1].seq
    await console.report("dnd_on", MAC)
    async with feed(console, f"?phones={MAC}&after_seq={seq}&epoch={epoch}&at_most=2") as reader:
        assert (await reader.frame()).data.seq == seq
        assert (await reader.frame()).data.phone == MAC


async def test_who_would_rather_have_a_snapshot_says_so(console: RunningConsole) -> None:
    await console.report("dnd_on")
    seq, epoch = await head(console)
    for event in ("dnd_off", "dnd_on", "dnd_off"):
        await console.report(event)
    async with feed(console, f"?after_seq={seq}&epoch={epoch}&at_most=2") as reader:
        raw = msgspec.json.decode((await reader.socket.receive(timeout=5)).data)
        assert (raw["op"], raw["data"]["seq"]) == ("resync_required", seq + 3)


# --- what is thrown away ----------------------------------------------------------------------------------------------


def newest(count: int) -> Keep:
    return Keep(after=4e9, newest=count, calls_after=0.0, commands_after=0.0)


@pytest.mark.parametrize(
    ("after_seq", "op"), [(4, "resync_required"), (5, "hello"), (10, "hello"), (11, "resync_required")]
)
async def test_a_position_is_good_back_to_the_oldest_event_that_is_kept(after_seq: int, op: str) -> None:
    async with some_feeds() as feeds:
        for number in range(10):
            await change(feeds.journal, number)
        await feeds.journal.prune(newest(5), 100)
        reader = feeds.open(f"after_seq={after_seq}&epoch={{epoch}}")
        await reader.until("websocket.send")
        await change(feeds.journal, 10)
        await reader.until_seq(11)
        assert len(reader.frames_of(op)) == 1
        first = 11 if op == "resync_required" else after_seq + 1
        assert [event["seq"] for event in reader.frames_of("event")] == list(range(first, 12))


async def test_a_reader_that_is_overtaken_by_what_is_thrown_away_starts_again() -> None:
    async with some_feeds() as feeds:
        for number in range(1_200):
            await change(feeds.journal, number)
        reader = feeds.open("after_seq=0&epoch={epoch}", pause_every=1)
        await reader.until_seq(1)
        reader.may_read.clear()
        await feeds.journal.prune(newest(10), 5_000)
        reader.may_read.set()
        await reader.until("websocket.send", 502)
        await change(feeds.journal, 1_200)
        await reader.until_seq(1_201)
    seqs = [event["seq"] for event in reader.frames_of("event")]
    assert [resync["seq"] for resync in reader.frames_of("resync_required")] in ([1_200], [1_201])
    assert seqs[:500] == list(range(1, 501)), "the page it had is given whole"
    assert seqs[500:] in ([], [1_201]), "and nothing after the gap but what came after the snapshot"


# --- under load -------------------------------------------------------------------------------------------------------


async def test_from_disk_to_live_nothing_is_lost_or_doubled_under_load(tmp_path: Path) -> None:
    """Readers come at any moment with any position, some of them slow, while events never stop."""
    total, chance = 3_000, random.Random(7)
    async with some_feeds(SqlStore(tmp_path)) as feeds:
        journal = feeds.journal
        await change(journal, 0)
        readers: list[tuple[int, SlowReader]] = []
        for number in range(1, total):
            done = journal.submit(PhoneSetupChanged(MAC, PhoneSetup(name=f"phone {number}")))
            if number % 75 == 0:
                after = chance.randint(0, journal.seq)
                query = f"after_seq={after}&epoch={{epoch}}"
                readers.append((after, feeds.open(query, pause_every=chance.choice((0, 1, 50)))))
            if number % 7 == 0:
                await done
        await done
        for after, reader in readers:
            await reader.until_seq(total)
            assert reader.frames_of("resync_required") == []
            assert [event["seq"] for event in reader.frames_of("event")] == list(range(after + 1, total + 1))


async def test_who_reads_nothing_costs_a_bounded_queue_and_slows_nobody(tmp_path: Path) -> None:
    total, limit = 10_000, 500
    async with some_feeds(SqlStore(tmp_path), max_waiting=limit) as feeds:
        journal = feeds.journal
        await change(journal, 0)
        quick, stuck = feeds.open(), feeds.open()
        await asyncio.gather(quick.until("websocket.send"), stuck.until("websocket.send"))
        stuck.may_read.clear()
        for first in range(1, total, 100):
            changes = [PhoneSetupChanged(MAC, PhoneSetup(name=f"phone {first + n}")) for n in range(100)]
            await asyncio.gather(*map(journal.submit, changes))
        await quick.until_seq(journal.seq)
        assert [event["seq"] for event in quick.frames_of("event")] == list(range(2, journal.seq + 1))
        del changes
        alive = sum(isinstance(each, Envelope) and each.epoch == journal.epoch for each in gc.get_objects())
        assert alive <= 2 * limit, "what waits for the one that does not read is bounded"

        stuck.may_read.set()
        assert (await stuck.until("websocket.close"))["code"] == 4008
        last = stuck.frames_of("event")[-1]["seq"]
        again = feeds.open(f"after_seq={last}&epoch={{epoch}}")
        await again.until_seq(journal.seq)
        seqs = [event["seq"] for reader in (stuck, again) for event in reader.frames_of("event")]
        assert seqs == list(range(2, journal.seq + 1)), "from disk it gets the rest"
