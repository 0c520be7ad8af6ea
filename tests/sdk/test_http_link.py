"""One request and its answer, whatever comes back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from offhook.console_api.requests import DndRequest
from offhook.console_api.resources import Party
from offhook.errors import (
    ConsoleConflict,
    ConsoleDidNotFind,
    ConsoleDidNotKnowYou,
    ConsoleForbade,
    ConsoleRefused,
    ConsoleUnreachable,
)
from offhook.sdk.http_link import HttpLink, path_part
from tests.fakes.scripted_phone import ScriptedPhone, answer


@asynccontextmanager
async def link(reply: bytes | None) -> AsyncIterator[tuple[HttpLink, ScriptedPhone]]:
    async def script(_target: str) -> bytes | None:
        return reply

    async with ScriptedPhone() as server:
        server.script = script
        async with HttpLink(f"{server.url}/", "t0ken") as made:
            yield made, server


async def test_a_request_and_its_answer() -> None:
    async with link(answer(200, '{"number": "1002"}')) as (to_console, server):
        party = await to_console.ask(
            "PUT", "/x", Party, DndRequest(on=True), query={"a": "b c", "none": None}, idempotency_key="once"
        )
        assert party == Party(number="1002")
        assert server.targets == ["/api/v1/x?a=b+c"]
        (head,) = server.heads
        assert "Authorization: Bearer t0ken" in head and "Idempotency-Key: once" in head


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ConsoleRefused),
        (401, ConsoleDidNotKnowYou),
        (403, ConsoleForbade),
        (404, ConsoleDidNotFind),
        (409, ConsoleConflict),
        (503, ConsoleRefused),
    ],
)
@pytest.mark.parametrize("body", ['{"error_id": "some-id", "message": "words"}', "<html>"])
async def test_a_refusal_is_an_error_of_its_kind(status: int, kind: type[ConsoleRefused], body: str) -> None:
    async with link(answer(status, body)) as (to_console, _):
        with pytest.raises(ConsoleRefused) as error:
            await to_console.ask("GET", "/x", Party)
        assert type(error.value) is kind
        assert error.value.status == status
        assert error.value.error_id == ("some-id" if body[0] == "{" else "unreadable-answer")


async def test_an_answer_that_makes_no_sense() -> None:
    async with link(answer(200, "[]")) as (to_console, _):
        with pytest.raises(ConsoleRefused, match="makes no sense"):
            await to_console.ask("GET", "/x", Party)


@pytest.mark.parametrize(("status", "is_told"), [(503, True), (409, False)])
async def test_only_the_consoles_own_fault_names_the_request_for_whoever_reads_its_log(
    status: int, is_told: bool
) -> None:
    body = '{"error_id": "x", "message": "words", "request_id": "req_1"}'
    async with link(answer(status, body)) as (to_console, _):
        with pytest.raises(ConsoleRefused) as error:
            await to_console.ask("GET", "/x", Party)
    assert error.value.request_id == "req_1"
    assert str(error.value) == ("words (request req_1)" if is_told else "words")


async def test_nobody_answers_in_time() -> None:
    async with link(None) as (to_console, _):
        with pytest.raises(ConsoleUnreachable):
            await asyncio.wait_for(to_console.ask("GET", "/x", Party, timeout_s=0.05), 10)


@pytest.mark.parametrize("url", ["nonsense", "http://", "http://127.0.0.1:9"])
async def test_an_address_where_no_console_is(url: str) -> None:
    async with HttpLink(url, "t") as to_console:
        with pytest.raises(ConsoleUnreachable):
            await to_console.ask("GET", "/x", Party)


async def test_why_there_is_no_connection() -> None:
    async with HttpLink("http://127.0.0.1:9", "t") as to_console:
        with pytest.raises(ConsoleUnreachable) as error:
            await to_console.ask("GET", "/x", Party)
    assert error.value.reason == "connection refused"
    async with HttpLink("http://no-such-host.invalid", "t") as to_console:
        with pytest.raises(ConsoleUnreachable) as error:
            await to_console.ask("GET", "/x", Party)
    assert "http" not in error.value.reason


async def test_it_has_to_be_entered() -> None:
    with pytest.raises(ConsoleUnreachable, match="async with"):
        await HttpLink("http://127.0.0.1:9", "t").ask("GET", "/x", Party)


def test_ids_stay_in_their_part_of_the_path() -> None:
    assert path_part("../x?y:z") == "..%2Fx%3Fy:z"
