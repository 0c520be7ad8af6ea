"""Phones over REST."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.running_console import MAC, RunningConsole, running_console


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def test_a_phone_from_set_up_to_removal(console: RunningConsole) -> None:
    setup = {"name": "Anna", "extension": "1001", "control_url": "http://127.0.0.1:8081/", "control_password": "pw"}
    status, phone = await console.ask("PUT", f"/phones/{MAC}", setup)
    assert (status, phone["name"], phone["control_url"]) == (200, "Anna", "http://127.0.0.1:8081")
    assert "pw" not in str(phone)
    assert await console.ask("GET", f"/phones/{MAC}") == (200, phone)
    assert await console.ask("GET", "/phones") == (200, [phone])
    assert await console.ask("DELETE", f"/phones/{MAC}") == (204, None)
    status, problem = await console.ask("GET", f"/phones/{MAC}")
    assert (status, problem["error_id"]) == (404, "phone-not-found")
    assert (await console.ask("DELETE", f"/phones/{MAC}"))[0] == 404


async def test_a_mac_in_any_form_is_one_phone(console: RunningConsole) -> None:
    await console.ask("PUT", "/phones/02:00:0F:00:10:01", {"name": "Anna"})
    _, phones = await console.ask("GET", "/phones")
    assert [(phone["id"], phone["name"]) for phone in phones] == [(MAC, "Anna")]


@pytest.mark.parametrize(
    ("setup", "error_id"),
    [
        ({"control_url": "https://x"}, "control-url-not-valid"),
        ({"control_url": "sip:x"}, "control-url-not-valid"),
        ({"control_url": "http://x/cgi-bin"}, "control-url-not-valid"),
        ({"control_user": "a:b"}, "control-login-not-valid"),
        ({"control_password": "a\r\nb"}, "control-login-not-valid"),
        ({"nmae": "Anna"}, "request-not-valid"),
        ({"name": "x" * 81}, "request-not-valid"),
        ([], "request-not-valid"),
    ],
)
async def test_a_set_up_that_could_not_be_used(console: RunningConsole, setup: Any, error_id: str) -> None:
    status, problem = await console.ask("PUT", f"/phones/{MAC}", setup)
    assert (status, problem["error_id"]) == (400, error_id)
    assert (await console.ask("GET", "/phones"))[1] == []


async def test_a_phone_known_by_its_address_keeps_its_user_its_name_and_its_login(console: RunningConsole) -> None:
    """It tells its MAC address later; nothing has to be assigned again."""
    address, mac = "127.0.0.1", "00a859112233"
    setup = {"name": "Anna", "control_url": "http://127.0.0.1:8081", "control_password": "pw"}
    await console.ask("PUT", f"/phones/{address}", setup)
    user = {"name": "anna", "role": "operator", "phones": [address]}
    _, anna = await console.ask("POST", "/users", user)
    await console.report("dnd_on", mac, ip=address)
    _, (phone,) = await console.ask("GET", "/phones")
    assert (phone["id"], phone["name"], phone["dnd"]) == (address, "Anna", True)
    assert (phone["mac"], phone["is_mac_approved"]) == (mac, False)
    assert (await console.ask("GET", f"/users/{anna['id']}"))[1]["phones"] == [address]
    same = {"name": "Anna", "control_url": "http://127.0.0.1:8081", "mac": mac}
    status, phone = await console.ask("PUT", f"/phones/{address}", same)
    assert (status, phone["is_mac_approved"]) == (200, True)
    elsewhere = {**same, "control_url": "http://127.0.0.1:8082"}
    status, problem = await console.ask("PUT", f"/phones/{address}", elsewhere)
    assert (status, problem["error_id"]) == (400, "password-needed"), "it still has the password"
    status, problem = await console.ask("PUT", "/phones/127.0.0.9", {"mac": mac})
    assert (status, problem["error_id"]) == (409, "mac-taken")


async def test_a_dialect_nobody_knows(console: RunningConsole) -> None:
    status, problem = await console.ask("PUT", f"/phones/{MAC}", {"dialect": "klingon"})
    assert status == 400
    assert "klingon" in problem["message"]


async def test_a_stored_password_goes_to_no_new_address(console: RunningConsole) -> None:
    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:8081", "control_password": "pw"})
    status, problem = await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:8082"})
    assert (status, problem["error_id"]) == (400, "password-needed")
    assert (await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:8081", "name": "B"}))[0] == 200


@pytest.mark.parametrize("spelling", [MAC, "02:00:0F:00:10:01"])
@pytest.mark.parametrize("address_between", [None, ""])
async def test_no_detour_leads_a_stored_password_to_a_new_address(
    console: RunningConsole, spelling: str, address_between: str | None
) -> None:
    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:8081", "control_password": "pw"})
    if address_between is not None:
        assert (await console.ask("PUT", f"/phones/{MAC}", {"control_url": address_between}))[0] == 200
    status, problem = await console.ask("PUT", f"/phones/{spelling}", {"control_url": "http://127.0.0.1:8082"})
    assert (status, problem["error_id"]) == (400, "password-needed")
    setup = {"control_url": "http://127.0.0.1:8082", "control_password": "pw"}
    assert (await console.ask("PUT", f"/phones/{spelling}", setup))[0] == 200


async def test_a_phone_that_never_had_a_password_may_get_an_address(console: RunningConsole) -> None:
    assert (await console.ask("PUT", f"/phones/{MAC}", {"name": "Anna"}))[0] == 200
    assert (await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:8081"}))[0] == 200


async def test_a_phone_that_only_reported_is_seen_and_not_commanded(console: RunningConsole) -> None:
    await console.report("off_hook")
    for method, path, body in (
        ("PUT", "dnd", {"on": True}),
        ("POST", "keys", {"keys": ["OK"]}),
        ("POST", "restart", None),
    ):
        status, problem = await console.ask(method, f"/phones/{MAC}/{path}", body)
        assert (status, problem["error_id"]) == (409, "phone-not-set-up")
    assert (await console.ask("POST", "/phones/nobody/restart"))[0] == 404
