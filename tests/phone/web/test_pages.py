import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import DEFAULT_PASSWORD, Login, Network
from offhook.phone.settings_file import read_settings, with_console
from offhook.phone.web.forms import edit_password
from offhook.phone.web.pages import PAGES, Page
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable
from offhook.runtime.http_server import bind_tcp
from tests.fakes.browser import Browser
from tests.fakes.desk import LOGIN, changed, is_registered, phone_settings, running
from tests.fakes.scripted_console import ScriptedConsole, answer
from tests.fakes.waiting import until

with_forms = pytest.mark.parametrize("page", [page for page in PAGES if page.edit], ids=lambda page: page.title)
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "phone.toml"


@pytest.fixture
async def phone(path: Path) -> AsyncIterator[PhoneApp]:
    async with running(path=path) as phone:
        yield phone


@pytest.fixture
async def browser(phone: PhoneApp) -> AsyncIterator[Browser]:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        await browser.log_in()
        yield browser


@every_page
async def test_every_page_is_for_those_who_are_logged_in(phone: PhoneApp, browser: Browser, page: Page) -> None:
    shown = await browser.get(page.path)
    assert (shown.status, f'aria-current="page">{page.title}' in shown.text) == (200, True)
    assert "<script" not in shown.text
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', shown.text) == ['href="#main"']
    for secret in (LOGIN.password, '"pw"'):
        assert secret not in shown.text
    async with Browser(phone.url) as stranger:
        assert (await stranger.get(page.path)).status == 302


@with_forms
async def test_forms_that_are_not_from_our_own_page_are_not_taken(
    phone: PhoneApp, browser: Browser, page: Page
) -> None:
    before = phone.settings
    fields = {"url.hold": "http://evil.example/", "dnd": "on", "0.remove": "on", "0.user": "x", "http_port": "1"}
    for token in ({}, {"form_token": ""}, {"form_token": "guess"}):
        assert (await browser.post(page.path, fields | token)).status == 403
    own = (await browser.get(page.path)).form(page.path).fields
    assert (await browser.post(page.path, own | fields, Origin="http://evil.example")).status == 403
    async with Browser(phone.url, password=LOGIN.password) as stranger:
        assert (await stranger.post(page.path, own | fields)).status == 303  # to the login page
        await stranger.log_in()
        assert (await stranger.post(page.path, own | fields)).status == 403  # another session's token
    assert phone.settings == before


@with_forms
async def test_saving_a_page_as_it_is_changes_nothing(phone: PhoneApp, browser: Browser, page: Page) -> None:
    if page.path == "/system/password":
        return
    before = phone.settings
    saved = await browser.save(page.path)
    assert (saved.status, saved.location) == (303, f"{page.path}?saved")
    assert "Saved." in (await browser.get(saved.location)).text
    assert phone.settings.accounts == before.accounts
    assert phone.settings.features == before.features
    assert phone.settings.action_urls == before.action_urls
    assert phone.settings.login == before.login


async def test_action_urls_are_all_there_in_the_documents_order(browser: Browser) -> None:
    page = await browser.get("/phone/action-url")
    names = re.findall(r'name="url\.(\w+)"', page.text)
    assert names == [event.value for event in Event]
    positions = [page.text.index(f">{event.title}</label>") for event in Event]
    assert positions == sorted(positions)
    for variable in Variable:
        assert f"${variable.value}<" in page.text


async def test_an_action_url_is_saved_in_the_file_and_used(phone: PhoneApp, browser: Browser, path: Path) -> None:
    template = "http://127.0.0.1:9/x?who=$display_remote&a=1"
    saved = await browser.save("/phone/action-url", **{"url.dnd_on": template})
    assert saved.status == 303
    assert read_settings(path).action_urls == phone.settings.action_urls == {Event.DND_ON: template}
    phone.device.press(Key.DND_ON)
    assert phone.sender.pending == 1


