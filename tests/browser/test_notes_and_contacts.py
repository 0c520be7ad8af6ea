"""What is kept about callers: names, notes, outcomes; the history that finds them again, and the badge."""

import pytest
from playwright.async_api import Browser, expect

from offhook.console_api.scopes import Role
from offhook.demo.cast import Role as Somebody
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.operator_desk import at_desk, go_to
from tests.browser.outside_phone import outside_phone
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

CUSTOMER = Somebody("0255501234", "nobody knows", "02000f009001")


async def test_a_caller_gets_a_name_a_note_and_is_found_again(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser, Role.SUPERVISOR) as desk, outside_phone(scene, CUSTOMER) as customer:
        page, mine = desk.page, desk.mine
        badge = page.get_by_role("navigation").get_by_label("1 missed call")
        customer.device.dial("1001", None)
        await mine.shows("Ringing")
        customer.device.press(Key.X)
        await expect(badge).to_be_visible()

        await go_to(desk, "Contacts")
        await page.get_by_role("button", name="New contact").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Name").fill("Lucia Rossi")
        await form.get_by_label("Company").fill("Rossi & Figli")
        await form.get_by_label("Number 1", exact=True).fill("0255501234")
        await form.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("list", name="Contacts")).to_contain_text("Lucia Rossi")

        await go_to(desk, "History")
        calls = page.get_by_role("list", name="History").get_by_role("listitem")
        await expect(calls).to_contain_text(["Lucia Rossi"])
        await expect(calls).to_contain_text(["Missed"])
        await expect(badge).to_have_count(0)
        await calls.get_by_role("button", name="Call back 0255501234 from 1001").click()
        await page.get_by_role("navigation").get_by_role("link", name="Phone").click()
        await until(lambda: customer.device.status.calls)
        customer.device.press(Key.OK)
        await mine.shows("Talking")
        call = mine.call_with("Lucia Rossi")
        await call.get_by_role("button", name="Note").click()
        await call.get_by_label("Note", exact=True).fill("wants 40 chairs, by Friday")
        await call.get_by_label("Outcome").fill("order")
        await call.get_by_role("button", name="Save").click()
        await expect(call.locator(".note-written")).to_contain_text("wants 40 chairs")
        await mine.hang_up("Lucia Rossi")
        await mine.shows("Idle")

        await go_to(desk, "History")
        await expect(calls).to_have_count(2)
        await page.get_by_role("searchbox").fill("chairs")
        await expect(calls).to_have_count(1)
        await expect(calls).to_contain_text("order")
        await page.get_by_role("searchbox").fill("")
        await page.get_by_role("radio", name="Missed").check()
        await expect(calls).to_have_count(1)
        await calls.get_by_role("button", name="Note on the call").click()
        await calls.get_by_label("Note", exact=True).fill("called back")
        await page.keyboard.press("Control+Enter")
        await expect(calls.locator(".note-written")).to_contain_text("called back")

        await go_to(desk, "Phone")
        await mine.dial_box.fill("luc")
        await expect(mine.root.get_by_role("option", name="Lucia Rossi")).to_be_visible()
        await mine.dial_box.press("Enter")
        await expect(mine.call_with("Lucia Rossi")).to_contain_text("Calling")
        await mine.hang_up("Lucia Rossi")
        await mine.shows("Idle")
