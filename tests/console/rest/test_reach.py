"""Wishes of people who command some phones only; lists that are cut to what they see, and paged all the same."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console.commander import Wish
from offhook.console.rest.reach import told
from offhook.console_api.resources import Verb
from offhook.console_api.scopes import Role, Scope
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, RunningConsole, running_console

OTHER, THIRD = "02000f001002", "02000f001003"
UNREACHABLE = {"control_url": "http://127.0.0.1:1", "control_password": "x", "account": "1001@pbx"}


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        for phone in (MAC, OTHER, THIRD):
            assert (await running.ask("PUT", f"/phones/{phone}", UNREACHABLE))[0] == 200
        yield running


def test_digits_are_not_told() -> None:
    assert told(Wish(Verb.SEND_DIGITS, {"digits": "4711"}, call="c_1")) == {
        "verb": "send_digits",
        "call": "c_1",
        "digits": "4 of them",
    }
    assert told(Wish(Verb.SET_DND, {"on": True}, phone=MAC)) == {"verb": "set_dnd", "phone": MAC, "on": True}


async def test_a_call_is_commanded_at_ones_own_phone(console: RunningConsole) -> None:
    call = await console.ringing(MAC, "long-call-id-1")
    await console.report("incoming", OTHER, call_id="long-call-id-1", active_user="1002", remote="sip:9@pbx")
    others = await console.ringing(THIRD, "long-call-id-2")
    async with browser_of(console, Role.OPERATOR, MAC) as anna, browser_of(console, Role.SUPERVISOR, name="sue") as sue:
        status, command = await anna.ask("POST", f"/calls/{call}/answer")
        assert (status, command["phone"], command["by"]) == (202, MAC, "user:anna")
        for body, status, error_id in (({"phone": OTHER}, 403, "phone-not-yours"), ({"phone": MAC}, 202, None)):
            found, answer = await anna.ask("POST", f"/calls/{call}/reject", body)
            assert (found, answer.get("error_id")) == (status, error_id)
        status, problem = await anna.ask("POST", f"/calls/{others}/answer")
        assert (status, problem["error_id"]) == (404, "call-not-found"), "that there is such a call is not told"
        status, problem = await sue.ask("POST", f"/calls/{others}/answer")
        assert (status, problem["error_id"]) == (403, "phone-not-yours")
        status, problem = await anna.ask("POST", "/calls", {"phone": OTHER, "number": "1"})
        assert (status, problem["error_id"]) == (403, "phone-not-yours")


async def test_with_two_own_phones_in_a_call_the_fitting_one_is_meant(console: RunningConsole) -> None:
    call = await console.ringing(MAC, "long-call-id-1")
    await console.report("incoming", OTHER, call_id="long-call-id-1", active_user="1002", remote="sip:9@pbx")
    async with browser_of(console, Role.OPERATOR, MAC, OTHER) as anna:
        status, problem = await anna.ask("POST", f"/calls/{call}/answer")
        assert (status, problem["error_id"]) == (409, "phone-not-named")
        await console.report("established", OTHER, call_id="long-call-id-1")
        status, command = await anna.ask("POST", f"/calls/{call}/answer")
        assert (status, command["phone"]) == (202, MAC)


async def test_keys_that_restart_a_phone_take_who_may_restart_it(console: RunningConsole) -> None:
    async with browser_of(console, Role.OPERATOR, MAC) as anna:
        for key, verb in (("Reboot", "restart"), (" AUTOP ", "provision")):
            for body in ({"keys": ["OK", key]}, {"keys": [key, "OK"], "force": True}):
                status, problem = await anna.ask("POST", f"/phones/{MAC}/keys", body)
                assert (status, problem["error_id"]) == (403, "key-restarts-phone")
                assert f"use {verb}" in problem["message"] and Scope.PHONES_ADMIN in problem["message"]
        for tokens, status in ((["nothing"], 400), (["OK"], 202)):
            assert (await anna.ask("POST", f"/phones/{MAC}/keys", {"keys": tokens}))[0] == status
        assert (await anna.ask("POST", f"/phones/{OTHER}/keys", {"keys": ["Reboot"]}))[1][
            "error_id"
        ] == "phone-not-yours"


@pytest.mark.parametrize("key", ["reboot", "AutoP"])
async def test_keys_that_restart_a_phone_end_its_call_if_forced_only(console: RunningConsole, key: str) -> None:
    await console.ringing(MAC, "long-call-id-1")
    body = {"keys": [key]}
    status, problem = await console.ask("POST", f"/phones/{MAC}/keys", body)
    assert (status, problem["error_id"]) == (409, "phone-in-call")
    assert "restart or provision it with force" in problem["message"]
    status, command = await console.ask("POST", f"/phones/{MAC}/keys", body | {"force": True})
    assert (status, command["arguments"]) == (202, body | {"force": True})


async def test_lists_have_what_one_may_see_page_by_page(console: RunningConsole) -> None:
    for number in range(3):
        for phone in (MAC, OTHER, THIRD):
            call_id = f"long-call-{phone}-{number}"
            await console.ringing(phone, call_id)
            await console.report("terminated", phone, call_id=call_id)
    for phone in (MAC, OTHER, THIRD):
        await console.ask("PUT", f"/phones/{phone}/dnd", {"on": True})
    async with (
        browser_of(console, Role.OPERATOR, MAC, OTHER) as anna,
        browser_of(console, Role.OPERATOR, name="b") as b,
    ):
        _, everything = await console.ask("GET", "/calls")
        wanted = [call["id"] for call in everything if call["connections"][0]["phone"] != THIRD]
        found: list[str] = []
        while page := (await anna.ask("GET", "/calls?limit=4" + (f"&before={found[-1]}" if found else "")))[1]:
            found += [call["id"] for call in page]
        assert (len(wanted), found) == (6, wanted)
        for path in ("/calls", "/commands"):
            assert (await anna.ask("GET", f"{path}?phone={THIRD}"))[1] == []
            assert (await b.ask("GET", path))[1] == []
        assert {command["phone"] for command in (await anna.ask("GET", "/commands"))[1]} == {MAC, OTHER}
        assert len((await anna.ask("GET", "/commands?limit=1"))[1]) == 1
