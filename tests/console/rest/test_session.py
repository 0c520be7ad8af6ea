"""Sessions, signing out, the snapshot and the sign of life."""

from pathlib import Path

import aiohttp

from offhook.console.access import Visitor
from offhook.console_api.scopes import Role
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, running_console


async def test_signing_out_needs_our_own_page_and_ends_the_session(tmp_path: Path) -> None:
    async with (
        running_console(tmp_path) as console,
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser,
    ):
        api, session = f"{console.app.api_url}/api/v1", f"{console.app.api_url}/api/v1/session"
        await browser.get(console.app.sign_in_link())
        async with browser.get(f"{api}/me") as response:
            assert (await response.json())["name"] == "administrator"
        for headers in ({}, {"Origin": "http://evil.example"}):
            async with browser.delete(session, headers=headers) as response:
                assert response.status == 403
                assert (await response.json())["error_id"].startswith("origin-")
        async with browser.delete(session, headers={"Origin": console.app.api_url}) as response:
            assert response.status == 204
        async with browser.get(f"{api}/me") as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"].startswith("Bearer")


async def test_snapshot_and_health(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        call = await console.ringing()
        status, snapshot = await console.ask("GET", "/snapshot")
        assert (status, [each["id"] for each in snapshot["calls"]]) == (200, [call])
        assert [each["id"] for each in snapshot["phones"]] == [MAC]
        async with console.http.get(f"{console.app.api_url}/api/v1/health") as response:
            assert (response.status, (await response.json())["status"]) == (200, "ok")


async def test_signing_out_ends_no_token(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        assert (await console.ask("DELETE", "/session"))[0] == 204
        assert (await console.ask("GET", "/me"))[0] == 200, "a token is not a session"


async def test_ones_sessions_are_listed_and_ended_one_by_one_or_all(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, browser_of(console, Role.OPERATOR) as anna:
        access = console.app.access
        elsewhere = await access.open_session(anna.user, Visitor("192.0.2.9", "<b>another</b>"))
        async with browser_of(console, Role.OPERATOR, name="ben") as ben:
            status, sessions = await anna.ask("GET", "/sessions")
            assert (status, [each["is_current"] for each in sessions]) == (200, [False, True])
            assert (sessions[0]["address"], sessions[0]["browser"]) == ("192.0.2.9", "<b>another</b>")
            other = f"/sessions/{sessions[0]['id']}"
            assert (await ben.ask("DELETE", other))[0] == 404, "it is somebody else's"
            assert (await anna.ask("DELETE", other))[0] == 204
            assert await access.principal("", f"offhook_console={elsewhere}") is None
            await access.open_session(anna.user, Visitor())
            assert (await anna.ask("DELETE", "/sessions"))[0] == 204
            assert (await anna.ask("GET", "/me"))[0] == 401
            assert await access.sessions_of(anna.user.id) == []
            assert (await ben.ask("GET", "/me"))[0] == 200
