"""Bodies are taken as they are described."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.running_console import RunningConsole, running_console


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"url": "http://10.0.0.1/", "is_enabled": 0}, "is_enabled: Expected `bool`, got `int`"),
        ({"url": "http://10.0.0.1/", "is_enabled": "true"}, "is_enabled: Expected `bool`, got `str`"),
    ],
)
async def test_nothing_is_converted(body: dict[str, Any], words: str, console: RunningConsole) -> None:
    status, problem = await console.ask("POST", "/webhooks", body)
    assert (status, problem["error_id"], problem["message"]) == (400, "request-not-valid", words)


async def test_a_whole_number_may_be_written_with_a_point(console: RunningConsole) -> None:
    _, made = await console.ask("POST", "/webhooks", {"url": "http://10.0.0.1/", "is_enabled": False})
    path = f"/webhooks/{made['webhook']['id']}/dead-letters/replay"
    assert (await console.ask("POST", path, {"numbers": [7.0]}))[0] == 200
    assert (await console.ask("POST", path, {"numbers": [7.5]}))[0] == 400


async def test_other_mistakes_are_told_as_ever(console: RunningConsole) -> None:
    status, problem = await console.ask("POST", "/webhooks", {"url": 1})
    assert (status, problem["message"]) == (400, "url: Expected `str`, got `int`")
    status, problem = await console.ask("POST", "/webhooks")
    assert (status, problem["message"]) == (400, "this request needs a body in JSON")
    status, problem = await console.ask("POST", "/webhooks", [])
    assert (status, problem["error_id"]) == (400, "request-not-valid")


async def test_a_time_beyond_all_years_is_a_mistake_and_no_trouble(console: RunningConsole) -> None:
    status, problem = await console.ask("GET", "/audit?until=253402300800")
    assert (status, problem["message"]) == (400, "a time in the request is out of range")
