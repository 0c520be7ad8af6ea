"""Telephone links that are dropped on the page ask to be dialled; anything else that is dropped does nothing."""

import pytest
from playwright.async_api import Browser, Page, expect

from offhook.demo.scene import DemoScene
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import BEN

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

_DROP = """([selector, type, text]) => {
  const target = document.querySelector(selector);
  const dataTransfer = new DataTransfer();
  dataTransfer.setData(type, text);
  const happens = (name) => target.dispatchEvent(
    new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
  return { isOffered: !happens("dragover"), isTaken: !happens("drop") };
}"""
"""As browsers do it: whoever takes what is dragged cancels both events."""


async def drop(page: Page, text: str, *, kind: str = "text/uri-list", on: str = "main") -> bool:
    """Drop something on the page; gives whether the page took it."""
    found = await page.evaluate(_DROP, [on, kind, text])
    return bool(found["isOffered"] and found["isTaken"])


async def test_a_dropped_link_asks_and_dials_when_told_to(browser: Browser, scene: DemoScene) -> None:
    async with at_desk(scene, browser) as desk:
        page, number = desk.page, desk.page.get_by_label("Number")
        assert await drop(page, "tel:10-03;ext=5")
        await expect(number).to_have_value("1003")
        assert await drop(page, "callto://1002", kind="text/plain")
        await expect(number).to_have_value("1002")
        assert scene.phones["1001"].device.status.calls == ()
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(desk.mine.call_with(BEN)).to_contain_text("Calling")


async def test_what_is_no_telephone_link_is_left_to_the_browser(browser: Browser, scene: DemoScene) -> None:
    async with at_desk(scene, browser) as desk:
        for text in ("https://example.com/tel:1002", "mailto:1002@example.com", "javascript:alert(1)", "1002"):
            assert not await drop(desk.page, text)
        assert not await drop(desk.page, "tel:1002", on=".dial input"), "a field takes text as fields do"
        await expect(desk.page.get_by_role("heading", name="Phone", level=1)).to_have_count(1)
