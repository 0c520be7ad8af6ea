"""Calls over REST: each route, from a real report to the key at the phone."""

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


@pytest.mark.parametrize(
    ("is_answered", "method", "path", "body", "report", "keys"),
    [
        (False, "POST", "/calls/{call}/answer", None, "established", "OK"),
        (False, "POST", "/calls/{call}/answer", {"phone": MAC}, "established", "OK"),
        (False, "POST", "/calls/{call}/reject", {}, "terminated", "X"),
        (True, "PUT", "/calls/{call}/hold", {"held": True}, "hold", "F_HOLD"),
        (True, "DELETE", "/calls/{call}/connections/{call}:" + MAC, None, "terminated", "X"),
        (True, "DELETE", "/calls/{call}/connections/" + MAC, None, "terminated", "X"),
        (True, "POST", "/transfers", {"call": "{call}", "target": "9"}, "blind_transfer", "F_TRANSFER 9 F_TRANSFER"),
    ],
)
async def test_a_verb_sends_its_keys_and_is_confirmed(
    console: RunningConsole,
    phone: ScriptedPhone,
    is_answered: bool,
    method: str,
    path: str,
    body: dict[str, Any] | None,
    report: str,
    keys: str,
) -> None:
    call = await (console.talking() if is_answered else console.ringing())
    if body and "call" in body:
        body = {**body, "call": call}
    status, command = await console.ask(method, path.format(call=call), body)
    command = command.get("command", command)  # a transfer tells which command started it
    assert (status, command["state"], command["call"]) == (202, "queued", call)
    await console.reached(command["id"], "acknowledged")
    await console.report(report, call_id="a1")
    assert (await console.ended(command["id"])).state == "confirmed"
    assert " ".join(target.partition("=")[2] for target in phone.targets) == keys


async def test_an_accepted_command_says_where_it_is(console: RunningConsole) -> None:
    url = f"{console.app.api_url}/api/v1/calls"
    headers = {"Authorization": f"Bearer {console.token}"}
    async with console.http.post(url, json={"phone": MAC, "number": "1"}, headers=headers) as response:
        command = await response.json()
        assert (response.status, response.headers["Location"]) == (202, f"/api/v1/commands/{command['id']}")
        assert response.headers["Cache-Control"] == "no-store"


async def test_resuming_a_held_call(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()
    await console.report("hold", call_id="a1")
    _, command = await console.ask("PUT", f"/calls/{call}/hold", {"held": False})
    await console.reached(command["id"], "acknowledged")
    await console.report("unhold", call_id="a1")
    assert (await console.ended(command["id"])).state == "confirmed"
    _, again = await console.ask("PUT", f"/calls/{call}/hold", {"held": False})
    assert again["state"] == "confirmed"
    assert len(phone.targets) == 1


async def test_the_phone_is_named_when_several_are_in_the_call(console: RunningConsole, phone: ScriptedPhone) -> None:
    await console.set_up(phone, OTHER, account="1002@pbx")
    call = await console.talking()
    await console.report("outgoing", OTHER, call_id="a1", active_user="1002")
    await console.report("established", OTHER, call_id="a1")
    status, problem = await console.ask("PUT", f"/calls/{call}/hold", {"held": True})
    assert (status, problem["error_id"]) == (409, "phone-not-named")
    status, command = await console.ask("PUT", f"/calls/{call}/hold", {"held": True, "phone": OTHER})
    assert (status, command["phone"]) == (202, OTHER)
    status, problem = await console.ask("PUT", f"/calls/{call}/hold", {"held": True, "phone": "nobody"})
    assert (status, problem["error_id"]) == (404, "connection-not-found")


async def test_a_call_that_is_over(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()
    await console.report("terminated", call_id="a1")
    for method, path, body in (
        ("POST", f"/calls/{call}/answer", None),
        ("PUT", f"/calls/{call}/hold", {"held": True}),
        ("POST", f"/calls/{call}/digits", {"digits": "1"}),
    ):
        status, problem = await console.ask(method, path, body)
        assert (status, problem["error_id"]) == (409, "call-over")
    status, command = await console.ask("DELETE", f"/calls/{call}/connections/{call}:{MAC}")
    assert (status, command["state"], command["reason"]) == (202, "confirmed", "the call is over already")
    assert phone.targets == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/calls", {"phone": "nobody", "number": "1"}, 404),
        ("POST", "/calls", {"phone": MAC, "number": "<b>"}, 400),
        ("POST", "/calls", {"phone": MAC}, 400),
        ("POST", "/calls", None, 400),
        ("POST", "/calls/nothing/answer", None, 404),
        ("PUT", "/calls/nothing/hold", {"held": "yes"}, 400),
        ("POST", "/calls/nothing/digits", {"digits": "12x"}, 400),
        ("POST", "/transfers", {"call": "nothing", "target": "1"}, 404),
        ("POST", "/transfers", {"call": "nothing", "target": "1", "flow": "gentle"}, 400),
        ("GET", "/calls/nothing", None, 404),
        ("GET", "/calls?limit=0", None, 400),
        ("GET", "/calls?live=perhaps", None, 400),
        ("PATCH", "/calls", {}, 405),
    ],
)
async def test_what_is_refused(console: RunningConsole, method: str, path: str, body: Any, status: int) -> None:
    found, problem = await console.ask(method, path, body)
    assert found == status, problem
    assert set(problem) == {"error_id", "message", "details", "request_id"}
    assert problem["message"]


async def test_the_list_of_calls(console: RunningConsole) -> None:
    ids = []
    for number in range(3):
        ids.append(await console.talking(call_id=f"old{number}"))
        await console.report("terminated", call_id=f"old{number}")
    live = await console.ringing(OTHER, "now")
    newest_first = list(reversed(ids))

    async def listed(query: str) -> list[str]:
        _, calls = await console.ask("GET", f"/calls?{query}")
        return [call["id"] for call in calls]

    assert await listed("live=true") == [live]
    assert await listed("live=false") == newest_first
    assert await listed("") == [live, *newest_first]
    assert await listed(f"phone={MAC}&limit=2") == newest_first[:2]
    assert await listed(f"live=false&before={newest_first[1]}") == newest_first[2:]
    status, call = await console.ask("GET", f"/calls/{ids[0]}")
    assert (status, call["connections"][0]["state"]) == (200, "null")


@pytest.mark.parametrize("cursor", ["", "nope", "%00", "a%2Fb"])
async def test_a_cursor_that_leads_nowhere_is_not_the_end_of_the_list(console: RunningConsole, cursor: str) -> None:
    status, problem = await console.ask("GET", f"/calls?before={cursor}")
    assert (status, problem["error_id"]) == (400, "cursor-not-valid")
