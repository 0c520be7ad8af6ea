"""The administrator's set-up: from an empty console to a phone that works and a user who sees only what he may."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from yarl import URL

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.provisioning import Outcome
from offhook.phone.settings import Account, Identity, Network, PhoneSettings, ProvisioningSettings
from tests.browser.axe import violations
from tests.browser.operator_page import ANNA, BEN, OperatorPage, sign_in
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

MAC, SECRET = "02000f005001", "hush-hush"
PARTS = ["phones", "users", "tokens", "contacts", "webhooks", "settings", "events", "audit"]
HOSTILE = "<img src=x onerror='window.wasRun=1'><script>wasRun=2</script>"
_IS_KEPT = os.environ.get("OFFHOOK_PICTURES") == "1"
_PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoScene]:
    """One for all of these tests: none of them is in another's way."""
    scene = DemoScene(tmp_path_factory.mktemp("demo"), DemoPorts(api=0, listener=0, first_phone=0))
    await scene.start()
    yield scene
    await scene.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def empty_console(tmp_path: Path) -> AsyncIterator[ConsoleApp]:
    app = ConsoleApp(ConsoleSettings(data=tmp_path, api_port=0, listener_port=0, listener_secret=SECRET))
    await app.start()
    yield app
    await app.stop()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem", name=name, exact=True)


async def open_part(page: Page, part: str) -> None:
    await page.get_by_role("navigation", name="Views").get_by_role("link", name="Administration").click()
    names = {"settings": "For everybody", "events": "Events", "audit": "Audit log"}
    parts = page.get_by_role("navigation", name="Parts of the administration")
    await parts.get_by_role("link", name=names.get(part, part.capitalize()), exact=True).click()


async def test_from_an_empty_console_to_a_working_phone_and_its_user(
    empty_console: ConsoleApp, browser: Browser
) -> None:
    exchange = VirtualExchange()
    exchange.add_subscriber("5001", "of the account", "Eva Okoye")
    settings = PhoneSettings(
        identity=Identity(mac=MAC),
        network=Network(http_port=0),
        accounts=[Account(user="5001", password="of the account")],
    )
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    administrator = await sign_in(context, empty_console.sign_in_link())
    page = administrator.page
    await open_part(page, "phones")
    await expect(page.get_by_text("No phone is set up.")).to_be_visible()

    first = PhoneApp(settings, exchange.engine_for(MAC))
    await first.start()  # to know where its management page is
    await page.get_by_role("button", name="Add a phone").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("MAC address").fill("02-00-0F-00-50-01")
    await form.get_by_label("Name", exact=True).fill("Eva Okoye")
    await form.get_by_label("Extension").fill("5001")
    await form.get_by_label("Address to command it at").fill(first.url)
    await form.get_by_label("Password of its management page").fill("admin")
    await form.get_by_role("button", name="Save and show its set-up").click()

    sheet = page.get_by_role("dialog", name="Set-up of Eva Okoye")
    await expect(sheet.get_by_role("listitem").filter(has_text="Incoming Call")).to_contain_text(f"/a/{SECRET}/")
    fetched = str(await sheet.locator(".sheet-file code").inner_text())
    async with page.expect_download() as download:
        await sheet.get_by_role("link", name="Download").click()
    file = await (await download.value).path()
    assert "[action_urls]" in file.read_text("utf-8")
    await page.keyboard.press("Escape")
    await expect(row(page, "Eva Okoye")).to_contain_text("never reported")

    port = URL(first.url).port or 0
    await first.stop()
    provisioned = PhoneSettings(
        identity=settings.identity,
        network=Network(http_port=port),
        accounts=settings.accounts,
        provisioning=ProvisioningSettings(url=fetched),
    )
    phone = PhoneApp(provisioned, exchange.engine_for(MAC))
    await phone.start()
    try:
        await until(lambda: phone.provisioning.status.outcome is Outcome.APPLIED)
        phone.device.dial("5002")
        await expect(row(page, "Eva Okoye")).not_to_contain_text("never reported")
        await row(page, "Eva Okoye").get_by_role("button", name="Try to reach").click()
        await expect(row(page, "Eva Okoye").get_by_role("status")).to_have_text("reached")
        await make_a_user(page)
        await see_what_the_user_sees(browser, empty_console)
    finally:
        await phone.stop()
    await open_part(page, "audit")
    table = page.get_by_role("table")
    for what in ("setUpPhone", "tryPhone", "createUser", "signIn"):
        await expect(table.get_by_role("cell", name=what, exact=True).first).to_be_visible()
    await page.get_by_label("What").fill("createUser")
    await expect(table.get_by_role("row")).to_have_count(2)
    assert administrator.complaints == []
    await context.close()


