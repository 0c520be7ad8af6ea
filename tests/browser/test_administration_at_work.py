"""What an administrator does takes effect where it has to: at receivers, at the API, and in the pages of others."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from offhook.callmodel.features import Feature
from offhook.console.webhooks import progress
from offhook.console_api.scopes import Role
from offhook.demo.scene import DemoScene
from tests.browser.operator_desk import Desk, at_desk
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage
from tests.fakes.webhook_receiver import webhook_receiver

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

CRM = "https://crm.example/find?q={number}"
_LIST_MS = 20_000.0
"""Limit for the list of webhooks, which is asked for every few seconds."""
PARTS = "Parts of the administration"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Retries follow at once."""
    monkeypatch.setattr(progress, "SCHEDULE_S", (0.0,))
    yield


@pytest_asyncio.fixture(loop_scope="session")
async def anna(scene: DemoScene, browser: Browser) -> AsyncIterator[Desk]:
    """An operator, whose page stays open all the while."""
    async with at_desk(scene, browser) as desk:
        yield desk


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem", name=name, exact=True)


async def open_part(page: Page, name: str) -> None:
    await page.get_by_role("navigation", name="Views").get_by_role("link", name="Administration").click()
    await page.get_by_role("navigation", name=PARTS).get_by_role("link", name=name, exact=True).click()


async def test_a_webhook_from_its_secret_to_its_end(operator: OperatorPage, scene: DemoScene, impatient: None) -> None:
    page = operator.page
    async with webhook_receiver() as receiver:
        receiver.answers.extend([400, 400, 400])
        await open_part(page, "Webhooks")
        await page.get_by_role("button", name="Add a webhook").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Address").fill(receiver.url)
        await form.get_by_label("Name").fill("Customers")
        await form.get_by_label("Event types").fill("phone.dnd_changed")
        await form.get_by_role("button", name="Save").click()
        secret = await page.get_by_role("dialog", name="Secret of Customers").locator(".secret").inner_text()
        await page.get_by_role("button", name="I have kept it").click()
        await expect(page.get_by_text(secret)).to_have_count(0)
        receiver.secrets.append(secret)

        scene.phones["1001"].device.change_feature(Feature.DND, True)
        undelivered = row(page, "Customers").get_by_role("button", name="1 undelivered")
        await undelivered.click(timeout=_LIST_MS)
        letters = page.get_by_role("dialog", name="Not delivered to Customers")
        letter = letters.get_by_role("listitem")
        await expect(letter).to_contain_text("phone.dnd_changed")
        await expect(letter).to_contain_text("it answered 400")
        assert (len(set(receiver.ids)), len(receiver.ids)) == (1, 3), "three times the same message"

        await letters.get_by_role("button", name="Send all again").click()
        await expect(letters.get_by_text("Everything was delivered.")).to_be_visible()
        assert (len(set(receiver.ids)), len(receiver.ids), receiver.bad_signatures) == (1, 4, 0)
        await page.keyboard.press("Escape")
        await expect(undelivered).to_have_count(0, timeout=_LIST_MS)
        await expect(row(page, "Customers")).to_contain_text("works", timeout=_LIST_MS)

        await row(page, "Customers").get_by_role("button", name="Remove").click()
        await page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
        await expect(row(page, "Customers")).to_have_count(0)
        found = await page.request.get(f"{scene.console.api_url}/api/v1/webhooks")
        assert await found.json() == []


async def test_a_phone_that_is_removed_is_gone_for_everybody(operator: OperatorPage, anna: Desk) -> None:
    page = operator.page
    await expect(anna.colleague(CHLOE)).to_be_visible()
    await open_part(page, "Phones")
    for word in ("Cancel", "Remove"):
        await row(page, CHLOE).get_by_role("button", name="Remove").click()
        dialog = page.get_by_role("dialog", name=f"Remove {CHLOE}?")
        await expect(dialog).to_contain_text("waits to be let in")
        await expect(row(page, CHLOE)).to_be_visible()
        await dialog.get_by_role("button", name=word, exact=True).click()
        await expect(dialog).to_have_count(0)
    await expect(row(page, CHLOE)).to_have_count(0)
    await expect(anna.colleague(CHLOE)).to_have_count(0)
    await expect(anna.colleague(BEN)).to_be_visible()
    await page.get_by_role("navigation", name="Views").get_by_role("link", name="Phone").click()
    await expect(operator.card(ANNA).root).to_be_visible()
    await expect(operator.card(CHLOE).root).to_have_count(0)


