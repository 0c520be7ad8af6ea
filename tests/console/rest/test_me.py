"""Who asks, their phones and calls, their password."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console.access import Visitor
from offhook.console_api.scopes import SCOPES_OF_ROLE, Role, Scope
from tests.console.people_kit import PASSWORD, browser_of
from tests.console.running_console import MAC, RunningConsole, running_console

OTHER = "02000f001002"


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def test_who_asks(console: RunningConsole) -> None:
    status, me = await console.ask("GET", "/me")
    assert (status, me["name"], me["kind"], me["user"], me["role"]) == (200, "tests", "token", None, None)
    assert me["scopes"] == list(Scope)
    async with browser_of(console, Role.OPERATOR, MAC, group="Sales") as anna:
        status, me = await anna.ask("GET", "/me")
        assert (me["name"], me["kind"], me["role"], me["phones"]) == ("anna", "session", "operator", [MAC])
        assert (me["user"]["group"], me["sees_all_phones"], me["commands_all_phones"]) == ("Sales", False, False)
        assert set(me["scopes"]) == SCOPES_OF_ROLE[Role.OPERATOR]
        assert "password" not in me["user"]


async def test_ones_own_language_but_not_ones_own_role(console: RunningConsole) -> None:
    async with browser_of(console, Role.OPERATOR) as anna:
        status, me = await anna.ask("PATCH", "/me", {"language": "de", "display_name": "Anna"})
        assert (status, me["user"]["language"], me["user"]["display_name"]) == (200, "de", "Anna")
        assert (await anna.ask("PATCH", "/me", {"role": "administrator"}))[0] == 400
        assert (await anna.ask("GET", "/me"))[1]["role"] == "operator"


async def test_ones_own_phones_and_calls(console: RunningConsole) -> None:
    mine, _ = await console.ringing(MAC, "long-call-id-1"), await console.ringing(OTHER, "long-call-id-2")
    async with browser_of(console, Role.SUPERVISOR, MAC, "02000f00ffff") as sue:
        assert [phone["id"] for phone in (await sue.ask("GET", "/me/phones"))[1]] == [MAC]
        assert [call["id"] for call in (await sue.ask("GET", "/me/calls?live=true"))[1]] == [mine]
        assert (await sue.ask("GET", f"/me/calls?before={mine}"))[1] == []
        assert len((await sue.ask("GET", "/calls"))[1]) == 2
    assert (await console.ask("GET", "/me/phones"))[1] == (await console.ask("GET", "/me/calls"))[1] == []


async def test_a_new_password_takes_the_old_one_and_ends_the_other_sessions(console: RunningConsole) -> None:
    access = console.app.access
    async with browser_of(console, Role.OPERATOR, password=PASSWORD) as anna:
        elsewhere = await access.open_session(anna.user, Visitor())
        for body, status in (
            ({"password": "another one"}, 403),
            ({"password": "another one", "current": "wrong"}, 403),
            ({"password": "short", "current": PASSWORD}, 400),
            ({"password": "another one", "current": PASSWORD}, 204),
        ):
            assert (await anna.ask("PUT", "/me/password", body))[0] == status
        assert (await anna.ask("GET", "/me"))[0] == 200, "this session goes on"
        assert await access.principal("", f"offhook_console={elsewhere}") is None
        assert (await access.users.authenticate("anna", "another one", "")).name == "anna"


async def test_a_first_password_needs_no_old_one(console: RunningConsole) -> None:
    async with browser_of(console, Role.ADMINISTRATOR) as boss:
        assert (await boss.ask("PUT", "/me/password", {"password": PASSWORD}))[0] == 204
        assert (await boss.ask("PUT", "/me/password", {"password": PASSWORD}))[0] == 403


FIRST = {"theme": "auto", "rings": True, "has_shortcuts": True, "pop_url": None, "pops_by_itself": False}
WRONG: list[object] = [{"theme": "pink"}, {"pop_url": "file:///etc/passwd"}, {"pop_url": 5}, {"ring": True}, []]


async def test_what_one_chose_about_ones_page_is_ones_own_and_kept(console: RunningConsole, tmp_path: Path) -> None:
    chosen = {**FIRST, "theme": "dark", "rings": False, "pop_url": "https://crm.example.com/{name}"}
    async with browser_of(console, Role.OPERATOR) as anna, browser_of(console, Role.OPERATOR, name="ben") as ben:
        assert await anna.ask("GET", "/me/preferences") == (200, FIRST)
        assert await anna.ask("PUT", "/me/preferences", chosen) == (200, chosen)
        assert await anna.ask("GET", "/me/preferences") == (200, chosen)
        assert await ben.ask("GET", "/me/preferences") == (200, FIRST)
        for wrong in WRONG:
            status, problem = await anna.ask("PUT", "/me/preferences", wrong)
            assert (status, problem["error_id"] in ("request-not-valid", "pop-url-not-valid")) == (400, True)
        assert (await anna.ask("PUT", "/me/preferences", {"pop_url": " "}))[1] == {**FIRST, "pop_url": ""}
        await anna.ask("PUT", "/me/preferences", chosen)
        user = anna.user.id
    await console.app.stop()
    async with running_console(tmp_path) as again:
        kept = again.app.access.users.user(user).preferences
        assert (kept.theme, kept.pop_url) == ("dark", chosen["pop_url"])


async def test_choosing_about_ones_page_leaves_what_is_followed_alone(console: RunningConsole) -> None:
    """The feed ends when rights change; a switch of colours is not that."""
    async with browser_of(console, Role.OPERATOR) as anna:
        changes = console.app.access.changes
        await anna.ask("PUT", "/me/preferences", {"theme": "dark"})
        assert console.app.access.changes == changes
        await anna.ask("PATCH", "/me", {"language": "de"})
        assert (await anna.ask("GET", "/me/preferences"))[1]["theme"] == "dark"
