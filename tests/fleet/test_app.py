import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from offhook.errors import ConfigError
from offhook.fleet.app import FleetApp
from offhook.fleet.faults import parse_faults
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.settings import FleetSettings
from offhook.fleet.storm import Storm
from tests.fakes.scripted_console import ScriptedConsole
from tests.fakes.waiting import until

BRISK = CallCentreHabits(phones=20, calls_per_second=40.0, talk_s=0.5, ring_s=(0.02, 0.1))


@asynccontextmanager
async def fleet_at(console: ScriptedConsole, **changes: Any) -> AsyncIterator[FleetApp]:
    app = FleetApp(FleetSettings(**{"habits": BRISK, "console": console.url, "port": 0, **changes}))
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


async def test_phones_start_call_each_other_and_freeze() -> None:
    async with ScriptedConsole() as console, fleet_at(console) as app:
        assert app.switch_on() == pytest.approx(0.02)
        await until(lambda: app.phones_up == 20 and not app.pending)
        assert console.names.count("setup_completed") == console.names.count("registered") == 20
        app.begin_calls()
        await until(lambda: app.tally.by_event["established"] >= 20 and app.calls_up)
        await app.freeze()
        assert await app.drain()
        reports = app.tally.reports
        truths = app.truths()
        await asyncio.sleep(0.2)
        assert app.tally.reports == reports == app.tally.answered == len(console.targets)
        assert any(truth.calls for truth in truths) and truths == app.truths()
        assert app.behind_s >= 0.0


async def test_a_console_that_is_gone_ends_the_patience() -> None:
    console = ScriptedConsole()
    console.reserve()
    waited: list[None] = []
    async with fleet_at(console, drain_s=0.2) as app:
        app.switch_on()
        await until(lambda: app.pending == 40)
        await app.freeze()
        assert not await app.drain(lambda: waited.append(None))
    assert waited


async def test_what_was_lost_on_purpose_is_part_of_the_truth() -> None:
    async with ScriptedConsole() as console, fleet_at(console, faults=parse_faults("drop=1")) as app:
        app.switch_on()
        await until(lambda: app.phones_up == 20)
        app.begin_calls()
        await until(lambda: app.tally.by_event["outgoing"] > 0)
        await app.freeze()
        assert console.targets == [] and any(truth.untold for truth in app.truths())


@pytest.mark.parametrize("storm", list(Storm))
async def test_storms_break_out_by_themselves(storm: Storm) -> None:
    told = {Storm.REBOOT: "setup_completed", Storm.IP: "ip_changed"}[storm]
    settings = {"storm": storm, "storm_after_s": 0.0, "storm_s": 0.1, "storm_every_s": 0.2}
    async with ScriptedConsole() as console, fleet_at(console, **settings) as app:
        app.switch_on()
        await until(lambda: app.phones_up == 20)
        app.begin_calls()
        await until(lambda: app.tally.by_event[told] >= 40)
        if storm is Storm.IP:
            assert any(truth.address != "127.16.0.1" for truth in app.truths()[:1])


async def test_answered_reports_are_noted_in_a_file(tmp_path: Path) -> None:
    async with ScriptedConsole() as console, fleet_at(console, answered_file=tmp_path / "answered") as app:
        app.switch_on()
        await until(lambda: app.tally.answered == 40)
    numbers = (tmp_path / "answered").read_text("ascii").split()
    assert sorted(map(int, numbers)) == list(range(1, 41))
    assert all("&n=" in target for target in console.targets)


async def test_a_file_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    app = FleetApp(FleetSettings(habits=BRISK, port=0, answered_file=tmp_path / "nowhere" / "answered"))
    with pytest.raises(ConfigError, match="cannot be written"):
        await app.start()
    await app.stop()


async def test_a_phone_is_commanded_at_its_own_address() -> None:
    async with ScriptedConsole() as console, fleet_at(console) as app:
        app.switch_on()
        await until(lambda: app.phones_up == 20)
        if not app.is_commandable:
            pytest.skip("this system ties no socket to the loopback device")
        for address, status in (("127.16.0.20", b"401"), ("127.16.0.21", b"404"), ("127.0.0.1", b"404")):
            reader, writer = await asyncio.open_connection(address, app.port)
            writer.write(b"GET /cgi-bin/ConfigManApp.com?key=OK HTTP/1.1\r\n\r\n")
            assert (await reader.read())[9:12] == status
            writer.close()


@pytest.mark.parametrize("count", [0, 100_001])
def test_there_are_limits_to_a_fleet(count: int) -> None:
    with pytest.raises(ConfigError, match="--phones"):
        FleetApp(FleetSettings(habits=CallCentreHabits(phones=count)))
