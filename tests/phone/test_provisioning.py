import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
import structlog

from offhook.callmodel.connection import ConnectionState
from offhook.errors import ConfigError
from offhook.phone.app import PhoneApp
from offhook.phone.engine.port import CallEngine
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.provisioning import Outcome, Provisioning, ProvisioningStatus, changed_names
from offhook.phone.settings import Account, Login, PhoneSettings, ProvisioningSettings
from offhook.phone.settings_file import read_settings
from offhook.phone.web.pages import PAGES
from offhook.protocol.keys import Key
from offhook.runtime.http_server import bind_tcp
from tests.fakes.browser import Browser
from tests.fakes.desk import changed, is_registered, phone_settings, running
from tests.fakes.scripted_console import ScriptedConsole, answer, hang
from tests.fakes.scripted_files import file, redirect
from tests.fakes.waiting import until
from tests.programs import ROOT

SECRET = "s3cr3t-w0rd"


def provisioned(url: str, **more: object) -> PhoneSettings:
    """Settings of a phone that looks when it is told to."""
    wanted = msgspec.convert({"url": url, "at_start": False, "interval_s": 0, **more}, ProvisioningSettings)
    return changed(phone_settings(), provisioning=wanted)


@asynccontextmanager
async def served(*script: str, path: Path | None = None) -> AsyncIterator[tuple[PhoneApp, ScriptedConsole]]:
    """Run a phone and the server it asks; each file is served once, then there is none."""
    async with ScriptedConsole(*(file(text) for text in script), otherwise=answer(404)) as server:
        async with running(provisioned(f"{server.url}/$mac.toml"), path=path) as phone:
            yield phone, server


async def test_what_the_file_names_is_replaced_and_kept_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    text = "[features]\nvoicemail = '*98'\n[features.busy]\nis_on = true\ntarget = '1009'\n"
    async with served(text, path=path) as (phone, server):
        before = phone.settings
        status = await phone.provisioning.check()
        assert (status.outcome, status.is_checking) == (Outcome.APPLIED, False)
        assert status.words == "New settings applied: features.busy, features.voicemail."
        assert server.targets == ["/02000f001001.toml"]
        assert phone.settings.provisioning.applied == hashlib.sha256(text.encode()).hexdigest()
        assert changed_names(before, phone.settings) == ["features.busy", "features.voicemail"]
        assert read_settings(path) == phone.settings
        assert phone.device.status.features.busy.is_on
        assert phone.device.status.notice == "New settings applied"


async def test_the_example_of_the_documents_is_taken(tmp_path: Path) -> None:
    shown = (ROOT / "docs" / "provisioning.md").read_text("utf-8")
    text = shown.partition("```toml provisioning\n")[2].partition("```")[0]
    async with served(text, path=tmp_path / "phone.toml") as (phone, _):
        status = await phone.provisioning.check()
        assert status.words == (
            "New settings applied: login.password, accounts, features.no_answer, features.voicemail, "
            "provisioning.interval_s, action_urls."
        )
        assert phone.settings.accounts[0].host == "pbx.example"


def test_every_setting_is_in_the_documents() -> None:
    shown = (ROOT / "docs" / "provisioning.md").read_text("utf-8")
    for name in ProvisioningSettings.__struct_fields__:
        assert f"`provisioning.{name}`" in shown


async def test_the_key_checks_and_the_screen_says_how_it_goes() -> None:
    async with ScriptedConsole(otherwise=hang) as server, running(provisioned(server.url)) as phone:
        phone.device.press(Key.AUTO_P)
        await server.wait_for_requests(1)
        assert phone.device.status.notice == "Looking for new settings"
        assert phone.provisioning.status.is_checking
        phone.device.press(Key.AUTO_P)  # impatient people press twice; it asks once
        assert server.connections == 1


async def test_those_who_ask_at_the_same_time_share_a_check() -> None:
    async with served("[features]\ndnd = true") as (phone, server):
        both = await asyncio.gather(phone.provisioning.check(), phone.provisioning.check())
        assert [status.outcome for status in both] == [Outcome.APPLIED, Outcome.APPLIED]
        assert len(server.targets) == 1


