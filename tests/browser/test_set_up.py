"""A phone that only reports is seen, and can be set up from the page."""

import pytest
from playwright.async_api import expect

from offhook.demo.cast import Role
from offhook.demo.scene import DemoScene
from offhook.dialects.registry import Registry
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


async def test_a_make_that_somebody_chose_meanwhile_stays(operator: OperatorPage, scene: DemoScene) -> None:
    """The dialog does not ask for the make, so it must not take back what was chosen elsewhere."""
    page, url = operator.page, f"{scene.console.api_url}/api/v1/phones/{NEWCOMER.mac}"
    async with phone_that_reports(scene, NEWCOMER):
        seen = page.get_by_role("region", name="Seen on the network").get_by_role("listitem")
        await seen.get_by_role("button", name="Set up").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Name").fill(NEWCOMER.name)

        make = next(each.name for each in Registry().all() if each.name != "base")
        chosen = {"name": "Somebody", "dialect": make}
        await page.request.put(url, data=chosen, headers={"Origin": scene.console.api_url})
        await expect(operator.card("Somebody").root).to_be_visible()
        await form.get_by_role("button", name="Set up").click()
        await expect(operator.card(NEWCOMER.name).root).to_be_visible()
        phone = await (await page.request.get(url)).json()
        assert (phone["chosen_dialect"], phone["dialect"]) == (make, make)
