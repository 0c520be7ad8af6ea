"""An operator's day at the own phone: by clicks, by keyboard, by links from elsewhere."""

import re

import pytest
from playwright.async_api import Browser, expect

from offhook.demo.cast import Role as Somebody
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.operator_desk import Desk, at_desk, go_to
from tests.browser.operator_page import ANNA, BEN, CHLOE
from tests.browser.outside_phone import outside_phone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

_LISTEN = """() => {
  Object.assign(globalThis, { told: [], opened: [], rung: 0 });
  globalThis.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) { told.push(`${title} | ${body}`); }
    close() { told.push("closed"); }
  };
  globalThis.open = (...how) => { opened.push(how); return null; };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...when) { rung += 1; return start.apply(this, when); };
}"""
"""Notes what leaves the page: notifications, windows, sound."""

CUSTOMER = Somebody("0255501234", "Rossi & Figli", "02000f009001")
ROSSI = CUSTOMER.name


async def test_an_attended_transfer_and_one_that_is_called_off(scene: DemoScene, browser: Browser) -> None:
    ben, chloe = scene.phones["1002"].device, scene.phones["1003"].device
    async with at_desk(scene, browser) as desk, outside_phone(scene, CUSTOMER) as customer:
        mine = desk.mine
        customer.device.dial("1001", None)
        await mine.button("Answer").click()
        await mine.shows("Talking")
        await expect(desk.colleague(BEN)).to_contain_text("Idle")

        held = mine.call_with(ROSSI)
        await ask(desk, BEN)
        await expect(held.get_by_role("group", name=f"Transfer to {BEN}")).to_contain_text("rings there")
        await expect(held.get_by_role("button", name="Hand over")).to_be_enabled()  # these phones hand over what rings
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        await held.get_by_role("button", name="Back to the call").click()
        await expect(held).to_contain_text("Talking")
        await expect(desk.colleague(BEN)).to_contain_text("Idle")

        await ask(desk, CHLOE)
        await expect(desk.colleague(CHLOE)).to_contain_text("Ringing")
        chloe.press(Key.OK)
        await held.get_by_role("button", name="Hand over").click()
        await mine.shows("Idle")
        await expect(desk.colleague(CHLOE)).to_contain_text("Talking")
        chloe.press(Key.X)
        await expect(desk.call_list.filter(has_text=ROSSI)).to_contain_text("transferred")
        assert ben.status.calls == chloe.status.calls == ()


async def ask(desk: Desk, name: str) -> None:
    """Start an attended transfer, by name."""
    call = desk.mine.call_with(ROSSI)
    await call.get_by_role("button", name="Transfer").click()
    box = call.get_by_role("group", name="Transfer", exact=True)
    await box.get_by_role("radio", name="Ask first").check()
    await box.get_by_role("combobox").fill(name.split()[0].lower())
    await box.get_by_role("combobox").press("Enter")