async def test_a_token_works_until_it_is_ended(operator: OperatorPage, scene: DemoScene) -> None:
    page, url = operator.page, f"{scene.console.api_url}/api/v1/phones/02000f001001/dnd"
    await open_part(page, "Tokens")
    await page.get_by_role("button", name="Make a token").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill("door bell")
    await form.get_by_role("checkbox", name="phones:control").check()
    await form.get_by_role("button", name="Make it").click()
    secret = await page.get_by_role("dialog", name="Token door bell").locator(".secret").inner_text()
    await page.get_by_role("button", name="I have kept it").click()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {secret}"}) as program:

        async def switch(on: bool) -> int:
            async with program.put(url, json={"on": on}) as answer:
                return answer.status

        assert await switch(True) == 202
        await page.get_by_role("navigation", name="Views").get_by_role("link", name="Phone").click()
        await expect(operator.card(ANNA).dnd).to_have_attribute("aria-checked", "true")
        await open_part(page, "Tokens")
        await row(page, "door bell").get_by_role("button", name="End the token").click()
        await page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
        await expect(row(page, "door bell")).to_have_count(0)
        assert await switch(False) == 401


async def test_another_role_takes_effect_in_the_page_that_is_open(operator: OperatorPage, anna: Desk) -> None:
    views = anna.page.get_by_role("navigation", name="Views")
    wallboard = views.get_by_role("link", name="Wallboard")
    await expect(wallboard).to_have_count(0)
    await open_part(operator.page, "Users")
    for role, shown in ((Role.SUPERVISOR, 1), (Role.OPERATOR, 0)):
        await row(operator.page, "anna").get_by_role("button", name="Edit").click()
        form = operator.page.get_by_role("dialog")
        await form.get_by_label("Role").select_option(role.value)
        await form.get_by_role("button", name="Save").click()
        await expect(wallboard).to_have_count(shown)
        await anna.is_live()
    await expect(anna.mine.root).to_be_visible()


async def test_the_page_about_callers_is_chosen_for_everybody_or_by_oneself(
    operator: OperatorPage, anna: Desk, scene: DemoScene
) -> None:
    page = operator.page
    await open_part(page, "For everybody")
    field, save = page.get_by_label("Page about the caller"), page.get_by_role("button", name="Save")
    await field.fill("https://{name}/")
    await expect(save).to_be_disabled()
    await field.fill(CRM)
    await save.click()
    await expect(page.get_by_text("Saved; open pages follow")).to_be_visible()

    await come_back(anna.page)
    record = anna.mine.root.get_by_role("link", name="Open record")
    scene.phones["1002"].device.dial("1001", None)
    await expect(record).to_have_attribute("href", "https://crm.example/find?q=1002")
    await anna.page.get_by_role("link", name="Settings").click()
    await expect(anna.page.get_by_text(CRM)).to_be_visible()
    await anna.page.get_by_label("My own").check(force=True)
    await anna.page.get_by_label("Page about the caller", exact=True).fill("https://notes.example/{number}")
    await anna.page.get_by_role("navigation").get_by_role("link", name="Phone").click()
    await expect(record).to_have_attribute("href", "https://notes.example/1002")
    await expect(operator.card(ANNA).root.get_by_role("link", name="Open record")).to_have_count(0)
    await page.get_by_role("navigation", name="Views").get_by_role("link", name="Phone").click()
    other = operator.card(ANNA).root.get_by_role("link", name="Open record")
    await expect(other).to_have_attribute("href", "https://crm.example/find?q=1002")


async def test_what_one_chose_follows_to_another_browser(anna: Desk, browser: Browser, scene: DemoScene) -> None:
    async with anna.page.expect_response("**/me/preferences") as kept:
        await anna.page.get_by_role("button", name="Switch to dark").click()
    assert (await kept.value).status == 200
    await anna.page.get_by_role("link", name="Settings").click()
    async with anna.page.expect_response("**/me/preferences"):
        await anna.page.get_by_role("switch", name="Ring when a call comes in").click()
    context = await browser.new_context(locale="en-GB", color_scheme="light")
    cookies, url = await anna.page.context.cookies(), scene.console.api_url  # the session, and nothing kept besides
    await context.add_cookies([{"name": each["name"], "value": each["value"], "url": url} for each in cookies])
    elsewhere = OperatorPage(await context.new_page())
    await elsewhere.page.goto(f"{scene.console.api_url}/#/settings")
    await expect(elsewhere.page.locator("html")).to_have_attribute("data-theme", "dark")
    rings = elsewhere.page.get_by_role("switch", name="Ring when a call comes in")
    await expect(rings).to_have_attribute("aria-checked", "false")
    assert elsewhere.complaints == []
    await context.close()


async def test_a_refusal_is_told_in_ones_own_language(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser, Role.ADMINISTRATOR, language="de") as desk:
        page = desk.page
        await page.goto(f"{scene.console.api_url}/#/admin?part=users")
        await page.get_by_role("button", name="Benutzer hinzufügen").click()
        form = page.get_by_role("dialog")
        await form.get_by_label("Anmeldename").fill("anna")
        await form.get_by_role("button", name="Speichern").click()
        await expect(form.get_by_role("alert")).to_have_text("Den Namen gibt es schon; wählen Sie einen anderen.")
        desk.complaints.clear()  # the browser notes what the console refused


async def come_back(page: Page) -> None:
    """As when somebody has looked at another window meanwhile."""
    async with page.expect_response("**/api/v1/settings"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