async def test_a_bad_action_url_is_explained_beside_its_field_and_what_was_typed_is_kept(
    phone: PhoneApp, browser: Browser
) -> None:
    typed = {"url.hold": 'ftp://"><script>', "url.missed": "http://a/?$nope", "url.unhold": "http://good/"}
    page = await browser.save("/phone/action-url", **typed)
    assert page.status == 422
    assert page.form("/phone/action-url").fields.items() >= typed.items()
    assert 'aria-describedby="wrong-url.hold"' in page.text
    assert "unknown variable $nope" in page.text
    assert "Nothing was saved" in page.text
    assert "<script>" not in page.text
    assert phone.settings.action_urls == {}


async def test_one_console_fills_the_fields_and_saves_nothing_yet(phone: PhoneApp, browser: Browser) -> None:
    page = await browser.save("/phone/action-url", console="192.0.2.76", do="fill")
    assert (page.status, phone.settings.action_urls) == (200, {})
    form = page.form("/phone/action-url")
    saved = await browser.post("/phone/action-url", form.fields | {"do": "save"})
    assert saved.status == 303
    assert phone.settings.action_urls == with_console(phone.settings, "http://192.0.2.76:8801").action_urls
    page = await browser.save("/phone/action-url", console="no good", do="fill")
    assert (page.status, 'id="wrong-console"' in page.text) == (422, True)


async def test_features_take_effect_and_are_kept(phone: PhoneApp, browser: Browser, path: Path) -> None:
    await browser.save("/phone/features", dnd="on", **{"busy.is_on": "on", "busy.target": "1002"})
    features = phone.device.status.features
    assert (features.dnd, features.busy.is_on, features.busy.target) == (True, True, "1002")
    assert read_settings(path).features == phone.settings.features
    await browser.save("/phone/features", "dnd")
    assert not phone.device.status.features.dnd
    assert phone.device.status.features.busy.is_on
    page = await browser.save("/phone/features", **{"always.is_on": "on"})
    assert (page.status, "say where to forward to" in page.text) == (422, True)


async def test_what_a_key_changed_is_shown_and_kept(phone: PhoneApp, browser: Browser, path: Path) -> None:
    await browser.get("/cgi-bin/ConfigManApp.com?key=DNDOn")
    assert phone.settings.features.dnd
    await until(lambda: read_settings(path).features.dnd)
    assert (await browser.get("/phone/features")).form("/phone/features").fields["dnd"] == "on"


async def test_an_account_can_be_logged_out_and_in_again(phone: PhoneApp, browser: Browser) -> None:
    await browser.save("/phone/accounts", "0.is_enabled")
    assert not is_registered(phone)
    assert "switched off" in (await browser.get("/")).text
    await browser.save("/phone/accounts", **{"0.is_enabled": "on"})
    await until(lambda: is_registered(phone))
    assert phone.settings.accounts[0].password == "pw"


async def test_the_password_is_changed_and_others_are_logged_out(phone: PhoneApp, browser: Browser, path: Path) -> None:
    async with Browser(phone.url, password=LOGIN.password) as other:
        await other.log_in()
        fields = {"now": LOGIN.password, "user": "ada", "new": "another one", "again": "another one"}
        page = await browser.save("/system/password", **fields | {"now": "wrong"})
        assert (page.status, "not the current password" in page.text) == (422, True)
        assert "another one" not in page.text
        assert (await browser.save("/system/password", **fields)).status == 303
        assert read_settings(path).login == phone.settings.login == Login(user="ada", password="another one")
        assert (await browser.get("/")).status == 200
        assert (await other.get("/")).status == 302


async def test_the_phone_moves_and_says_where_to(phone: PhoneApp, browser: Browser, path: Path) -> None:
    with bind_tcp("127.0.0.7", 0, flag="") as probe:
        port = probe.getsockname()[1]
    old = phone.url
    page = await browser.save("/system/network", address="127.0.0.7", http_port=str(port))
    new = f"http://127.0.0.7:{port}"
    assert (page.status, f'href="{new}"' in page.text) == (200, True)
    assert phone.url == new != old
    assert read_settings(path).network.address == "127.0.0.7"
    async with Browser(new, password=LOGIN.password) as there:
        assert urlsplit((await there.get("/")).location).path == "/login"


