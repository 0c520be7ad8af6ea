from collections.abc import AsyncIterator

import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.lockout import FREE_FAILURES
from offhook.phone.settings import Login
from offhook.phone.web.login import safe_target
from tests.fakes.browser import Browser
from tests.fakes.desk import LOGIN, phone_settings, running


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


@pytest.fixture
async def browser(phone: PhoneApp) -> AsyncIterator[Browser]:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        yield browser


async def test_logging_in_and_out(browser: Browser) -> None:
    page = await browser.get("/")
    assert (page.status, page.location) == (302, "/login")
    page = await browser.log_in()
    assert (page.status, "Status" in page.text) == (200, True)
    assert (await browser.get("/login")).location == "/"
    page = await browser.post("/logout", page.form("/logout").fields)
    assert page.location == "/login"
    assert (await browser.get("/")).status == 302


async def test_it_leads_to_the_page_that_was_wanted(browser: Browser) -> None:
    page = await browser.get("/phone/features")
    assert page.location == "/login?next=/phone/features"
    page = await browser.log_in("?next=/phone/features")
    assert "Call forwarding" in page.text


async def test_a_wrong_password_says_so_and_keeps_the_user_but_not_the_password(browser: Browser) -> None:
    page = await browser.post("/login", {"user": '"><b>ada', "password": "geheim", "next": "/"})
    assert page.status == 401
    assert "Wrong user or password" in page.text
    assert "&#34;&gt;&lt;b&gt;ada" in page.text
    assert "geheim" not in page.text
    assert (await browser.get("/")).status == 302


async def test_after_many_wrong_ones_one_has_to_wait(browser: Browser) -> None:
    for _ in range(FREE_FAILURES):
        await browser.post("/login", {"user": "admin", "password": "guess"})
    page = await browser.post("/login", {"user": "admin", "password": LOGIN.password})
    assert page.status == 429
    assert "Wait" in page.text


async def test_another_sites_page_cannot_log_a_browser_in(browser: Browser) -> None:
    fields = {"user": "admin", "password": LOGIN.password}
    page = await browser.post("/login", fields, Origin="http://evil.example")
    assert (page.status, "set-cookie" in page.headers) == (403, False)


async def test_logging_out_takes_a_form_of_our_own(browser: Browser) -> None:
    await browser.log_in()
    await browser.post("/logout", {"form_token": "guess"})
    assert (await browser.get("/")).status == 200


async def test_a_phone_with_the_default_password_explains_itself_to_other_computers() -> None:
    async with running(phone_settings(login=Login())) as phone, Browser(phone.url) as browser:
        page = await browser.get("/login", Host="phone.example")
        assert "default password" in page.text
        page = await browser.post("/login", {"user": "admin", "password": "admin"}, Host="phone.example")
        assert (page.status, "set-cookie" in page.headers) == (403, False)


@pytest.mark.parametrize("target", ["/", "/phone/features", "/cgi-bin/ConfigManApp.com?key=OK&x=%26"])
def test_paths_of_this_phone_are_followed(target: str) -> None:
    assert safe_target(target) == target


@pytest.mark.parametrize(
    "target",
    ["", "//evil.example", "/\\evil.example", "http://evil.example", "/a b", "/a\r\nb: c", "/ä", "x", "/" + "a" * 3000],
)
def test_nothing_else_is(target: str) -> None:
    assert safe_target(target) == "/"
