import re
from collections.abc import AsyncIterator

import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.settings import Login, Network
from offhook.phone.web.face import FACE_PATH, HANDSET_PATH, KEYPAD_KEYS, WORDED_KEYS
from offhook.protocol.keys import DIGIT_KEYS, Key
from tests.fakes.browser import Browser
from tests.fakes.desk import LOGIN, changed, phone_settings, running


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


async def test_the_face_is_for_those_who_are_logged_in(phone: PhoneApp) -> None:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        page = await browser.get(FACE_PATH)
        assert (page.status, page.location) == (302, f"/login?next={FACE_PATH}")
        assert (await browser.log_in(f"?next={FACE_PATH}")).status == 200


async def test_it_has_a_key_for_everything_that_is_always_there(phone: PhoneApp) -> None:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        await browser.log_in()
        page = await browser.get(FACE_PATH)
    drawn = re.findall(r'data-key="([^"]+)"', page.text)
    # Line and DSS keys come with the screen; the rest has no key on a desk phone.
    elsewhere = {Key.ENTER, Key.REBOOT, Key.AUTO_P, Key.DND_ON, Key.DND_OFF}
    wanted = {key for key in Key if not re.fullmatch(r"[LD]\d+", key.value)} - elsewhere
    assert sorted(drawn) == sorted(key.value for key in wanted)


async def test_it_may_run_our_script_and_talk_to_this_phone_only(phone: PhoneApp) -> None:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        await browser.log_in()
        page = await browser.get(FACE_PATH)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'; connect-src 'self'" in policy
        assert "unsafe" not in policy
        assert re.findall(r"<script(?! type=.module. src=./face.js.></script>)|\son\w+=|style=", page.text) == []
        assert (await browser.get("/face.js")).headers["content-type"] == "text/javascript; charset=utf-8"
        assert "script-src" not in (await browser.get("/")).headers["content-security-policy"]


async def test_a_phone_that_needs_a_password_shows_no_face() -> None:
    settings = changed(phone_settings(login=Login()), network=Network(address="auto", http_port=0))
    async with running(settings) as phone, Browser(f"http://127.0.0.1:{phone.url.rpartition(':')[2]}") as browser:
        await browser.log_in()
        assert (await browser.get(FACE_PATH)).location == "/system/password"


async def test_the_handset_is_lifted_and_put_down(phone: PhoneApp) -> None:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        assert (await browser.post(f"{HANDSET_PATH}?up=1", {})).status == 302
        await browser.log_in()
        assert (await browser.post(f"{HANDSET_PATH}?up=1", {}, Origin="http://evil.example")).status == 403
        assert handset_of(phone) == (False, False)
        assert (await browser.post(f"{HANDSET_PATH}?up=1", {})).status == 200
        assert handset_of(phone) == (True, True)
        assert (await browser.post(f"{HANDSET_PATH}?up=0", {})).status == 200
        assert handset_of(phone) == (False, False)
        assert (await browser.get(f"{HANDSET_PATH}?up=1")).status == 405


def handset_of(phone: PhoneApp) -> tuple[bool, bool]:
    """Whether the handset is up, and the phone off hook."""
    return phone.device.status.is_handset_up, phone.device.status.is_off_hook


def test_the_keypad_and_the_letters() -> None:
    assert {key: digit for key, digit, _ in KEYPAD_KEYS} == DIGIT_KEYS
    letters = [letter for _, _, letter in WORDED_KEYS]
    assert len(set(letters)) == len(letters)
