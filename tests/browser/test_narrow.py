"""On a narrow screen, and in the dark."""

import re

import pytest
from playwright.async_api import Browser, expect

from offhook.demo.scene import DemoScene
from tests.browser.operator_page import ANNA, BEN, OperatorPage, sign_in

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
