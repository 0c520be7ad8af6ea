"""The phone's own keys on the page: each key of the document reaches the phone, in order, and as itself."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from offhook.console_api.scopes import Role
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import DIGIT_KEYS, Key
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, BEN, OperatorPage, sign_in
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import ScriptedPhone
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

_GROUPS: dict[str, dict[str, Key]] = {
    "Lines": {f"L{number}": Key(f"L{number}") for number in range(1, 9)},
    "DSS keys": {f"D{number}": Key(f"D{number}") for number in range(1, 11)},
    "Soft keys": {f"F{number}": Key(f"F{number}") for number in range(1, 5)},
    "Navigation": {
        "Up": Key.UP,
        "Down": Key.DOWN,
        "Left": Key.LEFT,
        "Right": Key.RIGHT,
        "OK": Key.OK,
        "X, cancel": Key.X,
    },
    "Functions": {
        "Hold": Key.F_HOLD,
        "Transfer": Key.F_TRANSFER,
        "Conference": Key.F_CONFERENCE,
        "Redial": Key.RD,
        "Message": Key.MSG,
        "Mute": Key.MUTE,
        "Headset": Key.HEADSET,
        "Speaker": Key.SPEAKER,
    },
    "Number keys": {{"*": "star", "#": "hash"}.get(digit, digit): key for key, digit in DIGIT_KEYS.items()},
}
"""The buttons of the dialog, by group and name."""

_VOLUME = {"Louder": Key.VOLUME_UP, "Softer": Key.VOLUME_DOWN}
"""The others; these two, clicked at once, take each other back."""

_CLICK_ALL = """buttons => buttons.map((button) => {
  button.click();
  return button.getAttribute("aria-label") ?? button.innerText.split("\\n")[0];
})"""

_ELSEWHERE = {Key.ENTER, Key.REBOOT, Key.AUTO_P, Key.DND_ON, Key.DND_OFF}
"""OK's other name, maintenance, and the switch on the card."""


async def keys_of(page: Page, name: str = ANNA) -> Locator:
    """Open the dialog."""
    await page.get_by_role("article", name=name, exact=True).get_by_role("button", name="Phone keys").click()
    dialog = page.get_by_role("dialog", name=f"Keys of {name}")
    await expect(dialog).to_be_visible()
    return dialog


def keys_sent(phone: ScriptedPhone) -> list[str]:
    """Keys the phone was sent, one by one."""
    return [key for target in phone.targets for key in target.partition("?key=")[2].split(";") if key]


async def set_up(console: RunningConsole, phone: ScriptedPhone, **changes: str) -> None:
    await console.set_up(phone, name=ANNA, extension="1001", **changes)


async def admin_at(browser: Browser, console: RunningConsole) -> OperatorPage:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    return await sign_in(context, console.app.sign_in_link())


async def test_every_button_presses_its_own_key(browser: Browser, tmp_path: Path) -> None:
    assert {key for group in (*_GROUPS.values(), _VOLUME) for key in group.values()} | _ELSEWHERE == set(Key)
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        await set_up(console, phone)
        operator = await admin_at(browser, console)
        dialog = await keys_of(operator.page)
        expected: list[str] = []
        for group, buttons in _GROUPS.items():
            # All of a group at once: what is clicked fast stays in order.
            names = await dialog.get_by_role("group", name=group).get_by_role("button").evaluate_all(_CLICK_ALL)
            assert set(names) == set(buttons)
            expected += [buttons[name].value for name in names]
        for name, key in _VOLUME.items():
            await until(lambda: len(keys_sent(phone)) >= len(expected))
            await dialog.get_by_role("group", name="Volume").get_by_role("button", name=name).click()
            expected.append(key.value)
        await until(lambda: len(keys_sent(phone)) >= len(expected))
        assert keys_sent(phone) == expected

        # By keyboard: digits anywhere among the keys, arrows among the arrows.
        await dialog.get_by_role("button", name="OK", exact=True).focus()
        await operator.page.keyboard.press("ArrowUp")
        await operator.page.keyboard.type("12#")
        await until(lambda: keys_sent(phone)[len(expected) :] == ["UP", "1", "2", "POUND"])

        # A sequence as it was typed; what no phone has is refused in words, and nothing of it is sent.
        sent = len(keys_sent(phone))
        await dialog.get_by_label("Several keys in a row").fill("speaker *72 #, enter")
        await operator.page.keyboard.press("Enter")
        await until(lambda: keys_sent(phone)[sent:] == ["Speaker", "*", "7", "2", "POUND", "Enter"])
        await dialog.get_by_label("Several keys in a row").fill("F1 PARK")
        await dialog.get_by_role("button", name="Press").click()
        await expect(dialog.locator(".outcome-bad")).to_contain_text(re.compile("Keys F1 PARK — Not possible: .*PARK"))
        assert len(keys_sent(phone)) == sent + 6
        await operator.page.keyboard.press("Escape")
        await expect(dialog).to_have_count(0)
        await expect(operator.card(ANNA).button("Phone keys")).to_be_focused()
        await operator.page.context.close()


