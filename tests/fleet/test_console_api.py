from pathlib import Path

import msgspec
import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.resources import PhoneState, Snapshot
from offhook.errors import ConsoleDidNotKnowYou, ConsoleUnreachable
from offhook.fleet.console_api import compare_with_console, set_up_phones
from offhook.sdk import ConsoleClient
from tests.console.running_console import running_console
from tests.fakes.scripted_console import ScriptedConsole, answer
from tests.fleet.kit import SmallFleet
from tests.fleet.test_truth import WHEN, call, phone, truth


def shows(state: PhoneState, so: ConnectionState, *, is_uncertain: bool = False) -> bytes:
    calls = [call("a1", so, is_uncertain=is_uncertain)]
    return msgspec.json.encode(Snapshot(epoch="e", seq=1, time=WHEN, phones=[phone(state)], calls=calls))


RIGHT = shows(PhoneState.TALKING, ConnectionState.CONNECTED)
WRONG = shows(PhoneState.ON_HOLD, ConnectionState.HELD)
UNSURE = shows(PhoneState.ON_HOLD, ConnectionState.HELD, is_uncertain=True)
TRUTH = truth({"a1": ConnectionState.CONNECTED})


async def test_phones_are_known_to_the_console_with_how_to_command_them(tmp_path: Path) -> None:
    fleet = SmallFleet(40)
    done: list[None] = []
    async with running_console(tmp_path) as console:
        async with ConsoleClient(console.app.api_url, console.token) as client:
            await set_up_phones(client, fleet.phones, 8090, lambda: done.append(None))
            phones = {each.id: each for each in await client.phones()}
        assert len(phones) == len(done) == 40
        last = phones[fleet.phones[39].mac]
        assert (last.extension, last.control_url) == ("100039", "http://127.16.0.40:8090")


async def test_a_console_that_does_not_let_us_in_says_so(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ConsoleClient(console.app.api_url, "guess") as client:
        with pytest.raises(ConsoleDidNotKnowYou):
            await set_up_phones(client, SmallFleet(3).phones, 8090)


async def test_a_wrong_console_is_asked_again_until_it_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.fleet.console_api._LOOK_EVERY_S", 0.01)
    async with ScriptedConsole(answer(200, WRONG), answer(200, WRONG), answer(200, UNSURE)) as console:
        async with ConsoleClient(console.url, "t") as client:
            result = await compare_with_console(client, [TRUTH])
        assert len(console.targets) == 3
        assert result.is_good and len(result.uncertain) == 1


async def test_a_console_that_stays_wrong_is_found_out() -> None:
    async with ScriptedConsole(otherwise=answer(200, WRONG)) as console:
        async with ConsoleClient(console.url, "t") as client:
            result = await compare_with_console(client, [TRUTH], settling_s=0.0)
    assert not result.is_good and result.wrong[0].shown == "held"


async def test_a_right_console_is_asked_once() -> None:
    async with ScriptedConsole(answer(200, RIGHT)) as console:
        async with ConsoleClient(console.url, "t") as client:
            result = await compare_with_console(client, [TRUTH])
        assert result.equal == 1 and console.targets == ["/api/v1/snapshot"]


async def test_no_console_is_said() -> None:
    console = ScriptedConsole()
    console.reserve()
    async with ConsoleClient(console.url, "t") as client:
        with pytest.raises(ConsoleUnreachable):
            await compare_with_console(client, [TRUTH])
