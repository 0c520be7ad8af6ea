"""Forwards and voicemail from the page, at a real phone."""

import re
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Locator, expect

from offhook.console_api.requests import PhoneSetup
from offhook.demo.cast import Role as Somebody
from offhook.demo.scene import DemoScene
from offhook.sdk import ConsoleClient
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, sign_in
from tests.browser.outside_phone import outside_phone
from tests.console.running_console import running_console
from tests.fakes.scripted_phone import ScriptedPhone
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

ANNAS = "02000f001001"
MAILBOX = Somebody("5000", "Mailbox", "02000f009005")
_WORDS = {
    "always": ("Always", "Forwards all"),
    "busy": ("When busy", "Forwards when busy"),
    "no_answer": ("When not answered", "Forwards when not answered"),
}
"""What the page calls each forward, and a phone that has it on."""

_MENU = "OK DOWN DOWN OK DOWN DOWN OK"
"""Keys that walk through the phone's menu to its busy forward."""
KEYS = {"busy_on": f"{_MENU} DOWN OK {{target}} OK X X X", "busy_off": f"{_MENU} LEFT X X X"}


async def test_each_forward_is_set_and_cleared(browser: Browser, scene: DemoScene) -> None:
    phone = scene.phones["1001"].device
    await name_keys(scene, KEYS)
    async with at_desk(scene, browser) as desk:
        mine = desk.mine
        dialog = desk.page.get_by_role("dialog", name="Forwards of")
        # Where the set-up names keys, those are pressed, and the other forwards are left to the phone.
        await mine.button("No forward").click()
        await expect(dialog.get_by_role("switch", name="Always", exact=True)).to_be_disabled()
        await expect(dialog.get_by_label("Forward to")).to_have_count(1)
        await turn_on(dialog, "When busy")
        assert phone.status.features.busy.target == "1003"
        await turn_off(dialog, "When busy")

        # Without, the phone's make has a way for each.
        await desk.page.keyboard.press("Escape")
        await name_keys(scene, {})
        await mine.button("No forward").click()
        for kind, (label, _) in _WORDS.items():
            await turn_on(dialog, label)
            forward = getattr(phone.status.features, kind)
            assert (forward.is_on, forward.target) == (True, "1003")
        await desk.page.keyboard.press("Escape")
        await mine.button(", ".join(short for _, short in _WORDS.values())).click()
        for kind, (label, _) in _WORDS.items():
            await turn_off(dialog, label)
            assert not getattr(phone.status.features, kind).is_on
        await desk.page.keyboard.press("Escape")
        await expect(mine.button("No forward")).to_be_focused()


async def turn_on(dialog: Locator, label: str) -> None:
    """Say where to, and switch on."""
    switch = dialog.get_by_role("switch", name=label, exact=True)
    await expect(switch).to_be_disabled()  # it does not know where to
    row = dialog.locator(".forward").filter(has_text=re.compile(f"^{label}"))
    await row.get_by_label("Forward to").fill("1003")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(dialog.locator(".outcome")).to_contain_text("Forward — phone obeyed in")


async def turn_off(dialog: Locator, label: str) -> None:
    switch = dialog.get_by_role("switch", name=label, exact=True)
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")


async def name_keys(scene: DemoScene, keys: dict[str, str]) -> None:
    """Set the phone up as an administrator does who knows its keys."""
    async with ConsoleClient(scene.console.api_url, scene.token) as console:
        known = next(each for each in await console.phones() if each.id == ANNAS)
        setup = PhoneSetup(
            name=known.name,
            extension=known.extension,
            account=known.account,
            control_url=scene.phones["1001"].url,
            forward_keys=keys,
        )
        await console.set_up_phone(ANNAS, setup)


async def test_without_a_way_known_the_dialog_says_where_forwards_are_set(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        await console.set_up(phone, name=ANNA, extension="1001")
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        operator = await sign_in(context, console.app.sign_in_link())
        await operator.card(ANNA).button("No forward").click()
        dialog = operator.page.get_by_role("dialog", name="Forwards of")
        await expect(dialog).to_contain_text("set them at the phone")
        switches = dialog.get_by_role("switch")
        assert await switches.evaluate_all("switches => switches.map((one) => one.disabled)") == [True] * 3
        await context.close()


async def test_voicemail_is_called_and_greyed_during_a_call(browser: Browser, scene: DemoScene) -> None:
    phone = scene.phones["1001"]
    features = msgspec.structs.replace(phone.settings.features, voicemail=MAILBOX.extension)
    await phone.change_settings(msgspec.structs.replace(phone.settings, features=features))
    async with at_desk(scene, browser) as desk, outside_phone(scene, MAILBOX) as mailbox:
        mine = desk.mine
        await mine.button("Voicemail").click()
        await until(lambda: mailbox.device.status.calls)
        await mine.obeyed("Voicemail")
        await expect(mine.button("Voicemail")).to_be_disabled()
        await mine.hang_up(MAILBOX.extension)
        await mine.shows("Idle")
        await desk.page.evaluate("document.activeElement.blur()")
        await desk.page.keyboard.press("v")
        await mine.shows("Calling")
