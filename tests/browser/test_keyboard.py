"""Without a mouse."""

import pytest
from playwright.async_api import Browser, expect

from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def test_dial_answer_and_hang_up_by_keyboard(operator: OperatorPage) -> None:
    keyboard = operator.page.keyboard
    anna, ben = operator.card(ANNA), operator.card(BEN)
    await tab_to(operator, "Number to call from 1001")
    await keyboard.type("1002")
    await keyboard.press("Enter")
    await ben.shows("Ringing")
    await tab_to(operator, "Answer")
    await keyboard.press("Enter")
    await ben.shows("Talking")
    # The button that was pressed is gone; the focus stays in the card.
    await expect(ben.button("Hold")).to_be_focused()
    await tab_to(operator, "Keypad")
    await keyboard.press("Enter")
    await expect(ben.keypad).to_be_focused()
    await keyboard.type("19")
    await expect(ben.keypad.get_by_label("Digits sent")).to_have_text("19")
    await tab_to(operator, "Hang up", backwards=True)
    await keyboard.press("Space")
    await ben.shows("Idle")
    await anna.shows("Idle")
    await expect(ben.root).to_be_focused()


async def test_a_day_by_keyboard_alone(scene: DemoScene, browser: Browser) -> None:
    ben, chloe = scene.phones["1002"].device, scene.phones["1003"].device
    async with at_desk(scene, browser) as desk:
        mine, keyboard = desk.mine, desk.page.keyboard
        with_ben, with_chloe = mine.call_with(BEN), mine.call_with(CHLOE)
        await keyboard.press("d")
        await expect(mine.dial_box).to_be_focused()
        await keyboard.type("1002")
        await keyboard.press("Enter")
        await expect(mine.root).to_be_focused()
        await expect(mine.dial_box).to_have_value("")
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        ben.press(Key.OK)
        await mine.shows("Talking")
        await keyboard.press("o")
        await mine.shows("On hold")
        await keyboard.press("o")
        await mine.shows("Talking")

        await keyboard.press("t")
        await expect(with_ben.get_by_role("combobox")).to_be_focused()
        await keyboard.press("Shift+Tab")
        await keyboard.press("ArrowRight")
        await expect(with_ben.get_by_role("radio", name="Ask first")).to_be_checked()
        await keyboard.press("Tab")
        await expect(with_ben.get_by_role("combobox")).to_be_focused()
        await keyboard.type("1003")
        await keyboard.press("Enter")
        await expect(with_ben).to_be_focused()
        await expect(desk.colleague(CHLOE)).to_contain_text("Ringing")
        chloe.press(Key.OK)
        await expect(with_chloe).to_contain_text("Talking")
        await tab_to(desk, "Hand over")
        await keyboard.press("Enter")
        await mine.shows("Idle")
        await expect(desk.colleague(CHLOE)).to_contain_text("Talking")
        # Nothing of the call is left, and the next key is a shortcut again.
        await expect(mine.root).to_be_focused()
        await keyboard.press("d")
        await expect(mine.dial_box).to_be_focused()
        chloe.press(Key.X)
        await expect(desk.colleague(CHLOE)).to_contain_text("Idle")
        assert ben.status.calls == chloe.status.calls == ()


async def tab_to(operator: OperatorPage, name: str, *, backwards: bool = False) -> None:
    """Press Tab until what is called ``name`` has the focus, as somebody does who cannot use a mouse."""
    label = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
    reached = []
    for _ in range(60):
        await operator.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        reached.append(await operator.page.evaluate(label))
        if reached[-1] == name:
            return
    pytest.fail(f"Tab never reached {name!r}, only {reached}")
