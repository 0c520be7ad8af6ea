"""Without a mouse."""

import pytest
from playwright.async_api import expect

from tests.browser.operator_page import ANNA, BEN, OperatorPage

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
    await expect(ben.dial_box).to_be_focused()


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