async def test_a_port_that_is_taken_is_explained_and_the_phone_stays(phone: PhoneApp, browser: Browser) -> None:
    with bind_tcp("127.0.0.8", 0, flag="") as taken:
        port = str(taken.getsockname()[1])
        page = await browser.save("/system/network", address="127.0.0.8", http_port=port)
    assert (page.status, "already in use" in page.text) == (422, True)
    page = await browser.save("/system/network", address="192.0.2.1", http_port="8080")
    assert (page.status, "cannot listen there" in page.text) == (422, True)
    assert phone.settings.network.address == "127.0.0.1"


async def test_a_file_that_cannot_be_written_is_explained_and_nothing_changes(
    phone: PhoneApp, browser: Browser, path: Path
) -> None:
    shutil.rmtree(path.parent)
    page = await browser.save("/phone/features", dnd="on")
    assert (page.status, "cannot be written" in page.text) == (422, True)
    assert not phone.device.status.features.dnd
    os.mkdir(path.parent)  # for the fixture


async def test_remote_control_is_turned_off(phone: PhoneApp, browser: Browser) -> None:
    await browser.save("/system/remote-control", "is_enabled", x_key="mute")
    assert not phone.settings.active_uri.is_enabled
    assert (await browser.get("/cgi-bin/ConfigManApp.com?key=OK")).status == 403
    assert (await browser.get("/system/remote-control")).status == 200


async def test_names_that_callers_choose_are_text_and_nothing_else() -> None:
    exchange = VirtualExchange()
    hostile = '<img src=x onerror="alert(1)">&\'"{{7*7}}'
    caller_settings = phone_settings("1002", name=hostile)
    async with running(exchange=exchange) as phone, running(caller_settings, exchange=exchange) as caller:
        caller.device.dial("1001")
        await until(lambda: phone.device.status.calls)
        async with Browser(phone.url, password=LOGIN.password) as browser:
            page = await browser.log_in()
            assert "&lt;img src=x onerror=" in page.text
            assert "<img" not in page.text
            assert "{{7*7}}" in page.text.replace("&#34;", '"')
            await browser.get("/cgi-bin/ConfigManApp.com?key=%3Cscript%3E")
            log = await browser.get("/system/log")
            assert "%3Cscript%3E" in log.text
            assert "<script" not in log.text


async def test_the_log_shows_what_was_sent_and_received(phone: PhoneApp, browser: Browser) -> None:
    await browser.save("/phone/action-url", **{"url.dnd_on": "http://127.0.0.1:1/dnd?mac=$mac"})
    await browser.get("/cgi-bin/ConfigManApp.com?key=DNDOn")
    await until(lambda: phone.sender.recent)
    log = (await browser.get("/system/log")).text
    assert "Activate DND" in log
    assert "127.0.0.1:1<" in log
    assert f"/dnd?mac={phone.settings.identity.mac}" in log
    assert "connection refused" in log
    assert "key=DNDOn" in log


async def test_the_phone_is_restarted_from_the_status_page(phone: PhoneApp, browser: Browser) -> None:
    before = phone.device
    form = (await browser.get("/")).form("/restart")
    assert (await browser.post("/restart", {})).status == 403
    assert (await browser.post("/restart", form.fields)).status == 303
    await until(lambda: phone.device is not before and not phone.is_restarting)
    assert (await browser.get("/")).status == 200


async def test_who_may_send_commands_is_a_list(phone: PhoneApp, browser: Browser, path: Path) -> None:
    page = await browser.get("/system/remote-control")
    assert "You come from <code>127.0.0.1</code>" in page.text
    saved = await browser.save("/system/remote-control", allowed="192.0.2.*\r\n 198.51.100.0/24, 203.0.113.9")
    assert saved.status == 303
    assert read_settings(path).active_uri.allowed == ["192.0.2.*", "198.51.100.0/24", "203.0.113.9"]
    page = await browser.save("/system/remote-control", allowed="192.0.2.*\n<script>")
    assert (page.status, 'id="wrong-allowed"' in page.text, "<script>" in page.text) == (422, True, False)
    assert len(phone.settings.active_uri.allowed) == 3
    await browser.save("/system/remote-control", allowed="")
    assert phone.settings.active_uri.allowed == []