async def test_the_same_content_again_changes_nothing_by_name_or_by_sum(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    text = "[features]\ndnd = true"
    async with ScriptedConsole(file(text, etag='"1"'), answer(304), file(text, etag='"2"'), answer(304)) as server:
        async with running(provisioned(server.url), path=path) as phone:
            assert (await phone.provisioning.check()).outcome is Outcome.APPLIED
            phone.device.press(Key.DND_OFF)  # what the user sets stays until the file says something new
            await until(lambda: not read_settings(path).features.dnd)
            for _ in range(3):
                assert (await phone.provisioning.check()).outcome is Outcome.UNCHANGED
            assert not phone.settings.features.dnd
            names = [head.lower().partition("if-none-match: ")[2].partition("\r")[0] for head in server.heads]
            assert names == ["", '"1"', '"1"', '"2"']
            kept = phone.settings
        server.script.append(file(text))
        async with running(kept, path=path) as phone:  # the phone has been off in between
            assert (await phone.provisioning.check()).outcome is Outcome.UNCHANGED
            assert "if-none-match" not in server.heads[-1].lower()


BROKEN = {
    "no toml": ("<html><body>Sign in</body></html>", "is not TOML: "),
    "broken in line 3": ("[features]\ndnd = true\nvoicemail = \n", "line 3"),
    "unknown key": ("[features]\ndnd = true\ndoorbell = 1", "features: object contains unknown field `doorbell`"),
    "wrong type": (f"[login]\nuser = 'x'\npassword = ['{SECRET}']", "login.password: expected `str`"),
    "value out of range": ("[network]\nhttp_port = 70000", "network.http_port: expected `int` <= 65535"),
    "url that cannot be": (f"[action_urls]\nhold = 'https://{SECRET}/'", "action_urls.hold: must start with http://"),
    "address of another computer": ("[network]\naddress = '192.0.2.1'", "cannot listen"),
    "not utf-8": (b"[login]\nuser = '\xff'", "is not UTF-8"),
}


@pytest.mark.parametrize(("content", "words"), list(BROKEN.values()), ids=list(BROKEN))
async def test_a_broken_file_is_refused_as_a_whole_and_said_once(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    path = tmp_path / "phone.toml"
    async with ScriptedConsole(otherwise=file(content)) as server:
        async with running(provisioned(server.url), path=path) as phone:
            before, raw = phone.settings, path.read_bytes()
            with structlog.testing.capture_logs() as lines:
                for _ in range(3):
                    status = await phone.provisioning.check()
                    assert status.outcome is Outcome.REFUSED
            assert words in status.words and status.words.startswith("Nothing was changed: ")
            assert status.words in phone.notice
            assert phone.settings == before and path.read_bytes() == raw
            assert len([line for line in lines if line["event"] == "provisioning"]) == 1
            assert SECRET not in str(lines) + status.words
            server.otherwise = file("[features]\ndnd = true")
            assert (await phone.provisioning.check()).outcome is Outcome.APPLIED


async def test_a_port_that_is_taken_keeps_the_phone_where_it_is() -> None:
    with bind_tcp("127.0.0.1", 0, flag="") as taken:
        port = taken.getsockname()[1]
        async with served(f"[network]\nhttp_port = {port}\n[features]\ndnd = true") as (phone, _):
            url = phone.url
            status = await phone.provisioning.check()
            assert status.outcome is Outcome.REFUSED and f"port {port}" in status.words
            assert phone.url == url and not phone.settings.features.dnd


async def test_a_disk_that_is_full_keeps_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, settings: PhoneSettings) -> None:
        raise ConfigError(str(path), "", "cannot be written: no space left on device")

    async with served("[features]\ndnd = true", path=tmp_path / "phone.toml") as (phone, _):
        monkeypatch.setattr("offhook.phone.app.write_settings", full)
        status = await phone.provisioning.check()
        assert status.outcome is Outcome.REFUSED and "no space left" in status.words
        assert not phone.settings.features.dnd


async def test_a_server_that_is_away_is_one_line_and_is_asked_again() -> None:
    server = ScriptedConsole(otherwise=file("[features]\ndnd = true"))
    server.reserve()
    phone = phone_settings()
    wanted = ProvisioningSettings(url=f"{server.url}/$mac.toml?ip=$ip")
    told: list[str] = []
    settings = changed(phone, provisioning=wanted)

    async def apply(edit: Callable[[PhoneSettings], PhoneSettings]) -> str:
        nonlocal settings
        settings = edit(settings)
        return ""

    results: list[ProvisioningStatus] = []
    with structlog.testing.capture_logs() as lines:
        provisioning = Provisioning(
            lambda: settings, apply, lambda: "192.0.2.7", told.append, results.append, retry_s=0.01
        )
        provisioning.begin()
        await until(lambda: len(results) >= 3)
        assert {status.outcome for status in results} == {Outcome.FAILED}
        assert "connection refused" in results[0].words
        assert [line["outcome"] for line in lines] == ["failed"]
        assert told == []  # nobody asked
        await server.open()
        await until(lambda: settings.features.dnd)
        assert server.targets == ["/02000f001001.toml?ip=192.0.2.7"]
        assert told == ["New settings applied"]
        await provisioning.stop()
        await provisioning.stop()
        await server.close()


async def test_it_is_checked_at_the_start_if_wanted_and_when_a_server_is_set() -> None:
    async with ScriptedConsole(otherwise=file("[features]\ndnd = true")) as server:
        async with running(provisioned(server.url, at_start=True)) as phone:
            await until(lambda: phone.settings.features.dnd)
        async with running() as phone:
            url = ProvisioningSettings(url=server.url)
            await phone.change_settings(changed(phone.settings, provisioning=url))
            await until(lambda: phone.settings.features.dnd)
        async with running(provisioned(server.url)) as phone:
            before = phone.device
            phone.device.press(Key.REBOOT)
            await until(lambda: phone.device is not before and is_registered(phone))
        assert len(server.targets) == 2


async def test_an_interval_is_kept() -> None:
    clock = asyncio.get_running_loop()
    settings = changed(phone_settings(), provisioning=ProvisioningSettings(url="http://127.0.0.1:9/", interval_s=0))
    waiting = Provisioning(lambda: settings, lambda edit: asyncio.sleep(0, ""), lambda: "", lambda notice: None)
    began = clock.time()
    waiting.begin()
    assert waiting.status.outcome is Outcome.NOT_CHECKED
    await waiting.check()
    assert waiting.next_check() is not None  # the server was away: it is asked again
    settings = changed(settings, provisioning=ProvisioningSettings(url="http://127.0.0.1:9/", interval_s=60))
    due = waiting.next_check()
    assert due is not None and began + 60 <= due <= clock.time() + 60
    settings = phone_settings()
    assert waiting.next_check() is None
    await waiting.stop()


async def test_a_new_login_is_taken_and_said_without_the_secret(tmp_path: Path) -> None:
    async with served(f"[login]\nuser = 'ada'\npassword = '{SECRET}'", path=tmp_path / "phone.toml") as (phone, _):
        with structlog.testing.capture_logs() as lines:
            status = await phone.provisioning.check()
        assert phone.settings.login == Login(user="ada", password=SECRET)
        assert "login.user, login.password" in status.words
        assert status.words in phone.notice
        assert [line["said"] for line in lines if line["event"] == "provisioning"] == [status.words]
        assert SECRET not in str(lines) + status.words


async def test_where_the_phone_has_moved_is_said() -> None:
    async with served("[network]\naddress = '127.0.0.9'") as (phone, _):
        status = await phone.provisioning.check()
        assert f"The phone is at {phone.url} now." in status.words
        assert phone.url.startswith("http://127.0.0.9:")


async def test_new_accounts_replace_the_old_and_register() -> None:
    exchange = VirtualExchange()
    exchange.add_subscriber("2001", "other")
    text = "[[accounts]]\nuser = '2001'\npassword = 'other'\n"
    async with ScriptedConsole(file(text)) as server, running(provisioned(server.url), exchange=exchange) as phone:
        await phone.provisioning.check()
        await until(lambda: is_registered(phone, "2001"))
        assert phone.settings.accounts == [Account(user="2001", password="other")]


async def test_an_engine_that_needs_a_restart_gets_it_after_the_last_call() -> None:
    exchange = VirtualExchange()
    made: list[int] = []

    def make(settings: PhoneSettings) -> CallEngine:
        made.append(settings.sip.port)
        return exchange.engine_for()

    exchange.add_subscriber("1001", "pw")
    async with ScriptedConsole(file("sip.port = 5062"), file("sip.port = 5063")) as server:
        async with running(phone_settings("1002"), exchange=exchange) as other:
            phone = PhoneApp(provisioned(server.url), make(PhoneSettings()), make_engine=make)
            await phone.start()
            try:
                await until(lambda: is_registered(phone))
                phone.device.dial("1002")
                await until(lambda: other.device.status.calls)
                other.device.press(Key.OK)
                await until(lambda: phone.device.status.calls[0].state is ConnectionState.CONNECTED)
                device = phone.device
                status = await phone.provisioning.check()
                assert "restarts for that as soon as no call is up" in status.words
                assert (made, phone.is_restarting) == ([0], False)
                device.press(Key.X)
                await until(lambda: phone.device is not device and is_registered(phone))
                assert made == [0, 5062]
                device = phone.device
                await phone.provisioning.check()  # no call is up
                await until(lambda: phone.device is not device and is_registered(phone))
                assert made == [0, 5062, 5063]
            finally:
                await phone.stop()


async def test_a_phone_that_stops_does_not_wait_for_the_server() -> None:
    async with ScriptedConsole(otherwise=hang) as server, running(provisioned(server.url)) as phone:
        asking = asyncio.create_task(phone.provisioning.check())
        await server.wait_for_requests(1)
        await asyncio.wait_for(phone.stop(), 5)
        assert (await asking).outcome is Outcome.NOT_CHECKED
        assert not phone.provisioning.status.is_checking


async def test_no_secret_is_seen_anywhere(tmp_path: Path) -> None:
    """Every password there is holds one word; it is in the file and in what is sent where it belongs, nowhere else."""
    path = tmp_path / "phone.toml"
    async with ScriptedConsole(otherwise=answer(401)) as server:
        account = Account(user="1001", host="127.0.0.1", password=SECRET)
        settings = changed(
            provisioned(f"{server.url}/{SECRET}", user="ada", password=SECRET),
            login=Login(user="admin", password=SECRET),
            accounts=[account],
        )
        seen: list[str] = []
        with structlog.testing.capture_logs() as lines:
            async with running(settings, path=path) as phone, Browser(phone.url, password=SECRET) as browser:
                await browser.log_in()
                for behaviour in (
                    answer(401),
                    answer(500, SECRET.encode()),
                    redirect(f"ftp://{SECRET}"),
                    file(f"[login]\npassword = '{SECRET}x'\nuser = 3"),
                    file(f"x = {SECRET}"),
                    file(f"[[accounts]]\nuser = '1001'\npassword = '{SECRET}'\nhost = '127.0.0.1'"),
                    file(f"[action_urls]\nhold = 'gopher://{SECRET}'"),
                ):
                    server.script = [behaviour]
                    status = await phone.provisioning.check()
                    seen += [status.words, phone.notice, str(phone.device.status)]
                for page in PAGES:
                    shown = await browser.get(page.path)
                    assert f'aria-current="page">{page.title}' in shown.text
                    seen.append(shown.text)
        assert SECRET in path.read_text()
        for text in [*seen, str(lines)]:
            assert SECRET not in text.replace(f"{server.url}/{SECRET}", "the URL, which is no password")


def test_changed_names_are_names_only() -> None:
    before = phone_settings()
    after = changed(before, login=Login(user="ada", password="x"), local_means="own_side")
    assert changed_names(before, after) == ["login.user", "login.password", "local_means"]
    assert changed_names(before, before) == []


def test_a_check_with_the_status_of_before() -> None:
    assert ProvisioningStatus().words == "Not checked yet."
