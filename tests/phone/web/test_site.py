import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import structlog

from offhook.phone.app import PhoneApp
from offhook.phone.device import PhoneDevice
from tests.fakes.browser import Browser
from tests.fakes.desk import LOGIN, running


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


@pytest.fixture
async def browser(phone: PhoneApp) -> AsyncIterator[Browser]:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        yield browser


async def test_files(browser: Browser) -> None:
    page = await browser.get("/style.css")
    assert (page.status, page.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert (await browser.get("/style.css", If_None_Match=page.headers["etag"])).status == 304
    assert (await browser.get("/icon.svg")).headers["content-type"] == "image/svg+xml"


async def test_what_is_not_there_is_said_in_the_form_that_was_asked_for(browser: Browser) -> None:
    page = await browser.get("/nowhere")
    assert (page.status, "There is no such page" in page.text) == (404, True)
    assert page.text.startswith("<!doctype html>")
    page = await browser.get("/nowhere", Accept="*/*")
    assert (page.status, page.text) == (404, "There is no such page\n")
    assert (await browser.post("/system/log", {})).status == 405


async def test_every_answer_forbids_what_pages_do_not_need(browser: Browser) -> None:
    for path in ("/login", "/nowhere", "/style.css", "/cgi-bin/ConfigManApp.com"):
        headers = (await browser.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe%%%&=&=", "application/x-www-form-urlencoded"),
        (b"a=b&" * 1000, "application/x-www-form-urlencoded"),
        (b'{"user": []}', "application/json"),
        (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
        (b"", "nonsense/\xc3\xa9"),
    ],
)
async def test_bodies_that_are_no_form(phone: PhoneApp, body: bytes, content_type: str) -> None:
    async with aiohttp.ClientSession() as session:
        headers = {"Content-Type": content_type}
        async with session.post(f"{phone.url}/login", data=body, headers=headers) as answer:
            assert answer.status in (400, 401)
            assert "Traceback" not in await answer.text()


async def test_a_form_without_end_is_cut_off(phone: PhoneApp) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{phone.url}/login", data=b"a" * 1_000_000) as answer:
            assert answer.status == 413


async def test_a_mistake_of_ours_is_logged_and_not_shown(
    phone: PhoneApp, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in()

    def fail(self: PhoneDevice) -> None:
        raise RuntimeError("the secret detail")

    monkeypatch.setattr(PhoneDevice, "status", property(fail))
    with structlog.testing.capture_logs() as lines:
        page = await browser.get("/")
    assert page.status == 500
    assert "secret detail" not in page.text
    assert [line["event"] for line in lines] == ["request failed"]


async def test_a_client_that_goes_away_disturbs_nobody(phone: PhoneApp, browser: Browser) -> None:
    for _ in range(20):
        host, _, port = phone.url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser=")
        writer.transport.abort()
    assert (await browser.get("/login")).status == 200
