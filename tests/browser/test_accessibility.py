"""Every view against WCAG 2.2 AA by axe-core, in light and in dark, at a desk's size and at a phone's."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from offhook.console_api.scopes import Role
from offhook.demo.cast import Role as Somebody
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.axe import violations
from tests.browser.operator_desk import Desk, at_desk
from tests.browser.operator_page import BEN
from tests.browser.outside_phone import outside_phone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="session")]

CUSTOMER = Somebody("0255501234", "Rossi & Figli", "02000f009001")
_SIZES = [(1280, 900), (360, 740)]


async def check(page: Page, what: str) -> None:
    """Look at what is open in both colours and both sizes; nothing may be wider than the screen."""
    found = []
    for width, height in _SIZES:
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
            found += [f"{what}, {theme}, {width}: {one}" for one in await violations(page)]
        wider = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider:
            found.append(f"{what}: {wider} pixels wider than {width}")
    await page.set_viewport_size({"width": _SIZES[0][0], "height": _SIZES[0][1]})
    assert found == []


async def test_the_desk_in_every_state(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk, outside_phone(scene, CUSTOMER) as customer:
        page, mine = desk.page, desk.mine
        await check(page, "idle")
        customer.device.dial("1001", None)
        await mine.shows("Ringing")
        await check(page, "ringing")
        await mine.button("Answer").click()
        await mine.shows("Talking")
        for panel in ("Transfer", "Keypad", "Note"):
            button = mine.root.locator(".call-actions").get_by_role("button", name=panel, exact=True)
            await button.click()
            await check(page, panel)
            await button.click()
        await mine.button("Hold").click()
        await mine.shows("On hold")
        await mine.dial("1002")
        await mine.call_with(BEN).wait_for()
        await check(page, "two calls")
        scene.phones["1002"].device.press(Key.X)
        customer.device.press(Key.X)
        await mine.shows("Idle")
        await mine.dial_box.fill("chl")
        await mine.root.get_by_role("option").first.wait_for()
        await check(page, "suggestions")
        await mine.dial_box.fill("")
        await mine.button("No forward").click()
        await check(page, "forwards")
        await page.keyboard.press("Escape")
        await mine.button("Number keys").click()
        await check(page, "number keys")


async def test_a_phones_own_keys(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser, Role.ADMINISTRATOR) as desk:
        await desk.mine.dial("1002")
        await desk.mine.shows("Calling")
        await desk.mine.button("Phone keys").click()
        dialog = desk.page.get_by_role("dialog")
        await dialog.get_by_role("button", name="L2").click()
        await dialog.locator(".outcome").wait_for()
        await check(desk.page, "phone keys")
        await dialog.get_by_role("button", name="Restart…").click()
        await check(desk.page, "a restart that asks")


async def a_contact(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="New contact").click()
    await desk.page.get_by_role("dialog").wait_for()


async def the_keys(desk: Desk) -> None:
    await desk.page.keyboard.press("?")
    await desk.page.get_by_role("dialog").wait_for()


_OTHERS: list[tuple[str, Callable[[Desk], Awaitable[None]] | None]] = [
    ("history", None),
    ("contacts", None),
    ("contacts", a_contact),
    ("settings", None),
    ("settings", the_keys),
    ("dial?number=tel:1002", None),
    ("wallboard", None),
]


async def test_the_other_views(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser, Role.SUPERVISOR) as desk:
        for view, opening in _OTHERS:
            await desk.page.goto(f"{scene.console.api_url}/#/{view}")
            await expect(desk.page.get_by_role("heading", level=1)).to_have_count(1)
            await expect(desk.page.get_by_text("Loading…")).to_have_count(0)
            if opening is not None:
                await opening(desk)
            await check(desk.page, view)
            if opening is not None:
                await desk.page.keyboard.press("Escape")