async def make_a_user(page: Page) -> None:
    await open_part(page, "users")
    await page.get_by_role("button", name="Add a user").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name to sign in with").fill("eva")
    await form.get_by_label("Full name").fill("Eva Okoye")
    await form.get_by_label("Group").fill("Sales")
    await form.get_by_role("checkbox", name="Eva Okoye").check()
    await form.get_by_label("Password").fill("four quiet words")
    await form.get_by_role("button", name="Save").click()
    await expect(row(page, "eva")).to_contain_text("Sales · Eva Okoye")


async def see_what_the_user_sees(browser: Browser, console: ConsoleApp) -> None:
    context = await browser.new_context(locale="en-GB", reduced_motion="reduce")
    user = OperatorPage(await context.new_page())
    await user.page.goto(console.api_url)
    await user.page.get_by_label("Name").fill("eva")
    await user.page.get_by_label("Password").fill("four quiet words")
    await user.page.keyboard.press("Enter")
    await user.is_live()
    await expect(user.page.get_by_role("heading", name="Eva Okoye").first).to_be_visible()
    views = user.page.get_by_role("navigation", name="Views")
    await expect(views.get_by_role("link", name="History")).to_be_visible()
    await expect(views.get_by_role("link", name="Administration")).to_have_count(0)
    await user.page.goto(f"{console.api_url}/#/admin")
    await expect(user.page.get_by_text("You may not open this.")).to_be_visible()
    answer = await user.page.request.get(f"{console.api_url}/api/v1/phones/{MAC}/setup")
    assert answer.status == 403
    assert user.complaints == []
    await context.close()


async def test_pictures_of_the_administration(scene: DemoScene, browser: Browser, tmp_path: Path) -> None:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 770}, device_scale_factor=2, locale="en-GB", color_scheme="light"
    )
    page = (await sign_in(context, scene.console.sign_in_link())).page
    await send(scene, "/setup_completed.xml?mac=02000f00200a&ip=192.0.2.40&model=T46&firmware=66.86.0.15")
    await send(scene, f"/incoming.xml?mac={scene_mac(1)}&call_id=p1&remote=+390255501234&display_remote=Rossi%20Figli")
    await page.goto(f"{scene.console.api_url}/#/admin?part=phones")
    await row(page, ANNA).get_by_role("button", name="Try to reach").click()
    await expect(row(page, ANNA).get_by_role("status")).to_have_text("reached")
    await keep(page, "administration-phones.png", tmp_path)
    await row(page, ANNA).get_by_role("button", name="Set-up of").click()
    await expect(page.locator(".sheet-urls li")).to_have_count(27)
    await keep(page, "administration-setup.png", tmp_path)
    await page.keyboard.press("Escape")
    await open_part(page, "events")
    await page.locator(".inspector summary").filter(has_text="incoming").first.click()
    await keep(page, "administration-events.png", tmp_path)
    await context.close()


async def keep(page: Page, name: str, tmp_path: Path) -> None:
    await page.mouse.move(0, 0)
    picture = (_PICTURES if _IS_KEPT else tmp_path) / name
    await page.screenshot(path=picture, animations="disabled")
    assert picture.stat().st_size > 10_000


async def test_a_token_is_made_used_and_ended(operator: OperatorPage, scene: DemoScene) -> None:
    page, api = operator.page, f"{scene.console.api_url}/api/v1"
    await open_part(page, "tokens")
    await page.get_by_role("button", name="Make a token").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("Name").fill("door display")
    await form.get_by_role("checkbox", name="phones:read").check()
    await form.get_by_label("Good for").select_option("30")
    await form.get_by_role("button", name="Make it").click()
    secret = await page.get_by_role("dialog", name="Token door display").locator(".secret").inner_text()
    await page.get_by_role("button", name="I have kept it").click()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {secret}"}) as program:

        async def status(path: str) -> int:
            async with program.get(f"{api}{path}") as answer:
                return answer.status

        assert (await status("/phones"), await status("/users"), await status("/actions")) == (200, 403, 403)
        await row(page, "door display").get_by_role("button", name="End the token").click()
        await page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
        await expect(row(page, "door display")).to_have_count(0)
        assert await status("/phones") == 401