async def test_keys_that_cannot_be_pressed_are_grey_and_say_why(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.ask("PUT", f"/phones/{MAC}", {"name": ANNA, "extension": "1001"})
        operator = await admin_at(browser, console)
        button = operator.card(ANNA).button("Phone keys")
        await expect(button).to_be_disabled()
        await expect(button).to_have_accessible_description("This phone only reports; nothing can be sent to it.")
        await button.click(force=True)
        await expect(operator.page.get_by_role("dialog")).to_have_count(0)
        await operator.page.context.close()


async def test_maintenance_asks_before_it_restarts(browser: Browser, scene: DemoScene) -> None:
    async with at_desk(scene, browser, Role.ADMINISTRATOR) as desk:
        mine = desk.mine
        dialog = await keys_of(desk.page)
        await dialog.get_by_role("button", name="Check provisioning").click()
        await expect(dialog.locator(".outcome")).to_have_text(
            "Update check — the phone took it; it reports only if it restarts"
        )
        await dialog.get_by_role("button", name="Restart…").click()
        sure = dialog.get_by_role("group", name=re.compile(f"Restart the phone of {ANNA}"))
        await expect(sure.get_by_role("button", name="Cancel")).to_be_focused()
        await sure.get_by_role("button", name="Cancel").click()
        await expect(sure).to_have_count(0)
        await desk.page.keyboard.press("Escape")

        await mine.dial("1002")
        await mine.shows("Calling")
        dialog = await keys_of(desk.page)
        await expect(dialog.locator(".keys-display")).to_contain_text(BEN)
        await dialog.get_by_role("button", name="Restart…").click()
        sure = dialog.get_by_role("group", name=re.compile("That ends its call"))
        await sure.get_by_role("button", name="Restart", exact=True).click()
        await expect(dialog.locator(".outcome").filter(has_text="Restart —")).to_contain_text("phone obeyed in")
        await desk.page.keyboard.press("Escape")
        await mine.shows("Idle")
        assert scene.phones["1002"].device.status.calls == ()


async def test_an_operator_has_the_keys_and_not_the_maintenance(browser: Browser, scene: DemoScene) -> None:
    async with at_desk(scene, browser) as desk:
        await desk.page.keyboard.press("y")
        dialog = desk.page.get_by_role("dialog", name=f"Keys of {ANNA}")
        await expect(dialog.get_by_role("button", name="Check provisioning")).to_have_count(0)
        await dialog.get_by_label("Several keys in a row").fill("SPEAKER 1002 OK")
        await dialog.get_by_role("button", name="Press").click()
        await expect(dialog.locator(".keys-display")).to_contain_text(re.compile(f"{BEN}.*Calling…"))
        await dialog.get_by_role("button", name="X, cancel").click()
        await expect(dialog.locator(".keys-display")).not_to_contain_text(BEN)


async def test_voice_and_volume_during_a_talk(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        await set_up(console, phone)
        operator = await admin_at(browser, console)
        await console.talking()
        call = operator.card(ANNA).call_with("1002")
        sound = call.get_by_role("group", name="Sound")
        await sound.get_by_role("button", name="Headset").click()
        await expect(call.locator(".outcome")).to_have_text("Sound — the phone took the keys")
        await sound.get_by_role("button", name="Speaker").click()
        await until(lambda: keys_sent(phone) == ["HEADSET", "Speaker"])
        for key in "+++-":
            await operator.page.keyboard.press(key)
        await until(lambda: keys_sent(phone).count("VOLUME_UP") - keys_sent(phone).count("VOLUME_DOWN") == 2)
        await console.report("terminated", call_id="a1")
        await expect(sound).to_have_count(0)
        await operator.page.context.close()
