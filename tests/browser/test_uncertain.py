"""What the phones' reports leave open is marked on the page, says why, and the mark goes with what settles it."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from offhook.callmodel.connection import ConnectionState
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, BEN, sign_in
from tests.console.running_console import MAC, running_console
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def test_what_changed_places_too_fast_is_uncertain_until_a_command_proves_it(
    browser: Browser, scene: DemoScene
) -> None:
    anna = scene.phones["1001"].device
    async with at_desk(scene, browser) as desk:
        mine = desk.mine
        doubts = mine.root.locator(".call-doubt")
        anna.press(Key.DND_ON)
        anna.press(Key.DND_OFF)
        await expect(doubts).to_have_text(
            "Not certain: do not disturb. The phone’s next report settles it.", use_inner_text=True
        )
        await mine.dnd.click()
        await mine.obeyed("Do not disturb")
        await expect(doubts).to_have_count(0)
        await mine.dnd.click()
        await expect(mine.dnd).to_have_attribute("aria-checked", "false")

        await mine.dial("1002")
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        scene.phones["1002"].device.press(Key.OK)
        await mine.shows("Talking")
        anna.press(Key.F_HOLD)
        await until(lambda: anna.status.calls[0].state is ConnectionState.HELD)
        anna.press(Key.F_HOLD)
        call = mine.call_with(BEN)
        await expect(call).to_have_class("call call-connected is-uncertain")
        await expect(call.locator(".call-doubt")).to_have_text(
            "Reports came so close together that this may be the older one."
        )
        await call.get_by_role("button", name="Hold").click()
        await mine.obeyed("Hold")
        await expect(call).to_have_class("call call-held")
        await expect(call.locator(".call-doubt")).to_have_count(0)


async def test_a_call_nobody_hears_of_is_uncertain_until_its_phone_reports(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path, ringing_silence_s=0.01) as console:
        await console.ask("PUT", f"/phones/{MAC}", {"name": ANNA, "extension": "1001"})
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        operator = await sign_in(context, console.app.sign_in_link())
        await console.ringing()
        call = operator.card(ANNA).call_with("1002")
        await expect(call.locator(".call-doubt")).to_have_text(
            "Nothing was heard of this call for a long time; it may be over."
        )
        await expect(call).to_have_class("call call-alerting is-uncertain")
        await console.report("established", call_id="a1")
        await expect(call).to_have_class("call call-connected")
        await expect(call.locator(".call-doubt")).to_have_count(0)

        # An end that only the phone's idleness speaks for, told so soon that it may be about something before.
        await console.report("terminated", call_id="a1")
        await console.talking(call_id="a2")
        await console.report("busy_to_idle")
        listed = operator.call_list.first
        await expect(listed.get_by_text("uncertain")).to_have_attribute(
            "title", "Its end was not reported; it may still go on."
        )
        await console.report("terminated", call_id="a2")
        await expect(listed.get_by_text("uncertain")).to_have_count(0)
        assert operator.complaints == []
        await context.close()
