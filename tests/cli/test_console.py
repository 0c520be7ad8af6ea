import asyncio
import contextlib
import json
import os
import re
import signal
import stat
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from offhook.console_api.envelope import Envelope
from offhook.sdk import ConsoleClient
from offhook.sdk.feed import EventFeed
from tests.cli.killed_console import ReportingPhone
from tests.fakes.waiting import until
from tests.programs import running

OFFHOOK = [sys.executable, "-m", "offhook"]


def test_it_starts_says_where_and_stops(tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", "--api-port=0", "--listener-port=0"]) as program:
        program.wait_for("Ctrl-C stops")
        assert "/sign-in?token=" in program.output
        token = tmp_path / "api-token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        assert token.read_text("ascii").strip() not in program.output
        assert program.interrupt() == 0
    assert "Traceback" not in program.output


@pytest.mark.parametrize("level", ["debug", "info"])
def test_logs_for_machines_are_json_with_the_request_and_without_the_token(level: str, tmp_path: Path) -> None:
    flags = [f"--data={tmp_path}", "--api-port=0", "--listener-port=0", "--json-logs", f"--log-level={level}"]
    with running([*OFFHOOK, "console", *flags]) as program:
        program.wait_for("Ctrl-C stops")
        (api,) = re.findall(r"API +(http://[0-9.:]+/api/v1)", program.output)
        token = (tmp_path / "api-token").read_text("ascii").strip()
        for method, path in (("GET", "/phones"), ("DELETE", "/phones/none")):
            request = urllib.request.Request(api + path, method=method)
            request.add_header("Authorization", f"Bearer {token}")
            request.add_header("X-Request-ID", f"ticket-{method}")
            with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(request) as answer:
                assert answer.headers["X-Request-ID"] == f"ticket-{method}"
        assert program.interrupt() == 0
    lines = [json.loads(line) for line in program.output.splitlines() if line.startswith("{")]
    told = [(line["request_id"], line["path"], line["status"]) for line in lines if line["event"] == "request"]
    read, changed = ("ticket-GET", "/api/v1/phones", 200), ("ticket-DELETE", "/api/v1/phones/none", 404)
    assert told == ([read, changed] if level == "debug" else [changed])
    assert token not in program.output


@pytest.mark.parametrize(("host", "is_said"), [("127.0.0.9", False), ("localhost", False), ("0.0.0.0", True)])
def test_an_open_port_is_said_to_be_one(host: str, is_said: bool, tmp_path: Path) -> None:
    ports = ["--api-port=0", "--listener-port=0", f"--listener-host={host}"]
    with running([*OFFHOOK, "console", f"--data={tmp_path}", *ports]) as program:
        program.wait_for("Ctrl-C stops")
        assert ("Anybody who reaches that port can report" in program.output) is is_said
        assert program.interrupt() == 0


def test_a_secret_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "no-such-file"
    command = [*OFFHOOK, "console", f"--data={tmp_path}", f"--listener-secret-file={missing}"]
    with running(command) as program:
        assert program.wait_end() == 1
    assert program.output.startswith(f"offhook: {missing}: --listener-secret-file: cannot be read")
    assert program.output.count("\n") == 1


@pytest.mark.parametrize("url", ["192.0.2.76:8801", "https://console.example", "http://console.example/a"])
def test_an_address_that_phones_cannot_report_to_is_refused(url: str, tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", f"--public-listener-url={url}"]) as program:
        assert program.wait_end() == 1
    assert program.output.startswith(f"offhook: {url}: --public-listener-url: must")
    assert program.output.count("\n") == 1


def test_an_empty_secret_would_let_everybody_in(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("\n")
    with running([*OFFHOOK, "console", f"--data={tmp_path}", f"--listener-secret-file={secret}"]) as program:
        assert program.wait_end() == 1
    assert "one line of text" in program.output


def test_keeping_too_little_is_refused(tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", "--keep-events=10"]) as program:
        assert program.wait_end() == 1
    assert "--keep-events: at least 1000" in program.output


async def test_killed_in_the_middle_of_200_calls_it_has_what_it_answered_and_no_call_is_wrong(tmp_path: Path) -> None:
    steps = ("incoming", "idle_to_busy", "established", "hold", "unhold")
    async with AsyncExitStack() as stack, asyncio.timeout(60):
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)))
        console = stack.enter_context(running([*OFFHOOK, "console", f"--data={tmp_path}", *ports(0, 0)]))
        await asyncio.to_thread(console.wait_for, "Ctrl-C stops")
        api, listener = (
            re.search(rf"{name} +(http://\S+?)(/api/v1|\s)", console.output) for name in ("API", "report to")
        )
        assert api is not None
        assert listener is not None
        token = await a_lasting_token(http, api[1], (tmp_path / "api-token").read_text("ascii").strip())
        client = await stack.enter_async_context(ConsoleClient(api[1], token))
        feed = await stack.enter_async_context(client.events())
        assert feed.snapshot is not None
        seen: list[Envelope] = []
        following = asyncio.create_task(follow(feed, seen))
        stack.callback(following.cancel)

        phones = [ReportingPhone(number, http, listener[1]) for number in range(200)]
        talking = asyncio.gather(*(phone.play(steps) for phone in phones))
        await until(lambda: sum(len(phone.answered) for phone in phones) >= 400)
        os.killpg(console.process.pid, signal.SIGKILL)
        await talking
        said = sum(len(phone.answered) for phone in phones)
        assert 400 <= said < 1_000, "it was killed in the middle"

        same_ports = ports(*(int(url.rpartition(":")[2]) for url in (api[1], listener[1])))
        console = stack.enter_context(running([*OFFHOOK, "console", f"--data={tmp_path}", *same_ports]))
        await asyncio.to_thread(console.wait_for, "Ctrl-C stops")
        shown = {phone.id: phone for phone in await client.phones()}
        for phone in phones:
            state = shown[phone.id].state if phone.id in shown else "unknown"
            assert state in phone.may_show, (phone.id, phone.answered, phone.unanswered)

        await asyncio.gather(*(phone.play(("terminated", "busy_to_idle")) for phone in phones))
        assert {phone.state for phone in await client.phones()} == {"idle"}
        assert await client.calls(live=True) == []
        assert not any(phone.doubts for phone in await client.phones())

        end = (await client.snapshot()).seq
        await until(lambda: seen and seen[-1].seq == end)
        assert [event.seq for event in seen] == list(range(feed.snapshot.seq + 1, end + 1)), "nothing lost or doubled"
        assert feed.resyncs == 0
        heard: defaultdict[str, list[str]] = defaultdict(list)
        for source in {event.source.action: event.source for event in seen if event.source is not None}.values():
            heard[source.vars["mac"]].append(source.event)
        for phone in phones:
            left = [word for word in heard[phone.id] if word in phone.answered]
            assert left == phone.answered, "every report that was answered is there, in order"


def ports(api: int, listener: int) -> list[str]:
    return [f"--api-port={api}", f"--listener-port={listener}"]


async def a_lasting_token(http: aiohttp.ClientSession, api: str, token: str) -> str:
    """A token that outlives the console; that in the file is another one at each start."""
    scopes = ["phones:read", "calls:read", "events:read", "console:admin"]
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{api}/api/v1/tokens", json={"name": "t", "scopes": scopes}, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["secret"])


async def follow(feed: EventFeed, seen: list[Envelope]) -> None:
    async for event in feed:
        seen.append(event)  # noqa: PERF401 - it is looked at meanwhile
