"""On a narrow screen, and in the dark."""

import re

import pytest
from playwright.async_api import Browser, expect

from offhook.demo.scene import DemoScene
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def overflow(operator: OperatorPage) -> int:
    """Pixels by which the page is wider than the screen."""
    found = await operator.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return int(found)


async def test_360_pixels_are_wide_enough(scene: DemoScene, browser: Browser) -> None:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark", reduced_motion="reduce"
    )
    operator = await sign_in(context, scene.console.sign_in_link())
    ben = operator.card(BEN)
    await operator.connect(ANNA, BEN, "1002")
    await ben.button("Keypad").click()
    await expect(ben.keypad).to_be_visible()
    assert await overflow(operator) == 0
    await ben.button("Transfer").click()
    await expect(ben.root.get_by_role("group", name="Transfer", exact=True)).to_be_visible()
    assert await overflow(operator) == 0
    await ben.button("Hang up").click()
    await expect(operator.call_list).to_contain_text(re.compile("Answered"))
    assert await overflow(operator) == 0
    assert operator.complaints == []
    await context.close()


async def test_what_rings_stands_between_the_bars(scene: DemoScene, browser: Browser) -> None:
    small = {"width": 360, "height": 640}
    async with at_desk(scene, browser, viewport=small) as desk:
        mine, page = desk.mine, desk.page
        await mine.dial("1002")
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        await page.evaluate("scrollTo(0, 0)")
        scene.phones["1003"].device.dial("1001", None)
        call = mine.call_with(CHLOE)
        await expect(call.locator(".party-name")).to_be_in_viewport(ratio=1)
        await page.wait_for_function(_BETWEEN_THE_BARS)
        # Whatever gets the focus does not hide behind them either, from the last to the first.
        for key in ("Shift+Tab", "Tab"):
            await page.evaluate("document.activeElement.blur()")
            for _ in range(12):
                await page.keyboard.press(key)
                assert await page.evaluate(_IS_FOCUS_SEEN), await page.evaluate("document.activeElement.outerHTML")


_BETWEEN_THE_BARS = """() => {
  const call = document.querySelector(".call-alerting").getBoundingClientRect();
  const above = document.querySelector(".top").getBoundingClientRect();
  const below = document.querySelector(".nav").getBoundingClientRect();
  return call.top >= above.bottom && call.bottom <= below.top;
}"""

_IS_FOCUS_SEEN = """() => {
  const focused = document.activeElement;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return focused === document.body || focused.contains(found) || found?.contains(focused);
}"""
