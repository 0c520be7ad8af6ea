import asyncio
from pathlib import Path
from typing import Any

import pytest

from offhook.errors import ConsoleDidNotKnowYou, ConsoleUnreachable
from offhook.fleet.app import FleetApp
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.result import FleetNow
from offhook.fleet.session import FleetSession
from offhook.fleet.settings import FleetSettings
from tests.console.running_console import running_console
from tests.fakes.scripted_console import ScriptedConsole, answer

BRISK = CallCentreHabits(phones=12, calls_per_second=20.0, talk_s=0.5, ring_s=(0.02, 0.1))


def fleet(**changes: Any) -> FleetApp:
    return FleetApp(FleetSettings(**{"habits": BRISK, "port": 0, "duration_s": 1.5, **changes}))


async def test_the_console_shows_what_is_so(tmp_path: Path) -> None:
    news: list[FleetNow] = []
    async with running_console(tmp_path) as console:
        app = fleet(console=console.app.listener_url, api=console.app.api_url, token=console.token)
        report = await FleetSession(app, news.append).run(asyncio.Event())
    assert report.comparison is not None and report.comparison.phones == 12
    assert report.is_good and report.is_drained, report.comparison
    assert report.tally.reports == report.tally.answered > 100
    assert report.tally.calls_placed > 10
    phases = list(dict.fromkeys(now.phase.partition(" (")[0] for now in news))
    assert phases == ["set up at the console", "switch on", "calls", "last reports", "compare"]
    assert max(now.reports_per_s for now in news) > 0


async def test_a_stop_ends_it_with_a_report() -> None:
    stop = asyncio.Event()

    def look(now: FleetNow) -> None:
        if now.phase == "calls":
            stop.set()

    async with ScriptedConsole() as console:
        report = await FleetSession(fleet(console=console.url, duration_s=None), look).run(stop)
    assert report.comparison is None and report.is_good
    assert report.tally.by_event["setup_completed"] == 12


async def test_a_stop_while_phones_are_set_up_breaks_that_off() -> None:
    stop = asyncio.Event()
    stop.set()
    async with ScriptedConsole() as console:
        app = fleet(console=console.url, api="http://127.0.0.1:9", token="t")
        report = await FleetSession(app, lambda now: None).run(stop)
    assert report.seconds == 0.0 and "could not" not in report.trouble
    assert report.trouble


async def test_an_api_that_lets_nobody_in_is_an_error_before_anything_happens(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        app = fleet(console=console.app.listener_url, api=console.app.api_url, token="guess")
        with pytest.raises(ConsoleDidNotKnowYou):
            await FleetSession(app, lambda now: None).run(asyncio.Event())
    assert app.tally.reports == 0


async def test_a_console_that_cannot_be_compared_in_the_end_is_trouble() -> None:
    async with ScriptedConsole(otherwise=answer(200, b"[]")) as console:
        app = fleet(console=console.url, duration_s=0.1)
        session = FleetSession(app, lambda now: None)
        assert (await session.run(asyncio.Event())).is_good


async def test_nobody_listening_is_said_at_once() -> None:
    console = ScriptedConsole()
    console.reserve()
    with pytest.raises(ConsoleUnreachable, match="refused"):
        await FleetSession(fleet(console=console.url), lambda now: None).run(asyncio.Event())
