from collections.abc import AsyncIterator

import pytest
from yarl import URL

from offhook import __version__
from offhook.phone.delivery import Outcome
from offhook.phone.report_request import MAX_ANSWER_BYTES, Answer, ReportRequests
from tests.fakes.scripted_console import Behaviour, ScriptedConsole, answer, close_at_once, hang, say


@pytest.fixture
async def requests() -> AsyncIterator[ReportRequests]:
    requests = ReportRequests(timeout_s=5)
    yield requests
    await requests.close()


async def ask(requests: ReportRequests, console: ScriptedConsole, target: str = "/outgoing.xml") -> Answer:
    return await requests.send(URL(console.url + target, encoded=True))


@pytest.mark.parametrize("status", [200, 204, 302, 400, 401, 404, 500, 502])
async def test_any_status_counts(requests: ReportRequests, status: int) -> None:
    async with ScriptedConsole(answer(status)) as console:
        assert await ask(requests, console) == Answer(Outcome.ANSWERED, status)


async def test_503_is_not_taken(requests: ReportRequests) -> None:
    async with ScriptedConsole(answer(503)) as console:
        assert await ask(requests, console) == Answer(Outcome.NOT_TAKEN, 503)


async def test_a_redirect_is_not_followed(requests: ReportRequests) -> None:
    moved = say(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    async with ScriptedConsole(moved) as console:
        await ask(requests, console)
        assert console.targets == ["/outgoing.xml"]


async def test_what_goes_over_the_wire(requests: ReportRequests, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    cookie = say(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
    async with ScriptedConsole(cookie) as console:
        target = "/a.xml?name=%22B%C3%B6b%22&plus=%2B49&odd=%2f%7E;&x='*"
        await ask(requests, console, target)
        await ask(requests, console)
        assert console.targets[0] == target  # nothing was encoded again, or "tidied"
        assert console.heads[0].startswith("GET ")
        assert f"User-Agent: offhook/{__version__}\r\n" in console.heads[0]
        assert "ookie" not in console.heads[1]
        assert console.connections == 1  # kept for the second request


@pytest.mark.parametrize(
    "behave",
    [
        answer(200, b"x" * (MAX_ANSWER_BYTES * 40), keep_alive=False),
        say(b"HTTP/1.1 200 OK\r\n\r\nno length, no end"),
        say(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\ncut", keep_alive=False),
        say(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"),
    ],
    ids=["huge", "endless", "cut short", "not gzip"],
)
async def test_what_is_in_the_body_does_not_matter(requests: ReportRequests, behave: Behaviour) -> None:
    async with ScriptedConsole(behave) as console:
        got = await ask(requests, console)
        assert (got.outcome, got.status, got.error) == (Outcome.ANSWERED, 200, "")
        assert (await ask(requests, console)).status == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"OK\r\n",
        b"HTTP/9.9 huh\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"\x00" * 40,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nrubbish",
    ],
)
async def test_an_answer_that_is_no_http_counts_as_one(requests: ReportRequests, raw: bytes) -> None:
    async with ScriptedConsole(say(raw, keep_alive=False)) as console:
        result = await ask(requests, console)
        assert result.outcome is Outcome.ANSWERED
        assert result.error


async def test_closing_instead_of_answering_is_told_and_not_tried_again_here(requests: ReportRequests) -> None:
    async with ScriptedConsole(close_at_once) as console:
        assert (await ask(requests, console)).outcome is Outcome.CLOSED
        assert len(console.targets) == 1


async def test_a_kept_connection_that_closes_is_told_apart(requests: ReportRequests) -> None:
    async with ScriptedConsole(answer(), close_at_once, close_at_once) as console:
        assert (await ask(requests, console)).outcome is Outcome.ANSWERED
        assert (await ask(requests, console)).outcome is Outcome.STALE
        assert (await ask(requests, console)).outcome is Outcome.CLOSED


async def test_nobody_there(requests: ReportRequests) -> None:
    console = ScriptedConsole()
    console.reserve()
    result = await ask(requests, console)
    assert result.outcome is Outcome.UNREACHABLE
    assert "refused" in result.error


async def test_no_such_name(requests: ReportRequests) -> None:
    result = await requests.send(URL("http://console.invalid/x"))
    assert result == Answer(Outcome.UNREACHABLE, error="no such host")


async def test_no_answer_in_time() -> None:
    requests = ReportRequests(timeout_s=0.05)
    async with ScriptedConsole(hang) as console:
        result = await ask(requests, console)
        assert result.outcome is Outcome.UNANSWERED
        assert "0.05 s" in result.error
    await requests.close()


async def test_the_start_of_the_answer_is_kept_for_people(requests: ReportRequests) -> None:
    body = "Ünd so weiter".encode() + b"x" * 10_000
    async with ScriptedConsole(answer(200, body)) as console:
        got = await ask(requests, console)
    assert got.text.startswith("Ünd so weiter")
    assert len(got.text) < 2001
