"""Users over the API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console_api.scopes import Role, Scope
from tests.console.people_kit import PASSWORD, browser_of
from tests.console.running_console import MAC, RunningConsole, running_console


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def test_a_user_is_made_changed_and_removed(console: RunningConsole) -> None:
    body = {"name": "Anna", "role": "operator", "phones": ["02-00-0F-00-10-01"], "password": PASSWORD, "group": "Sales"}
    status, anna = await console.ask("POST", "/users", body)
    assert (status, anna["name"], anna["phones"], anna["has_password"]) == (201, "anna", [MAC], True)
    assert not {"password", "current"} & set(anna)
    path = f"/users/{anna['id']}"
    assert (await console.ask("GET", path)) == (200, anna)
    status, changed = await console.ask("PATCH", path, {"role": "supervisor", "phones": []})
    assert (status, changed) == (200, {**anna, "role": "supervisor", "phones": []})
    assert (await console.ask("GET", "/users"))[1] == [changed]
    assert (await console.ask("DELETE", path))[0] == 204
    for method in ("GET", "DELETE"):
        assert (await console.ask(method, path))[0] == 404
    assert (await console.ask("PATCH", path, {"group": "x"}))[0] == 404
    assert (await console.ask("PUT", f"{path}/password", {"password": PASSWORD}))[0] == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "a b", "role": "operator"}, 400),
        ({"name": "anna"}, 400),
        ({"name": "anna", "role": "operator", "password": "short"}, 400),
        ({"name": "anna", "role": "operator", "phones": ["nonsense"]}, 400),
        ({"name": "anna", "role": "operator", "scopes": ["users:admin"]}, 400),
        ({"name": "BEN", "role": "operator"}, 409),
    ],
)
async def test_what_cannot_be(console: RunningConsole, body: dict[str, object], status: int) -> None:
    await console.ask("POST", "/users", {"name": "ben", "role": "operator"})
    assert (await console.ask("POST", "/users", body))[0] == status
    assert len((await console.ask("GET", "/users"))[1]) == 1


async def test_who_is_disabled_removed_or_given_a_password_is_signed_out(console: RunningConsole) -> None:
    changes: tuple[tuple[str, str, dict[str, object] | None], ...] = (
        ("PATCH", "", {"is_enabled": False}),
        ("DELETE", "", None),
        ("PUT", "/password", {"password": PASSWORD}),
        ("DELETE", "/sessions", None),
    )
    for number, (method, suffix, body) in enumerate(changes):
        async with browser_of(console, Role.OPERATOR, name=f"user{number}") as anna:
            assert (await anna.ask("GET", "/me"))[0] == 200
            assert (await console.ask(method, f"/users/{anna.user.id}{suffix}", body))[0] in (200, 204)
            assert (await anna.ask("GET", "/me"))[0] == 401
    assert (await console.app.access.users.authenticate("user2", PASSWORD, "")).name == "user2"


async def test_an_administrator_who_sets_the_own_password_stays_signed_in(console: RunningConsole) -> None:
    async with browser_of(console, Role.ADMINISTRATOR) as boss:
        assert (await boss.ask("PUT", f"/users/{boss.user.id}/password", {"password": PASSWORD}))[0] == 204
        assert (await boss.ask("GET", "/me"))[0] == 200
        status, problem = await boss.ask("DELETE", f"/users/{boss.user.id}")
        assert (status, problem["error_id"]) == (409, "last-administrator")


async def test_nobody_makes_others_more_than_they_are(console: RunningConsole) -> None:
    _, secret = await console.app.access.create_token("half", set(Scope) - {Scope.AUDIT_READ})
    half = {"Authorization": f"Bearer {secret}"}
    _, anna = await console.ask("POST", "/users", {"name": "anna", "role": "operator"}, headers=half)
    _, boss = await console.ask("POST", "/users", {"name": "boss", "role": "administrator"})
    await console.ask("POST", "/users", {"name": "boss2", "role": "administrator"})
    for method, path, body in (
        ("POST", "/users", {"name": "ben", "role": "administrator"}),
        ("PATCH", f"/users/{anna['id']}", {"role": "administrator"}),
        ("PATCH", f"/users/{boss['id']}", {"is_enabled": False}),
        ("PUT", f"/users/{boss['id']}/password", {"password": PASSWORD}),
        ("DELETE", f"/users/{boss['id']}", None),
    ):
        status, problem = await console.ask(method, path, body, headers=half)
        assert (status, problem["error_id"]) == (403, "more-than-own"), (method, path)
    assert (await console.ask("PATCH", f"/users/{anna['id']}", {"role": "supervisor"}, headers=half))[0] == 200
