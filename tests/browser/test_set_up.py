"""A phone that only reports is seen, and can be set up from the page."""

import pytest
from playwright.async_api import expect

from offhook.demo.cast import Role
from offhook.demo.scene import DemoScene
from tests.browser.operator_page import ANNA, OperatorPage
from tests.browser.outside_phone import phone_that_reports

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

NEWCOMER = Role("1004", "Deniz Erdem", "02000f001004")


async def test_a_phone_seen_on_the_network_is_set_up_and_worked(operator: OperatorPage, scene: DemoScene) -> None:
    async with phone_that_reports(scene, NEWCOMER) as phone:
        seen = operator.page.get_by_role("region", name="Seen on the network").get_by_role("listitem")
        await expect(seen).to_contain_text(NEWCOMER.mac)
        await expect(seen).to_contain_text("Idle")
        await seen.get_by_role("button", name="Set up").click()

        form = operator.page.get_by_role("dialog")
        await form.get_by_label("Name").fill(NEWCOMER.name)
        await form.get_by_label("Extension").fill(NEWCOMER.extension)
        await form.get_by_label("Address").fill(phone.url)
        await form.get_by_label("Password").fill(phone.settings.login.password)
        await form.get_by_role("button", name="Set up").click()

        card = operator.card(NEWCOMER.name)
        await card.dial("1001")
        await card.obeyed("Call")
        await operator.card(ANNA).shows("Ringing")
        await expect(seen).to_have_count(0)
        await expect(form).to_have_count(0)
