"""The documents' pictures: two phones talk, one rings; a desk; a wall; a face. Made always, kept when asked for."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from offhook.demo.cast import CAST, Role
from offhook.demo.scene import DemoScene
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import DssKey
from offhook.protocol.keys import Key
from tests.browser.busy_hour import NAMES, a_busy_hour
from tests.browser.operator_desk import at_desk
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage, PhoneCard, sign_in
from tests.browser.outside_phone import outside_phone
from tests.browser.phone_face import open_face
from tests.console.running_console import running_console
from tests.fakes.desk import changed, phone_settings, running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

CUSTOMER = Role("0255501234", "Rossi & Figli", "02000f009001")
_PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


_IS_KEPT = os.environ.get("OFFHOOK_PICTURES") == "1"
_WANTED = [("light", "operator-page.png"), ("dark", "operator-page-dark.png")]


@pytest.mark.parametrize(("scheme", "name"), _WANTED if _IS_KEPT else _WANTED[:1])
async def test_two_talk_and_one_rings(
    scene: DemoScene, browser: Browser, tmp_path: Path, scheme: str, name: str
) -> None:
    context = await browser.new_context(
        viewport={"width": 1280, "height": 840},
        device_scale_factor=2,
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
    )
    operator = await sign_in(context, scene.console.sign_in_link())
    for who in (ANNA, BEN, CHLOE):
        await report_dnd(operator.card(who))
    await fill_the_call_list(operator)
    await operator.connect(ANNA, BEN, "1002")
    async with outside_phone(scene, CUSTOMER) as customer:
        customer.device.dial("1003", None)
        await operator.card(CHLOE).shows("Ringing")
        await expect(operator.page.locator(".outcome")).to_have_count(0, timeout=10_000)
        await operator.page.mouse.move(0, 0)
        folder = _PICTURES if _IS_KEPT else tmp_path
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / name
        await operator.page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size > 10_000
    assert operator.complaints == []
    await context.close()


_DESKS = [("light", "operator-desk.png"), ("dark", "operator-desk-dark.png")]


@pytest.mark.parametrize(("scheme", "name"), _DESKS if _IS_KEPT else _DESKS[:1])
async def test_an_operators_desk(scene: DemoScene, browser: Browser, tmp_path: Path, scheme: str, name: str) -> None:
    ben, chloe = scene.phones["1002"].device, scene.phones["1003"].device
    looks: dict[str, Any] = {
        "viewport": {"width": 1280, "height": 860},
        "device_scale_factor": 2,
        "color_scheme": scheme,
    }
    async with at_desk(scene, browser, **looks) as desk, outside_phone(scene, CUSTOMER) as customer:
        mine = desk.mine
        for caller in (ben, chloe, customer.device):
            caller.dial("1001", None)
            await mine.shows("Ringing")
            caller.press(Key.X)
            await mine.shows("Idle")
        await report_dnd(mine)
        chloe.press(Key.DND_ON)
        customer.device.dial("1001", None)
        await mine.button("Answer").click()
        await expect(mine.root.get_by_role("time")).to_have_text(re.compile("0:0[3-9]"))
        await mine.button("Hold").click()
        await mine.shows("On hold")
        ben.dial("1001", None)
        await mine.shows("Ringing")
        await expect(desk.page.locator(".outcome")).to_have_count(0, timeout=10_000)
        await desk.page.mouse.move(0, 0)
        folder = _PICTURES if _IS_KEPT else tmp_path
        picture = folder / name
        await desk.page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size > 10_000
        if scheme == "light":
            await mine.button("Phone keys").click()
            keys = desk.page.get_by_role("dialog", name=f"Keys of {ANNA}")
            await keys.screenshot(path=folder / "operator-keys.png", animations="disabled")


_WALLS = [("light", "wallboard.png"), ("dark", "wallboard-dark.png")]


@pytest.mark.parametrize(("scheme", "name"), _WALLS if _IS_KEPT else _WALLS[:1])
async def test_a_wall(browser: Browser, tmp_path: Path, scheme: str, name: str) -> None:
    async with running_console(tmp_path) as console:
        await a_busy_hour(console)
        context = await browser.new_context(
            viewport={"width": 1280, "height": 1340},
            device_scale_factor=1.5,
            color_scheme="dark" if scheme == "dark" else "light",
            locale="en-GB",
        )
        supervisor = await sign_in(context, console.app.sign_in_link())
        await supervisor.page.goto(f"{console.app.api_url}/#/wallboard?by=phone")
        await expect(supervisor.page.locator(".seat")).to_have_count(len(NAMES))
        await expect(supervisor.page.get_by_role("region", name="Handled today")).to_be_visible()
        await supervisor.page.mouse.move(0, 0)
        folder = _PICTURES if _IS_KEPT else tmp_path
        picture = folder / name
        await supervisor.page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size > 10_000
        assert supervisor.complaints == []
        await context.close()


_FACES = [("light", "phone-face.png"), ("dark", "phone-face-dark.png")]


@pytest.mark.parametrize(("scheme", "name"), _FACES if _IS_KEPT else _FACES[:1])
async def test_a_face_in_a_talk(browser: Browser, tmp_path: Path, scheme: str, name: str) -> None:
    exchange = VirtualExchange()
    anna, ben = (phone_settings(role.extension, name=role.name) for role in CAST[:2])
    keys = [
        DssKey(position=1, type="busy_lamp", value="1002", label="Ben"),
        DssKey(position=2, type="busy_lamp", value="1003", label="Chloé"),
        DssKey(position=3, type="dnd", label="Do not disturb"),
        DssKey(position=4, type="speed_dial", value="0255501234", label="Rossi & Figli"),
    ]
    async with (
        running(changed(anna, dss_keys=keys), exchange=exchange) as phone,
        running(ben, exchange=exchange) as other,
    ):
        context, face = await open_face(browser, phone, scheme="dark" if scheme == "dark" else "light", scale=1.5)
        other.device.dial("1001")
        await face.shows("Incoming call")
        await face.page.get_by_role("button", name="Lift the handset").click()
        await face.shows("talking 00:02")
        await face.page.mouse.move(0, 0)
        folder = _PICTURES if _IS_KEPT else tmp_path
        folder.mkdir(parents=True, exist_ok=True)
        picture = folder / name
        await face.page.screenshot(path=picture, animations="disabled")
        assert picture.stat().st_size > 10_000
        assert face.complaints == []
        await context.close()


async def report_dnd(card: PhoneCard) -> None:
    """A phone tells how its do-not-disturb is only when it changes."""
    for is_on in ("true", "false"):
        await card.dnd.click()
        await expect(card.dnd).to_have_attribute("aria-checked", is_on)


async def fill_the_call_list(operator: OperatorPage) -> None:
    chloe = operator.card(CHLOE)
    await operator.card(BEN).dial("1003")
    await chloe.shows("Ringing")
    await operator.card(BEN).hang_up(CHLOE)
    await chloe.shows("Idle")
    await operator.card(CHLOE).dial("1001")
    await operator.card(ANNA).button("Answer").click()
    await expect(chloe.root.get_by_role("time")).to_have_text(re.compile("0:0[3-9]"))
    await chloe.button("Hang up").click()
    await chloe.shows("Idle")
    await expect(operator.call_list).to_have_count(2)
