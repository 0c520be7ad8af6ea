"""The browser's way in."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.console.running_console import RunningConsole, running_console


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def open_page(console: RunningConsole, path: str, **headers: str) -> tuple[aiohttp.ClientResponse, str]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        url = path if path.startswith("http") else console.app.api_url + path
        async with browser.get(url, headers=headers, allow_redirects=False) as response:
            return response, await response.text()


async def sign_in(console: RunningConsole) -> str:
    response, _ = await open_page(console, console.app.sign_in_link())
    return response.cookies["offhook_console"].value


async def test_the_link_sets_a_strict_cookie_and_moves_on(console: RunningConsole) -> None:
    response, text = await open_page(console, console.app.sign_in_link())
    cookie = response.headers["Set-Cookie"].lower()
    assert response.status == 200
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/", "max-age=2592000"))
    assert "secure" not in cookie, "there is no TLS here, a Secure cookie would be lost"
    assert 'http-equiv="refresh" content="0; url=/"' in text
    assert response.headers["Cache-Control"] == "no-store"
    assert "<script" not in text


async def test_a_wrong_link_and_none(console: RunningConsole) -> None:
    response, text = await open_page(console, "/sign-in?token=old")
    assert (response.status, "not valid any more" in text) == (403, True)
    assert "Set-Cookie" not in response.headers
    response, text = await open_page(console, "/sign-in")
    assert (response.status, "printed when it started" in text) == (200, True)
    assert (await open_page(console, "/sign-in.css"))[0].content_type == "text/css"
    response, text = await open_page(console, "/sign-in?token=" + "x" * 300)
    assert response.status == 400


async def test_the_page_is_for_who_is_signed_in(console: RunningConsole) -> None:
    for path in ("/", "/assets/app.js"):
        response, _ = await open_page(console, path)
        assert (response.status, response.headers["Location"]) == (303, "/sign-in")
    session = await sign_in(console)
    cookie = f"offhook_console={session}"
    response, text = await open_page(console, "/", Cookie=cookie)
    assert (response.status, response.content_type) == (200, "text/html")
    assert "/assets/app.js" in text
    response, _ = await open_page(console, "/assets/app.js", Cookie=cookie)
    assert (response.status, response.content_type) == (200, "text/javascript")
    unchanged, body = await open_page(
        console, "/assets/app.js", Cookie=cookie, **{"If-None-Match": response.headers["ETag"]}
    )
    assert (unchanged.status, body) == (304, "")


@pytest.mark.parametrize("path", ["/assets/nothing.js", "/assets/../index.html", "/assets/%2e%2e/%2e%2e/app.py", "/x"])
async def test_nothing_else_is_served(console: RunningConsole, path: str) -> None:
    cookie = f"offhook_console={await sign_in(console)}"
    response, _ = await open_page(console, path, Cookie=cookie)
    assert (response.status, response.content_type) == (404, "application/json")


async def test_a_session_survives_a_restart_but_the_link_does_not(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        link = console.app.sign_in_link().rpartition("=")[2]
        cookie = f"offhook_console={await sign_in(console)}"
    async with running_console(tmp_path) as console:
        assert (await open_page(console, "/", Cookie=cookie))[0].status == 200
        assert (await open_page(console, f"/sign-in?token={link}"))[0].status == 403


async def test_the_host_on_the_page_cannot_be_markup(console: RunningConsole) -> None:
    response, _ = await open_page(console, "/sign-in", Host="<b>")
    assert response.status in (400, 421)