async def test_a_phone_that_others_can_reach_leads_to_the_password_form_and_obeys_after_it() -> None:
    settings = changed(phone_settings(login=Login()), network=Network(address="auto", http_port=0))
    async with running(settings) as phone:
        here = f"http://127.0.0.1:{urlsplit(phone.url).port}"
        async with Browser(here) as browser:
            assert (await browser.log_in()).location == "/system/password"
            for page in PAGES:
                shown = await browser.get(page.path)
                assert (shown.status, shown.location) == (
                    (200, "") if page.edit is edit_password else (303, "/system/password")
                )
            form = (await browser.get("/system/password")).form("/system/password").fields
            token = {"form_token": form["form_token"]}
            for path in ("/phone/features", "/restart"):
                assert (await browser.post(path, token | {"dnd": "on"})).location == "/system/password"
            refused = await browser.get("/cgi-bin/ConfigManApp.com?key=DNDOn")
            assert (refused.status, "management page, Password" in refused.text) == (403, True)
            assert not phone.device.status.features.dnd
            fields = {"now": DEFAULT_PASSWORD, "new": "a new one", "again": "a new one"}
            assert (await browser.save("/system/password", **fields)).status == 303
            assert (await browser.get("/cgi-bin/ConfigManApp.com?key=DNDOn")).status == 200
            assert phone.device.status.features.dnd


async def test_an_action_url_is_tried_out_and_the_answer_shown_as_text(phone: PhoneApp, browser: Browser) -> None:
    async with ScriptedConsole(answer(404, b"<script>alert(1)</script>")) as console:
        page = await browser.save(
            "/phone/action-url", **{"url.hold": f"{console.url}/h?m=$mac&c=$call_id", "try": "hold"}
        )
        assert page.status == 200
        assert console.targets == [f"/h?m={phone.settings.identity.mac}&c=test-of-an-action-url"]
    assert "GET /h?m=" in page.text
    assert ">404</span>" in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<script" not in page.text
    assert page.form("/phone/action-url").fields["url.hold"].startswith(console.url)
    assert phone.settings.action_urls == {}  # tried out, not saved
    bad = await browser.save("/phone/action-url", **{"url.hold": "ftp://x", "try": "hold"})
    assert (bad.status, 'id="wrong-url.hold"' in bad.text) == (422, True)
    assert (await browser.save("/phone/action-url", **{"try": "nope"})).status == 422


async def test_keys_and_directory_are_saved(phone: PhoneApp, browser: Browser, path: Path) -> None:
    fields = {"3.type": "speed_dial", "3.value": "1002", "3.label": "Ben"}
    assert (await browser.save("/phone/keys", **fields)).status == 303
    assert (await browser.save("/phone/directory", contacts="Ben, 1002\nAda, 1003")).status == 303
    settings = read_settings(path)
    assert [(key.position, key.type, key.value) for key in settings.dss_keys] == [(3, "speed_dial", "1002")]
    assert [contact.name for contact in settings.directory] == ["Ben", "Ada"]
    page = await browser.save("/phone/keys", **{"4.type": "dtmf", "4.value": "<script>"})
    assert (page.status, 'id="wrong-4.value"' in page.text, "<script>" in page.text) == (422, True, False)
    assert page.form("/phone/keys").fields["4.type"] == "dtmf"


async def test_provisioning_is_set_and_checked_at_once(phone: PhoneApp, browser: Browser) -> None:
    async with ScriptedConsole(otherwise=answer(404)) as server:
        fields = {"url": f"{server.url}/$mac.toml", "password": "s3cret", "user": "ada"}
        page = await browser.save("/system/provisioning", **fields, do="check")
        assert page.status == 303
        assert server.targets[-1] == f"/{phone.settings.identity.mac}.toml"
        shown = await browser.get("/system/provisioning")
        assert f'bad">{phone.provisioning.status.outcome.value}<' in shown.text
        assert "s3cret" not in shown.text
