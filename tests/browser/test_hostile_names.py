"""Names come from strangers: they are shown as text, whatever is in them."""

import pytest
from playwright.async_api import expect

from offhook.console_api.requests import PhoneSetup
from offhook.demo.cast import Role
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from offhook.sdk import ConsoleClient
from tests.browser.operator_page import ANNA, OperatorPage
from tests.browser.outside_phone import phone_that_reports

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "<img src=x onerror='window.wasRun=1'><script>wasRun=2</script>\"&amp;'"
STRANGER = Role("1099", HOSTILE, "02000f001099")


async def test_a_hostile_display_name_is_text(operator: OperatorPage, scene: DemoScene) -> None:
    anna = operator.card(ANNA)
    async with phone_that_reports(scene, STRANGER) as stranger:
        stranger.device.dial("1001", None)
        await anna.shows("Ringing")
        await expect(anna.root.locator(".party-name")).to_have_text(HOSTILE)
        await expect(operator.page.get_by_role("alert").filter(has_text=HOSTILE)).to_have_count(1)
        await anna.button("Answer").click()
        await anna.shows("Talking")
        await anna.button("Hang up").click()
        await expect(operator.call_list).to_have_count(1)
        async with ConsoleClient(scene.console.api_url, scene.token) as console:
            setup = PhoneSetup(name=HOSTILE, extension=STRANGER.extension, control_url=stranger.url)
            await console.set_up_phone(STRANGER.mac, setup)
        await expect(operator.card(HOSTILE).root).to_be_visible()
        await expect(operator.call_list).to_contain_text(HOSTILE)
        await expect(operator.page.locator("main img, main script")).to_have_count(0)
        assert await operator.page.evaluate("window.wasRun") is None


async def test_a_name_without_end_takes_the_room_of_a_name(operator: OperatorPage, scene: DemoScene) -> None:
    anna, endless = operator.card(ANNA), "W" * 200
    async with phone_that_reports(scene, Role("1098", endless, "02000f001098")) as stranger:
        stranger.device.dial("1001", None)
        name = anna.root.locator(".party-name")
        await expect(name).to_have_attribute("title", endless)
        box, buttons = await name.bounding_box(), await anna.button("Answer").bounding_box()
        assert box is not None and buttons is not None
        assert box["height"] < 2 * buttons["height"]
        stranger.device.press(Key.X)
        await anna.shows("Idle")
