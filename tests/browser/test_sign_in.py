"""Signing in by name and password, in a real browser: its Origin, its cookie, its way from other sites."""

import pytest
from playwright.async_api import Browser, expect

from offhook.console_api.people import NewUser
from offhook.console_api.scopes import Role
from offhook.demo.scene import DemoScene

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def test_name_and_password_and_a_link_from_another_site(scene: DemoScene, browser: Browser) -> None:
    page_url = scene.console.api_url
    await scene.console.access.users.create(NewUser(name="anna", role=Role.ADMINISTRATOR, password="four quiet words"))
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{page_url}/?tel=1002")
    await page.get_by_label("Name").fill("Anna")
    await page.get_by_label("Password").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_have_text("Wrong name or password.")
    await page.get_by_label("Password").fill("four quiet words")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{page_url}/?tel=1002")
    (cookie,) = await context.cookies()
    assert (cookie["sameSite"], cookie["httpOnly"]) == ("Strict", True)

    await page.goto(f"{scene.phones['1001'].url}/login")  # another origin
    await page.evaluate("url => { location.href = url; }", f"{page_url}/?tel=1003")
    await page.wait_for_url(f"{page_url}/?tel=1003")
    await expect(page).to_have_title("offhook")
    await context.close()
