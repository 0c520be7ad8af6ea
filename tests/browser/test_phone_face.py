"""Phones' faces in a real browser: whole calls between them by clicks and by keyboard, and pages of strangers."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from tests.browser.phone_face import PhoneFace, log_in, open_face
from tests.fakes.desk import phone_settings, running
from tests.fakes.scripted_console import ScriptedConsole, answer
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

HOSTILE = "<img src=x onerror='window.wasRun=1'><script>wasRun=2</script>\"&amp;'"
_ANNA, _BEN, _CHLOE = "1001 Anna", "1002 Ben", "1003 Chloe"


@asynccontextmanager
async def faces_of(browser: Browser, *names: str) -> AsyncIterator[list[PhoneFace]]:
    """Phones on one exchange, called like ``1001 Anna``, each with its face open in a browser of its own."""
    exchange = VirtualExchange()
    faces: list[PhoneFace] = []
    async with AsyncExitStack() as stack:
        for name in names:
            number, _, person = name.partition(" ")
            settings = phone_settings(number, name=person)
            phone = await stack.enter_async_context(running(settings, exchange=exchange))
            context, face = await open_face(browser, phone)
            stack.push_async_callback(context.close)
            faces.append(face)
        yield faces
        assert [complaint for face in faces for complaint in face.complaints] == []


@pytest_asyncio.fixture(loop_scope="session")
async def faces(browser: Browser) -> AsyncIterator[tuple[PhoneFace, PhoneFace]]:
    async with faces_of(browser, _ANNA, _BEN) as (anna, ben):
        yield anna, ben


async def test_a_whole_call_by_clicks(faces: tuple[PhoneFace, PhoneFace]) -> None:
    anna, ben = faces
    await anna.is_idle(_ANNA)
    await anna.dial("1002")
    await anna.shows("Calling", "1002")
    await ben.shows("Incoming call", "Anna 1001")
    await expect(ben.page.get_by_role("button", name="Line 1, 1002 Ben, ringing")).to_be_visible()
    await ben.page.get_by_role("button", name="Lift the handset").click()
    for face in (anna, ben):
        await face.shows("In a call", "talking 00:01")
    await anna.shows("speaker")
    await expect(anna.key("Speaker")).to_have_attribute("aria-pressed", "true")
    await ben.shows("handset")

    await anna.key("Hold").click()
    await anna.shows("On hold", "held")
    await ben.shows("held by them")
    await anna.soft("Resume")
    await anna.shows("talking")
    await expect(ben.screen).not_to_contain_text("held by them")

    await anna.key("Mute").click()
    await anna.shows("muted")
    await expect(anna.key("Mute")).to_have_attribute("aria-pressed", "true")

    await ben.page.get_by_role("button", name="Put the handset down").click()
    await ben.is_idle(_BEN)
    await anna.is_idle(_ANNA)


async def test_a_missed_call_lights_the_lamp(faces: tuple[PhoneFace, PhoneFace]) -> None:
    anna, ben = faces
    await expect(ben.message_lamp).to_have_accessible_name("No new missed calls")
    await anna.dial("1002")
    await ben.shows("Incoming call")
    await anna.key("Cancel", "Soft keys").click()
    await expect(ben.message_lamp).to_have_accessible_name("Missed calls that nobody has looked at")
    await ben.shows("Missed calls")


async def test_a_whole_call_by_keyboard_alone(faces: tuple[PhoneFace, PhoneFace]) -> None:
    anna, ben = faces
    await anna.page.keyboard.type("1002")
    await anna.shows("1002")
    await anna.page.keyboard.press("Enter")
    await ben.shows("Incoming call")
    await expect(ben.page.locator("#spoken")).to_contain_text("Incoming call")
    await ben.page.keyboard.press("Enter")
    await ben.shows("talking 00:0")
    await anna.page.keyboard.press("h")
    await anna.shows("On hold")
    await anna.page.keyboard.press("F1")
    await anna.shows("In a call")
    await anna.page.keyboard.press("Escape")
    await anna.is_idle(_ANNA)
    await ben.is_idle(_BEN)
    await ben.page.keyboard.press("?")
    await expect(ben.page.get_by_role("dialog", name="The phone on a keyboard")).to_be_visible()
    await ben.page.keyboard.press("Escape")
    await expect(ben.page.get_by_role("dialog")).to_have_count(0)
    # With Tab, Enter presses the key one has moved to.
    await ben.key("5, JKL", "Keypad").focus()
    await ben.page.keyboard.press("Enter")
    await expect(ben.page.locator("#screen-lines")).to_have_text("5")


async def test_a_blind_transfer_between_three_faces(browser: Browser) -> None:
    async with faces_of(browser, _ANNA, _BEN, _CHLOE) as (anna, ben, chloe):
        await anna.dial("1002")
        await ben.soft("Answer")
        await ben.shows("In a call")
        await ben.soft("Transfer")
        await ben.shows("Transfer to")
        await ben.page.keyboard.type("1003")
        await ben.soft("Transfer")
        await chloe.shows("Incoming call")
        await chloe.page.keyboard.press("Enter")
        await chloe.shows("In a call", "Anna")
        await anna.shows("In a call", "Chloe")
        await ben.is_idle(_BEN)


async def test_a_hostile_name_is_text(browser: Browser) -> None:
    async with faces_of(browser, _ANNA, f"1002 {HOSTILE}") as (anna, stranger):
        await stranger.dial("1001")
        await anna.shows("Incoming call", HOSTILE)
        await anna.page.keyboard.press("Enter")
        await anna.shows("In a call", HOSTILE)
        for face in (anna, stranger):
            await expect(face.page.locator("main img, main script")).to_have_count(0)
            assert await face.page.evaluate("window.wasRun") is None
            for width in (1040, 640, 390, 320):
                await face.page.set_viewport_size({"width": width, "height": 700})
                too_wide = await face.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert too_wide <= 0, width


async def test_a_key_that_is_refused_says_why(browser: Browser) -> None:
    async with faces_of(browser, _ANNA) as (anna,):
        await anna.page.goto(anna.page.url.replace("/face", "/system/remote-control"))
        await anna.page.get_by_label("Take commands (Active URI)").uncheck()
        await anna.page.get_by_role("button", name="Save").click()
        await anna.page.get_by_role("link", name="Open the phone").click()
        await anna.is_live()
        await anna.key("5, JKL", "Keypad").click()
        await expect(anna.page.get_by_role("alert")).to_contain_text("remote control is off")
        anna.complaints[:] = [one for one in anna.complaints if "403" not in one]


async def test_a_phone_that_goes_away_and_comes_back(browser: Browser) -> None:
    exchange = VirtualExchange()
    async with running(phone_settings("1001", name="Anna"), exchange=exchange) as phone:
        port = urlsplit(phone.url).port
        assert port is not None
        context, face = await open_face(browser, phone)
    try:
        await expect(face.link).to_have_text("Away")
        await face.shows("The phone does not answer. Trying again…")
        async with running(phone_settings("1001", name="Anna", port=port), exchange=exchange) as successor:
            # It found the phone by itself; that one does not know the session any more.
            await face.page.wait_for_url("**/login?next=*")
            await log_in(face, successor)
            await face.is_live()
            await face.is_idle(_ANNA)
            await restart(successor, face)
    finally:
        await context.close()


async def restart(phone: PhoneApp, face: PhoneFace) -> None:
    """Restart it from the management page; the face goes on by itself."""
    before = phone.device
    tab = await face.page.context.new_page()
    await tab.goto(phone.url)
    await tab.get_by_role("button", name="Restart the phone").click()
    await expect(tab.get_by_role("heading", name="Status")).to_be_visible()
    await until(lambda: phone.device is not before and not phone.is_restarting)
    await face.page.bring_to_front()
    await face.is_live()
    await face.key("5, JKL", "Keypad").click()
    await expect(face.page.locator("#screen-lines")).to_contain_text("5")


_EVIL_PAGE = """<!doctype html><title>Free ringtones</title>
<img src="{url}?key=DNDOn"><img src="{url}?key=DNDOn" referrerpolicy="no-referrer">
<iframe src="{url}?key=DNDOn"></iframe>
<form id="f" method="post" target="i" action="{url}?key=DNDOn"></form><iframe name="i"></iframe>
<a id="a" href="{url}?key=DNDOn">a nice link</a>
<script>
  f.submit();
  Promise.allSettled([
    fetch("{url}?key=DNDOn", {{mode: "no-cors", credentials: "include"}}),
    fetch("{url}?key=DNDOn", {{mode: "no-cors", credentials: "include", method: "POST"}}),
    new Promise((done) => {{
      const socket = new WebSocket("{feed}");
      socket.onmessage = () => document.title = "leaked";
      socket.onclose = done;
    }}),
  ]).then(() => document.body.dataset.done = "1");