async def test_contacts_come_from_a_file(operator: OperatorPage, scene: DemoScene, tmp_path: Path) -> None:
    page = operator.page
    file = tmp_path / "people.csv"
    file.write_text("Name;Phone;Shoe size\nRossi & Figli;+390255501234;44\n<b>Kranz</b>;+4930901820;40\n;;\n", "utf-8")
    await open_part(page, "contacts")
    await page.get_by_label("File with contacts").set_input_files(file)
    await expect(page.get_by_text("Nothing was changed yet.")).to_be_visible()
    await page.get_by_text("What each column was taken for").click()
    await expect(page.get_by_text("left out")).to_be_visible()
    await page.get_by_role("button", name="Take 2 contacts over").click()
    await expect(page.get_by_text("people.csv was taken over.")).to_be_visible()
    found = await page.request.get(f"{scene.console.api_url}/api/v1/contacts")
    assert {contact["name"] for contact in await found.json()} == {"Rossi & Figli", "<b>Kranz</b>"}
    await page.get_by_role("button", name="Another file").click()
    wrong = tmp_path / "picture.vcf"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    await page.get_by_label("File with contacts").set_input_files(wrong)
    await expect(page.locator(".form-problem, .counts")).to_have_count(1)
    operator.complaints.clear()  # the browser notes what the console refused


async def test_what_phones_send_is_shown_as_text(operator: OperatorPage, scene: DemoScene) -> None:
    page = operator.page
    await open_part(page, "events")
    entries = page.locator(".inspector > li")
    await expect(entries.first).to_be_visible()
    await send(scene, f"/incoming.xml?mac={scene_mac(1)}&call_id=h1&display_remote={HOSTILE}&remote=+390255501234")
    entry = entries.first
    await expect(entry).to_contain_text("call.delivered")
    await entry.locator("summary").click()
    await expect(entry.get_by_role("definition").filter(has_text=HOSTILE)).to_be_visible()
    await expect(entry.locator("pre").first).to_contain_text(f"display_remote={HOSTILE.replace(' ', '%20')}")
    await page.get_by_role("button", name="Pause").click()
    await send(scene, f"/{HOSTILE.partition('/')[0]}?mac={scene_mac(2)}")
    await page.get_by_role("button", name="Go on (1 new)").click()
    await expect(entries.first).to_contain_text("phone.vendor_event")
    await page.get_by_label("Of this phone").select_option(label=BEN)
    await expect(entries.filter(has_text=ANNA)).to_have_count(0)
    await expect(entries.first).to_contain_text("phone.vendor_event")
    await page.get_by_label("Event or request").fill("registered")
    await expect(entries).to_have_count(1)
    await expect(page.locator("main img, main script")).to_have_count(0)
    assert await page.evaluate("window.wasRun") is None


def scene_mac(number: int) -> str:
    return f"02000f00100{number}"


async def send(scene: DemoScene, target: str) -> None:
    """As phones do: nothing is escaped but what would end the request line."""
    url = URL(f"{scene.console.listener_url}{target.replace(' ', '%20')}", encoded=True)
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_part_is_accessible_and_fits_a_small_screen(
    scene: DemoScene, browser: Browser, scheme: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 390, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB" if scheme == "light" else "de-DE",
        reduced_motion="reduce",
    )
    page = (await sign_in(context, scene.console.sign_in_link())).page
    found: dict[str, list[str]] = {}
    for part in PARTS:
        await page.goto(f"{scene.console.api_url}/#/admin?part={part}")
        await expect(page.locator(".admin-part h2").first).to_be_visible()
        if part == "events":
            await page.locator(".inspector summary").first.click()
        found[part] = await violations(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{part} is too wide"
    await page.goto(f"{scene.console.api_url}/#/admin?part=phones")
    for opens in (".toolbar .primary", ".row-buttons .plain"):
        await page.locator(opens).first.click()
        await expect(page.locator("dialog .copy-row, dialog input").first).to_be_visible()
        found[opens] = await violations(page)
        await page.keyboard.press("Escape")
    assert {part: rules for part, rules in found.items() if rules} == {}
    await context.close()
