import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import FEED_VERSION, Hello, HelloFrame
from offhook.console_api.resources import Snapshot
from offhook.errors import ConsoleRefused, ConsoleUnreachable
from offhook.sdk import ConsoleClient
from offhook.sdk.feed import EventFeed

MAC = "02000f009999"


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleApp]:
    console = ConsoleApp(ConsoleSettings(data=tmp_path, api_port=0, listener_port=0))
    await console.start()
    yield console
    await console.stop()


async def report(console: ConsoleApp, event: str) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{console.listener_url}/{event}.xml?mac={MAC}") as answer,
    ):
        assert answer.status == 200


async def collect(feed: EventFeed, last_type: str) -> list[Envelope]:
    events = []
    async for event in feed:
        events.append(event)
        if event.type == last_type:
            break
    return events


async def test_it_starts_with_a_snapshot_and_goes_on_from_there(console: ConsoleApp) -> None:
    await report(console, "dnd_on")
    async with ConsoleClient(console.api_url, await console.issue_token("test")) as client, client.events() as feed:
        assert feed.snapshot is not None
        assert [phone.dnd for phone in feed.snapshot.phones] == [True]
        await report(console, "dnd_off")
        events = await collect(feed, "phone.dnd_changed")
        assert [event.seq for event in events] == [feed.snapshot.seq + 1]


async def test_it_can_be_narrowed(console: ConsoleApp) -> None:
    token = await console.issue_token("test")
    async with ConsoleClient(console.api_url, token) as client, client.events(types=["line."]) as feed:
        await report(console, "registered")
        await report(console, "unregistered")
        events = await collect(feed, "line.unregistered")
    # The filter travels behind the hello, so what happened before it arrived may still come.
    assert [event.type for event in events if event.type.startswith("line.")] == [
        "line.registered",
        "line.unregistered",
    ]


async def test_nothing_is_missed_while_the_console_restarts(tmp_path: Path) -> None:
    settings = ConsoleSettings(data=tmp_path, api_port=0, listener_port=0)
    first = ConsoleApp(settings)
    await first.start()
    token = await first.issue_token("test")
    port = int(first.api_url.rpartition(":")[2])
    async with ConsoleClient(first.api_url, token) as client, client.events() as feed:
        await report(first, "dnd_on")
        seen = await collect(feed, "phone.dnd_changed")
        await report(first, "dnd_off")
        await first.stop()
        second = ConsoleApp(replace(settings, api_port=port))
        await second.start()
        try:
            await report(second, "always_forward_on")
            seen += await collect(feed, "phone.forwarding_changed")
        finally:
            await second.stop()
        assert feed.resyncs == 0
    numbers = [event.seq for event in seen]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [event.detail.get("on") for event in seen if event.type == "phone.dnd_changed"] == [True, False]


async def test_a_position_of_another_journal_leads_to_a_new_snapshot(console: ConsoleApp) -> None:
    await report(console, "dnd_on")
    token = await console.issue_token("test")
    async with (
        ConsoleClient(console.api_url, token) as client,
        client.events(after_seq=7, epoch="another") as feed,
    ):
        assert feed.resyncs == 1
        assert feed.snapshot is not None
        await report(console, "dnd_off")
        assert len(await collect(feed, "phone.dnd_changed")) == 1


async def test_a_snapshot_of_many_phones_is_read() -> None:
    big = Snapshot(epoch="e", seq=1, time="x" * 5_000_000, phones=[], calls=[])

    async def feed_of_many(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        frame = HelloFrame(data=Hello(version=FEED_VERSION, epoch="e", seq=1, snapshot=big))
        await socket.send_str(msgspec.json.encode(frame).decode())
        await socket.receive()
        return socket

    app = web.Application()
    app.router.add_get("/api/v1/events", feed_of_many)
    async with TestServer(app, host="127.0.0.1") as server:
        async with ConsoleClient(str(server.make_url("/")), "token") as client, client.events() as feed:
            assert feed.snapshot == big


async def test_who_is_not_let_in_is_told(console: ConsoleApp) -> None:
    async with ConsoleClient(console.api_url, "wrong") as client:
        with pytest.raises(ConsoleRefused):
            async with client.events():
                pass


async def test_no_console_there() -> None:
    async with ConsoleClient("http://127.0.0.1:9", "token") as client:
        with pytest.raises(ConsoleUnreachable):
            async with client.events():
                pass


async def test_a_peer_that_closes_at_once_is_no_console() -> None:
    async def rude(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(rude, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with ConsoleClient(f"http://127.0.0.1:{port}", "token") as client:
            with pytest.raises(ConsoleUnreachable):
                async with client.events():
                    pass
