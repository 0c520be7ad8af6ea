"""Tokens over the API."""

from pathlib import Path

from offhook.console_api.scopes import Role, Scope
from tests.console.people_kit import browser_of
from tests.console.running_console import running_console


async def test_a_token_is_made_used_and_removed(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, browser_of(console, Role.ADMINISTRATOR) as boss:
        body = {"name": "wallboard", "scopes": ["phones:read", "events:read"], "expires_in_days": 30}
        status, made = await boss.ask("POST", "/tokens", body)
        assert (status, made["token"]["scopes"], made["token"]["created_by"]) == (201, body["scopes"], "user:anna")
        as_token = {"Authorization": f"Bearer {made['secret']}"}
        assert (await console.ask("GET", "/phones", headers=as_token))[0] == 200
        assert (await console.ask("GET", "/calls", headers=as_token))[0] == 403
        status, listed = await boss.ask("GET", "/tokens")
        assert [token["name"] for token in listed] == ["tests", "wallboard"]
        assert made["secret"] not in str(listed)
        assert (await boss.ask("POST", "/tokens", body))[0] == 409
        assert (await boss.ask("DELETE", f"/tokens/{made['token']['id']}"))[0] == 204
        assert (await boss.ask("DELETE", f"/tokens/{made['token']['id']}"))[0] == 404
        assert (await console.ask("GET", "/phones", headers=as_token))[0] == 401
        entries = (await boss.ask("GET", "/audit"))[1]
        assert [entry["what"] for entry in entries] == ["removeToken", "removeToken", "createToken", "createToken"]
        assert made["secret"] not in str(entries)


async def test_a_token_gives_no_more_than_it_has(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        _, secret = await console.app.access.create_token("half", {Scope.USERS_ADMIN, Scope.CALLS_READ})
        half = {"Authorization": f"Bearer {secret}"}
        for scopes, status in (([], 400), (["nonsense"], 400), (["calls:control"], 403), (["calls:read"], 201)):
            body = {"name": "x", "scopes": scopes}
            assert (await console.ask("POST", "/tokens", body, headers=half))[0] == status
