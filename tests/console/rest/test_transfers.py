"""Transfers and conferences over REST, told by a phone's reports."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import ScriptedPhone

OTHER = "02000f001002"


@pytest.fixture
async def phone() -> AsyncIterator[ScriptedPhone]:
    async with ScriptedPhone() as scripted:
        yield scripted


@pytest.fixture
async def console(tmp_path: Path, phone: ScriptedPhone) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        await running.set_up(phone)
        yield running


def keys(phone: ScriptedPhone) -> str:
    return " ".join(target.partition("=")[2] for target in phone.targets)


async def state_of(console: RunningConsole, transfer: str) -> tuple[str, list[str]]:
    status, shown = await console.ask("GET", f"/transfers/{transfer}")
    assert status == 200, shown
    return shown["state"], shown["verbs"]


async def asking_first(console: RunningConsole) -> str:
    """Start an attended transfer of call a1 and let the phone call the target as a2; gives its id."""
    call = await console.talking()
    status, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "1003", "flow": "attended"})
    assert (status, transfer["state"], transfer["flow"]) == (202, "starting", "attended")
    assert (transfer["call"], transfer["phone"], transfer["consultation"]) == (call, MAC, None)
    await console.reached(transfer["id"], "acknowledged")
    await console.report("transfer", call_id="a1")
    await console.report("hold", call_id="a1")
    await console.report("outgoing", call_id="a2", active_user="1001", local="sip:1003@pbx")
    assert (await console.ended(transfer["id"])).state == "confirmed"
    return str(transfer["id"])


async def test_an_attended_transfer_from_start_to_completion(console: RunningConsole, phone: ScriptedPhone) -> None:
    transfer = await asking_first(console)
    assert await state_of(console, transfer) == ("ringback", ["cancel_transfer"])
    status, problem = await console.ask("POST", f"/transfers/{transfer}/complete")
    assert (status, problem["error_id"]) == (409, "target-not-answered")
    await console.report("established", call_id="a2")
    assert await state_of(console, transfer) == ("answered", ["complete_transfer", "cancel_transfer"])
    _, command = await console.ask("POST", f"/transfers/{transfer}/complete")
    await console.reached(command["id"], "acknowledged")
    await console.report("attended_transfer", call_id="a1")
    assert (await console.ended(command["id"])).state == "confirmed"
    assert keys(phone) == "F_TRANSFER 1 0 0 3 OK F_TRANSFER"
    for call in ("a1", "a2"):
        await console.report("terminated", call_id=call)
    assert await state_of(console, transfer) == ("completed", [])
    _, listed = await console.ask("GET", f"/transfers?phone={MAC}")
    assert [each["id"] for each in listed] == [transfer]
    assert listed[0]["consultation"] not in (None, listed[0]["call"])


async def test_going_back_from_an_attended_transfer(console: RunningConsole, phone: ScriptedPhone) -> None:
    transfer = await asking_first(console)
    status, command = await console.ask("DELETE", f"/transfers/{transfer}")
    assert status == 202, command
    await console.reached(command["id"], "acknowledged")
    await console.report("terminated", call_id="a2")
    await console.report("unhold", call_id="a1")
    ended = await console.ended(command["id"])
    assert (ended.state, ended.arguments) == ("confirmed", {"transfer": transfer})
    assert keys(phone).endswith(" X")
    assert await state_of(console, transfer) == ("abandoned", [])
    _, again = await console.ask("DELETE", f"/transfers/{transfer}")
    assert (again["state"], again["reason"]) == ("confirmed", "the call is back at the phone already")


@pytest.mark.parametrize("flow", ["blind", "attended"])
async def test_one_transfer_at_a_time(console: RunningConsole, phone: ScriptedPhone, flow: str) -> None:
    call = await console.talking()
    body = {"call": call, "target": "1003", "flow": flow}
    _, first = await console.ask("POST", "/transfers", body, headers={"Idempotency-Key": "once"})
    status, problem = await console.ask("POST", "/transfers", body)
    assert (status, problem["error_id"]) == (409, "transfer-running")
    _, again = await console.ask("POST", "/transfers", body, headers={"Idempotency-Key": "once"})
    assert again["id"] == first["id"], "asked again is not a second one"
    await console.reached(first["id"], "acknowledged")
    await console.report("transfer", call_id="a1")
    status, problem = await console.ask("POST", "/transfers", body)
    assert (status, problem["error_id"]) == (409, "transfer-running")


async def test_a_blind_transfer_is_out_of_the_phones_hands(console: RunningConsole) -> None:
    call = await console.talking()
    _, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "9"})
    await console.reached(transfer["id"], "acknowledged")
    for method, path in (("DELETE", ""), ("POST", "/complete")):
        status, problem = await console.ask(method, f"/transfers/{transfer['id']}{path}")
        assert (status, problem["error_id"]) == (409, "transfer-is-blind")
    await console.report("blind_transfer", call_id="a1")
    await console.ended(transfer["id"])
    assert await state_of(console, transfer["id"]) == ("blind_transferred", [])


async def test_only_transfers_are_transfers(console: RunningConsole) -> None:
    _, command = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1"]})
    for name in (command["id"], "nothing"):
        status, problem = await console.ask("GET", f"/transfers/{name}")
        assert (status, problem["error_id"]) == (404, "transfer-not-found")


async def two_calls(console: RunningConsole) -> tuple[str, str]:
    """One call on hold, another talked on."""
    held = await console.talking(call_id="a1")
    await console.report("hold", call_id="a1")
    await console.report("outgoing", call_id="a2", active_user="1001", local="sip:1003@pbx")
    await console.report("established", call_id="a2")
    _, calls = await console.ask("GET", f"/calls?live=true&phone={MAC}")
    return held, next(call["id"] for call in calls if call["id"] != held)


@pytest.mark.parametrize("is_held_first", [True, False])
async def test_a_conference(console: RunningConsole, phone: ScriptedPhone, is_held_first: bool) -> None:
    held, talk = await two_calls(console)
    body = {"calls": [held, talk] if is_held_first else [talk, held]}
    status, command = await console.ask("POST", "/conferences", body)
    assert status == 202, command
    await console.reached(command["id"], "acknowledged")
    await console.report("unhold", call_id="a1")
    assert (await console.ended(command["id"])).state == "confirmed"
    assert keys(phone) == "F_CONFERENCE"
    _, again = await console.ask("POST", "/conferences", body)
    assert (again["state"], again["reason"]) == ("confirmed", "both calls are talked on already")


async def test_the_phone_is_named_when_two_are_in_both_calls(console: RunningConsole, phone: ScriptedPhone) -> None:
    held, talk = await two_calls(console)
    await console.set_up(phone, OTHER)
    for call in ("a1", "a2"):
        await console.report("incoming", OTHER, call_id=call)
    status, problem = await console.ask("POST", "/conferences", {"calls": [held, talk]})
    assert (status, problem["error_id"]) == (409, "phone-not-named")
    status, command = await console.ask("POST", "/conferences", {"calls": [held, talk], "phone": MAC})
    assert (status, command["phone"]) == (202, MAC)


@pytest.mark.parametrize(
    ("calls", "status", "error_id"),
    [
        (["{held}", "{held}"], 400, "calls-not-two"),
        (["{held}", "nothing"], 404, "call-not-found"),
        (["{held}", "{elsewhere}"], 409, "call-not-at-phone"),
    ],
)
async def test_what_is_no_conference(console: RunningConsole, calls: list[str], status: int, error_id: str) -> None:
    held, _ = await two_calls(console)
    elsewhere = await console.talking(OTHER, "b1")
    body: dict[str, Any] = {"calls": [call.format(held=held, elsewhere=elsewhere) for call in calls]}
    found, problem = await console.ask("POST", "/conferences", body)
    assert (found, problem["error_id"]) == (status, error_id)
