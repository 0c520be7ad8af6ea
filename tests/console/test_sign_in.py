"""The browser's way in."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from offhook.console.sign_in import safe_target
from offhook.console.store.people import AuditSearch
from offhook.console_api.people import NewUser
from offhook.console_api.scopes import Role
from tests.console.people_kit import PASSWORD
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
    assert (response.status, 'type="password"' in text, "printed when it started" in text) == (200, True, True)
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


async def send_form(
    console: RunningConsole, *, headers: dict[str, str] | None = None, **fields: str
) -> tuple[aiohttp.ClientResponse, str]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        every = {"Origin": console.app.api_url, **(headers or {})}
        url = f"{console.app.api_url}/sign-in"
        async with browser.post(url, data=fields, headers=every, allow_redirects=False) as response:
            return response, await response.text()


async def with_anna(console: RunningConsole) -> None:
    await console.app.access.users.create(NewUser(name="anna", role=Role.OPERATOR, password=PASSWORD))


async def test_name_and_password_sign_in_and_go_on_to_where_one_wanted(console: RunningConsole) -> None:
    await with_anna(console)
    response, _ = await send_form(console, name=" Anna ", password=PASSWORD, next="/?tel=1002")
    assert (response.status, response.headers["Location"]) == (303, "/?tel=1002")
    cookie = f"offhook_console={response.cookies['offhook_console'].value}"
    assert (await open_page(console, "/", Cookie=cookie))[0].status == 200
    again, _ = await open_page(console, "/sign-in", Cookie=cookie)
    assert (again.status, again.headers["Location"]) == (303, "/")
    other, _ = await send_form(console, headers={"Cookie": cookie}, name="anna", password=PASSWORD)
    assert other.headers["Location"] == "/"
    assert (await open_page(console, "/", Cookie=cookie))[0].status == 303, "one browser has one session"


async def test_a_wrong_password_is_said_and_slowed_down(console: RunningConsole) -> None:
    await with_anna(console)
    for _ in range(5):
        response, text = await send_form(console, name="<anna>", password="wrong")
        assert (response.status, "Wrong name or password" in text, "&lt;anna&gt;" in text) == (403, True, True)
        assert "Set-Cookie" not in response.headers
    response, text = await send_form(console, name="<anna>", password="wrong")
    assert (response.status, "Too many wrong passwords" in text) == (429, True)
    assert int(response.headers["Retry-After"]) > 0
    assert (await send_form(console, name="anna", password=PASSWORD))[0].status == 303, "she did not guess"
    entries = await console.app.access.store.audit(AuditSearch(what="signIn"))
    told = {(entry.by, entry.outcome, entry.address) for entry in entries}
    assert told == {
        ("user:<anna>?", "password-wrong", "127.0.0.1"),
        ("user:<anna>?", "sign-in-throttled", "127.0.0.1"),
        ("user:anna", "done", "127.0.0.1"),
    }
    assert "wrong" not in str([entry.detail for entry in entries])


@pytest.mark.parametrize("origin", ["null", "http://evil.example"])
async def test_another_sites_form_signs_nobody_in(console: RunningConsole, origin: str) -> None:
    await with_anna(console)
    response, _ = await send_form(console, headers={"Origin": origin}, name="anna", password=PASSWORD)
    assert (response.status, "Set-Cookie" in response.headers) == (403, False)


async def test_a_form_that_is_none_is_refused_like_a_wrong_password(console: RunningConsole) -> None:
    assert (await send_form(console))[0].status == 403
    async with aiohttp.ClientSession() as browser:
        headers = {"Origin": console.app.api_url, "Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"\xff\xfe=\x00&name", b"&".join(b"a=1" for _ in range(50))):
            async with browser.post(f"{console.app.api_url}/sign-in", data=body, headers=headers) as response:
                assert response.status == 403
                assert "Traceback" not in await response.text()


async def test_who_comes_from_another_site_is_asked_once_more_by_our_own_page(console: RunningConsole) -> None:
    response, text = await open_page(console, "/?tel=%3Cb%3E", **{"Sec-Fetch-Site": "cross-site"})
    assert (response.status, 'content="0; url=/?tel=%3Cb%3E"' in text) == (200, True)
    response, text = await open_page(console, "/dial?number=tel%3A%2B39025550", **{"Sec-Fetch-Site": "cross-site"})
    assert (response.status, 'content="0; url=/dial?number=tel:%2B39025550"' in text) == (200, True)
    response, _ = await open_page(console, "/?tel=1002", **{"Sec-Fetch-Site": "same-origin"})
    assert (response.status, response.headers["Location"]) == (303, "/sign-in?next=%2F%3Ftel%3D1002")
    response, text = await open_page(console, response.headers["Location"])
    assert 'name="next" value="/?tel=1002"' in text


async def test_behind_a_proxy_the_cookie_is_for_https_and_the_visitors_address_is_known(tmp_path: Path) -> None:
    async with running_console(tmp_path, trusted_proxies=("127.0.0.1",), allowed_hosts=("desk.example",)) as console:
        forwarded = {"Host": "desk.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.77"}
        response, _ = await open_page(console, console.app.sign_in_link(), **forwarded)
        assert "secure" in response.headers["Set-Cookie"].lower()
        await with_anna(console)
        form = {"name": "anna", "password": PASSWORD}
        origin = {"Origin": "https://desk.example", **forwarded}
        assert (await send_form(console, headers=origin, **form))[0].status == 303
        assert (await send_form(console, headers={**origin, "Origin": "http://desk.example"}, **form))[0].status == 403
        entries = await console.app.access.store.audit(AuditSearch(what="signIn"))
        assert {entry.address for entry in entries} == {"192.0.2.77"}


async def test_nobody_else_is_believed_to_be_a_proxy(console: RunningConsole) -> None:
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.77"}
    response, _ = await open_page(console, console.app.sign_in_link(), **forwarded)
    assert "secure" not in response.headers["Set-Cookie"].lower()
    (entry,) = await console.app.access.store.audit(AuditSearch(what="signIn"))
    assert (entry.by, entry.address, entry.detail["by"]) == ("user:administrator", "127.0.0.1", "link")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "http://evil.example",
        "javascript:1",
        "/a b",
        "/é",
        "/\r\nX: y",
        "/" * 3000,
    ],
)
def test_no_page_of_others_is_gone_on_to(target: str) -> None:
    assert safe_target(target) == "/"
