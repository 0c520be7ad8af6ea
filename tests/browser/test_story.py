"""The operator's story, told by clicking: every step is shown by the page, from the phones' own reports."""

import re

import pytest
from playwright.async_api import expect

from offhook.demo.scene import DemoScene
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def test_three_phones_are_shown_live(operator: OperatorPage) -> None:
    for name, extension in ((ANNA, "1001"), (BEN, "1002"), (CHLOE, "1003")):
        card = operator.card(name)
        await card.shows("Idle")
        await expect(card.root.get_by_text(extension, exact=True)).to_be_visible()
        await expect(card.root.get_by_text("Registered", exact=True)).to_be_visible()
    await expect(operator.page.get_by_text("No calls yet.")).to_be_visible()


async def test_a_call_from_dialling_to_a_blind_transfer(operator: OperatorPage) -> None:
    anna, ben, chloe = operator.card(ANNA), operator.card(BEN), operator.card(CHLOE)

    await anna.dial("1002")
    await anna.obeyed("Call")
    await anna.shows("Calling")
    await ben.shows("Ringing")
    ringing = ben.call_with(ANNA)
    await expect(ringing.get_by_text("Incoming call")).to_be_visible()
    await expect(ringing.get_by_text("1001", exact=True)).to_be_visible()
    await expect(operator.page.get_by_role("alert").filter(has_text=f"{BEN} from {ANNA} 1001")).to_have_count(1)
    await expect(operator.page).to_have_title(re.compile("ringing"))

    await ben.button("Answer").click()
    await ben.obeyed("Answer")
    await anna.shows("Talking")
    await ben.shows("Talking")
    await expect(ben.call_with(ANNA).get_by_role("time")).to_have_text(re.compile(r"^0:\d\d$"))

    await ben.button("Hold").click()
    await ben.obeyed("Hold")
    await ben.shows("On hold")
    await expect(ben.button("Keypad")).to_be_disabled()

    await ben.button("Resume").click()
    await ben.obeyed("Resume")
    await ben.shows("Talking")

    await ben.button("Keypad").click()
    await ben.keypad.get_by_role("button", name="7", exact=True).click()
    await ben.keypad.press("4")
    await ben.keypad.get_by_role("button", name="hash").click()
    await expect(ben.keypad.get_by_label("Digits sent")).to_have_text("74#")
    await ben.says("Digits", "the phone took the keys")
    await ben.button("Keypad").click()
    await expect(ben.keypad).to_have_count(0)

    await ben.button("Transfer").click()
    await ben.root.get_by_role("group", name="Transfer", exact=True).get_by_role("option", name=CHLOE).click()
    await chloe.shows("Ringing")
    await chloe.button("Answer").click()
    await chloe.shows("Talking")
    await ben.shows("Idle")
    await ben.obeyed("Transfer")

    await chloe.button("Hang up").click()
    await chloe.obeyed("Hang up")
    for card in (anna, ben, chloe):
        await card.shows("Idle")

    transferred = operator.call_list.filter(has_text=ANNA).filter(has_text=BEN)
    await expect(transferred).to_contain_text(re.compile(r"Answered, 0:\d\d"))
    await expect(transferred).to_contain_text("transferred")
    await expect(operator.call_list.filter(has_text=CHLOE)).to_contain_text("Answered")


async def test_a_refused_call_is_listed_as_such(operator: OperatorPage) -> None:
    anna, ben = operator.card(ANNA), operator.card(BEN)
    await anna.dial("1002")
    await ben.button("Reject").click()
    await ben.shows("Idle")
    await ben.obeyed("Reject")
    await expect(operator.call_list).to_have_count(1)
    await expect(operator.call_list).to_contain_text(re.compile("Missed|Not answered"))


async def test_a_missed_call_stands_out_and_can_be_called_back(operator: OperatorPage) -> None:
    anna, ben = operator.card(ANNA), operator.card(BEN)
    await anna.dial("1002")
    await ben.shows("Ringing")
    await anna.hang_up(BEN)
    await ben.shows("Idle")
    await expect(operator.call_list).to_contain_text("Missed")
    await operator.call_list.get_by_role("button", name="Call back 1001 from 1002").click()
    await anna.shows("Ringing")
    await ben.shows("Calling")
    await anna.button("Answer").click()
    await anna.shows("Talking")
    await anna.button("Hang up").click()
    await expect(operator.call_list).to_have_count(2)


async def test_of_two_calls_the_one_that_no_key_reaches_says_why(operator: OperatorPage) -> None:
    anna = operator.card(ANNA)
    await operator.connect(ANNA, BEN, "1002")
    await anna.button("Hold").click()
    await anna.shows("On hold")
    held, note = anna.call_with(BEN), "The phone’s keys would go to its other call."
    resume = held.get_by_role("button", name="Resume")
    await expect(resume).to_be_enabled()
    await operator.card(CHLOE).dial("1001")
    await anna.button("Answer").click()
    await anna.shows("Talking")
    await expect(resume).to_be_disabled()
    await expect(resume).to_have_accessible_description(note)
    await resume.click(force=True)
    await expect(operator.page.locator(".toast")).to_contain_text(note)
    await anna.hang_up(CHLOE)
    await expect(resume).to_be_enabled()
    await resume.click()
    await anna.shows("Talking")


async def test_do_not_disturb_on_and_off(operator: OperatorPage) -> None:
    anna, ben = operator.card(ANNA), operator.card(BEN)
    await ben.dnd.click()
    await ben.obeyed("Do not disturb")
    await expect(ben.dnd).to_have_attribute("aria-checked", "true")
    await anna.dial("1002")
    await expect(operator.call_list).to_have_count(1)
    await ben.shows("Idle")
    await anna.shows("Idle")
    await ben.dnd.click()
    await expect(ben.dnd).to_have_attribute("aria-checked", "false")
    await anna.dial("1002")
    await ben.shows("Ringing")


async def test_a_phone_that_cannot_be_reached_is_said_in_words_until_dismissed(
    operator: OperatorPage, scene: DemoScene
) -> None:
    await scene.phones["1001"].stop()
    anna = operator.card(ANNA)
    await anna.dial("1002")
    failure = anna.root.locator(".outcome-bad")
    await expect(failure).to_contain_text(re.compile(r"Call — phone 02000f001001 cannot be reached: .*refused\)\.$"))
    await expect(operator.page.get_by_role("status", name="Outcome")).to_contain_text("cannot be reached")
    await failure.get_by_role("button", name="Dismiss").click()
    await expect(failure).to_have_count(0)