</script>"""


async def test_a_page_that_the_user_happens_to_visit_presses_no_keys(browser: Browser) -> None:
    async with running(phone_settings("1001", name="Anna")) as phone:
        context, face = await open_face(browser, phone)
        command = f"{phone.url}/cgi-bin/ConfigManApp.com"
        page = _EVIL_PAGE.format(url=command, feed=f"{phone.url.replace('http', 'ws')}/face/live")
        async with ScriptedConsole(otherwise=answer(200, page.encode(), keep_alive=False)) as elsewhere:
            await face.page.goto(elsewhere.url)  # another port of the same computer: its cookies come along
            await expect(face.page.locator("body[data-done]")).to_have_count(1)
            await expect(face.page).to_have_title("Free ringtones")
            await face.page.get_by_role("link", name="a nice link").click()
            await expect(face.page.locator("body")).to_contain_text("another site's page may not control this phone")
        refused = [got for got in phone.received if "key=DNDOn" in got.target]
        assert len(refused) >= 3  # two scripts and the link at least; the rest when the browser gets to it
        assert {got.status for got in refused} <= {302, 401, 403}
        assert not has_dnd(phone)
        # Who types the address himself is obeyed, with the same session.
        await face.page.goto("about:blank")
        await face.page.goto(f"{command}?key=DNDOn")
        await expect(face.page.locator("body")).to_have_text("OK")
        assert has_dnd(phone)
        await context.close()


def has_dnd(phone: PhoneApp) -> bool:
    return phone.device.status.features.dnd