async def test_two_calls_are_joined_and_a_dragged_one_is_handed_over(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk, outside_phone(scene, CUSTOMER) as customer:
        mine = desk.mine
        customer.device.dial("1001", None)
        await mine.button("Answer").click()
        await mine.button("Hold").click()
        await mine.shows("On hold")
        held = mine.call_with(ROSSI)
        await mine.dial("1002")
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        scene.phones["1002"].device.press(Key.OK)
        await mine.shows("Talking")
        await mine.call_with(BEN).get_by_role("button", name="Conference").click()
        await expect(held).to_contain_text("Talking")
        await expect(mine.call_with(BEN)).to_contain_text("Talking")
        # Whom the phone's keys would meet now nobody knows: the buttons say so.
        scene.phones["1002"].device.press(Key.X)
        await expect(mine.call_with(BEN)).to_have_count(0)

        await held.drag_to(desk.colleague(CHLOE))
        sure = desk.page.get_by_role("dialog", name=f"Transfer {ROSSI} to {CHLOE}?")
        await sure.get_by_role("button", name="Transfer").click()
        await expect(desk.colleague(CHLOE)).to_contain_text("Ringing")
        scene.phones["1003"].device.press(Key.OK)
        await mine.shows("Idle")
        await mine.obeyed("Transfer")
        customer.device.press(Key.X)
        await expect(desk.colleague(CHLOE)).to_contain_text("Idle")


async def test_the_day_by_keyboard(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk:
        mine, keyboard = desk.mine, desk.page.keyboard
        await keyboard.press("?")
        await expect(desk.page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Go to History")
        await keyboard.press("Escape")
        await keyboard.press("d")
        await expect(mine.dial_box).to_be_focused()
        await keyboard.type("carter")
        await keyboard.press("ArrowDown")
        await expect(mine.root.get_by_role("option", name=BEN)).to_have_attribute("aria-selected", "true")
        await keyboard.press("Enter")
        await mine.obeyed("Call")
        await expect(desk.colleague(BEN)).to_contain_text("Ringing")
        scene.phones["1002"].device.press(Key.OK)
        await mine.shows("Talking")

        await keyboard.press("o")
        await mine.shows("On hold")
        await keyboard.press("o")
        await mine.shows("Talking")
        await keyboard.press("m")
        await expect(mine.call_with(BEN)).to_contain_text("muted")
        await keyboard.press("m")
        await expect(mine.button("Mute")).to_be_visible()
        await keyboard.press("k")
        await expect(mine.keypad).to_be_focused()
        await keyboard.type("12#")
        await expect(mine.keypad.get_by_label("Digits sent")).to_have_text("12#")
        await mine.button("Keypad").focus()
        await keyboard.press("x")
        await mine.shows("Idle")
        await expect(mine.root).to_be_focused()  # the button that had the focus is gone
        await keyboard.press("b")
        await expect(mine.dnd).to_have_attribute("aria-checked", "true")
        await keyboard.press("b")
        await expect(mine.dnd).to_have_attribute("aria-checked", "false")

        scene.phones["1003"].device.dial("1001", None)
        await mine.shows("Ringing")
        await keyboard.press("x")
        await mine.shows("Idle")
        await keyboard.press("s")
        await desk.page.get_by_role("switch", name="Keyboard shortcuts").click()
        await desk.page.evaluate("document.activeElement.blur()")
        await keyboard.press("p")
        await expect(desk.page.get_by_role("heading", name="Settings", level=1)).to_have_count(1)


async def test_a_telephone_link_asks_before_it_dials(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk:
        page, mine = desk.page, desk.mine
        await page.goto(f"{scene.console.api_url}/dial?number=tel%3A10-02%3Bext%3D5")
        await expect(page.get_by_label("Number")).to_have_value("1002")
        await expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
        assert scene.phones["1001"].device.status.calls == ()
        await page.keyboard.press("Enter")
        await mine.shows("Calling")
        await expect(page).to_have_url(re.compile(r"/#/phone$"))
        await mine.hang_up(BEN)
        await mine.shows("Idle")

        paste = """text => document.body.dispatchEvent(Object.assign(
          new Event("paste", { bubbles: true }), { clipboardData: { getData: () => text } }))"""
        await page.evaluate(paste, "callto://1003")
        await expect(page.get_by_label("Number")).to_have_value("1003")
        await page.get_by_role("button", name="Cancel").click()
        await mine.shows("Idle")
        await mine.dial_box.fill("tel:+39 02 5550-1234")
        await expect(mine.dial_box).to_have_value("+390255501234")


async def test_a_call_is_told_to_who_looks_elsewhere(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser, permissions=["notifications"]) as desk:
        page = desk.page
        await page.evaluate(_LISTEN)
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("switch", name="Desktop notification").click()
        await page.get_by_label("Page about the caller").fill("javascript:alert({number})")
        await expect(page.get_by_text("no http or https address")).to_be_visible()
        await page.get_by_label("Page about the caller").fill("https://crm.example/find?q={number}&n={name}")
        await page.get_by_role("switch", name="Open it by itself").click()
        await go_to(desk, "Phone")
        async with outside_phone(scene, CUSTOMER) as customer:
            customer.device.dial("1001", None)
            await desk.mine.shows("Ringing")
            url = "https://crm.example/find?q=0255501234&n=Rossi%20%26%20Figli"
            record = desk.mine.root.get_by_role("link", name="Open record")
            await expect(record).to_have_attribute("href", url)
            await expect(record).to_have_attribute("rel", "noopener noreferrer")
            assert await page.evaluate("opened") == [[url, "_blank", "noopener,noreferrer"]]
            assert await page.evaluate("told") == [f"{ROSSI} · 0255501234 | Incoming call at {ANNA}"]
            assert await page.evaluate("rung") > 0
            customer.device.press(Key.X)
            await desk.mine.shows("Idle")
            await page.wait_for_function("told.at(-1) === 'closed'")


async def test_another_language_and_the_dark(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk:
        page = desk.page
        await page.get_by_role("button", name="Switch to dark").click()
        assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_label("Deutsch").check(force=True)
        await expect(page.get_by_role("heading", name="Aussehen und Sprache")).to_be_visible()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("lang", "de")
        await expect(page.get_by_role("navigation").get_by_role("link", name="Verlauf")).to_be_visible()
        assert await page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
        await page.get_by_role("navigation").get_by_role("link", name="Telefon").click()
        await expect(desk.mine.root.locator(".card-head .presence")).to_have_text("Frei")
        await mine_is_german(desk)


async def mine_is_german(desk: Desk) -> None:
    await desk.mine.root.get_by_role("button", name="Wahlwiederholung").click()
    await expect(desk.mine.root.locator(".outcome")).to_contain_text("Wahlwiederholung —")


async def test_an_operator_finds_what_is_an_operators(scene: DemoScene, browser: Browser) -> None:
    async with at_desk(scene, browser) as desk:
        links = desk.page.get_by_role("navigation").get_by_role("link")
        await expect(links).to_have_text(["Phone", "History", "Contacts"])
        await desk.page.goto(f"{scene.console.api_url}/#/admin")
        await expect(desk.page.get_by_text("You may not open this.")).to_be_visible()
