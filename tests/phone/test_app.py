import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec
import pytest
import structlog

from offhook.callmodel.connection import ConnectionState
from offhook.errors import ConfigError, PortTaken
from offhook.phone.app import PhoneApp
from offhook.phone.engine.port import EngineFact
from offhook.phone.engine.virtual import VirtualEngine, VirtualExchange
from offhook.phone.settings import (
    Account,
    DssKey,
    FeatureSettings,
    ForwardSettings,
    Identity,
    Network,
    PhoneSettings,
    Sip,
)
from offhook.phone.settings_file import read_settings, with_console, write_settings
from offhook.protocol.action_url import parse_target
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.runtime.http_server import bind_tcp
from tests.fakes.desk import LOGIN, changed, desk, is_registered, phone_settings, running
from tests.fakes.scripted_console import ScriptedConsole, hang
from tests.fakes.waiting import until

E = Event


@dataclass
class Scene:
    """Three phones and what the console has heard of them."""

    console: ScriptedConsole
    phones: list[PhoneApp]

    def heard(self, extension: str = "1001") -> list[Event]:
        found = [parse_target(target.encode()) for target in self.console.targets]
        return [Event(each.event_word) for each in found if each.values["mac"].endswith(extension)]

    def values(self, event: Event, extension: str = "1001") -> dict[str, str]:
        found = [parse_target(target.encode()) for target in self.console.targets]
        return next(
            dict(each.values)
            for each in reversed(found)
            if each.event_word == event.value and each.values["mac"].endswith(extension)
        )

    def forget(self) -> None:
        self.console.targets.clear()

    async def command(self, query: str, extension: int = 1001) -> None:
        """Send one Active URI request, as a console does."""
        url = f"{self.phones[extension - 1001].url}{ACTIVE_URI_PATH}?{query}"
        headers = {"Authorization": aiohttp.encode_basic_auth(LOGIN.user, LOGIN.password)}
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    async def until_state(self, state: ConnectionState | None, extension: int = 1001) -> None:
        """Wait until the phone's last call is in a state; None: until it has no call."""

        def has_come() -> bool:
            calls = self.phones[extension - 1001].device.status.calls
            return not calls if state is None else bool(calls) and calls[-1].state is state

        await until(has_come)

    def states(self) -> set[ConnectionState]:
        """The states of the first phone's calls."""
        return {call.state for call in self.phones[0].device.status.calls}

    async def until_idle(self) -> None:
        for extension in (1001, 1002, 1003):
            await self.until_state(None, extension)

    async def settle(self) -> None:
        for phone in self.phones:
            await asyncio.wait_for(phone.sender.drain(), 10)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with ScriptedConsole() as console, desk(console, "1001", "1002", "1003") as phones:
        scene = Scene(console, phones)
        await scene.settle()
        yield scene


async def call(scene: Scene) -> None:
    """1001 calls 1002, which answers; all that there is to report about it has arrived."""
    await scene.command("number=1002&outgoing_uri=1001@127.0.0.1")
    await scene.until_state(ConnectionState.ALERTING, 1002)
    await scene.command("key=OK", 1002)
    await scene.until_state(ConnectionState.CONNECTED)
    await scene.settle()


async def outgoing_call(scene: Scene) -> None:
    await call(scene)
    await scene.command("key=X")
    await scene.until_idle()


async def incoming_call(scene: Scene) -> None:
    await scene.command("number=1001", 1002)
    await scene.until_state(ConnectionState.ALERTING)
    await scene.command("key=ok")
    await scene.until_state(ConnectionState.CONNECTED)
    await scene.command("key=X", 1002)
    await scene.until_idle()


async def missed_call(scene: Scene) -> None:
    await scene.command("number=1001", 1002)
    await scene.until_state(ConnectionState.ALERTING)
    await scene.command("key=X", 1002)
    await scene.until_idle()


async def hold_and_resume(scene: Scene) -> None:
    await call(scene)
    scene.forget()
    await scene.command("key=F_HOLD")
    await scene.until_state(ConnectionState.HELD)
    await scene.command("key=F_HOLD")
    await scene.until_state(ConnectionState.CONNECTED)
    await scene.settle()


async def blind_transfer(scene: Scene) -> None:
    await call(scene)
    scene.forget()
    await scene.command("key=F_TRANSFER;1003;F_TRANSFER")
    await scene.until_state(ConnectionState.ALERTING, 1003)
    await scene.command("key=OK", 1003)
    await scene.until_state(None)


async def attended_transfer(scene: Scene) -> None:
    await call(scene)
    scene.forget()
    await scene.command("key=F_TRANSFER;1003;OK")
    await scene.until_state(ConnectionState.ALERTING, 1003)
    await scene.command("key=OK", 1003)
    await scene.until_state(ConnectionState.CONNECTED)
    await scene.command("key=F_TRANSFER")
    await scene.until_state(None)


async def do_not_disturb(scene: Scene) -> None:
    await scene.command("key=DNDOn")
    await scene.command("key=DNDOn")
    await scene.command("key=DNDOff")


def forward(name: str) -> Callable[[Scene], Awaitable[None]]:
    async def change(scene: Scene) -> None:
        phone = scene.phones[0]
        forwards = {name: ForwardSettings(is_on=True, target="1003")}
        await phone.change_settings(
            changed(phone.settings, features=msgspec.structs.replace(FeatureSettings(), **forwards))
        )
        await phone.change_settings(changed(phone.settings, features=FeatureSettings()))

    return change


async def call_waiting(scene: Scene) -> None:
    """A second call is announced during the first one, and answering it holds the first."""
    await call(scene)
    scene.forget()
    await scene.command("number=1001", 1003)
    await until(lambda: scene.states() == {ConnectionState.CONNECTED, ConnectionState.ALERTING})
    await scene.command("key=OK")
    await until(lambda: scene.states() == {ConnectionState.HELD, ConnectionState.CONNECTED})


async def set_forward(scene: Scene, name: str, target: str) -> None:
    phone = scene.phones[0]
    plain = FeatureSettings(no_answer_s=1, dnd=name == "busy")
    features = msgspec.structs.replace(plain, **{name: ForwardSettings(is_on=True, target=target)})
    await phone.change_settings(changed(phone.settings, features=features))
    await scene.settle()
    scene.forget()


async def forwarded_always(scene: Scene) -> None:
    await set_forward(scene, "always", "1003")
    await scene.command("number=1001", 1002)
    await scene.until_state(ConnectionState.ALERTING, 1003)


async def forwarded_because_busy(scene: Scene) -> None:
    """To the caller, do-not-disturb is a busy phone."""
    await set_forward(scene, "busy", "1003")
    await scene.command("number=1001", 1002)
    await scene.until_state(ConnectionState.ALERTING, 1003)


async def forwarded_because_nobody_answers(scene: Scene) -> None:
    await set_forward(scene, "no_answer", "1003")
    await scene.command("number=1001", 1002)
    await scene.until_state(ConnectionState.ALERTING, 1003)
    await scene.until_state(None)


async def account_off_and_on(scene: Scene) -> None:
    phone = scene.phones[0]
    accounts = phone.settings.accounts
    off = [changed_account(account, is_enabled=False) for account in accounts]
    await phone.change_settings(changed(phone.settings, accounts=off))
    await phone.change_settings(changed(phone.settings, accounts=accounts))
    await until(lambda: is_registered(phone))


async def wrong_password(scene: Scene) -> None:
    phone = scene.phones[0]
    accounts = [changed_account(account, password="wrong") for account in phone.settings.accounts]
    await phone.change_settings(changed(phone.settings, accounts=accounts))
    await until(lambda: phone.device.status.accounts[0].reason)


async def reboot(scene: Scene) -> None:
    before = scene.phones[0].device
    await scene.command("key=Reboot")
    await until(lambda: scene.phones[0].device is not before and is_registered(scene.phones[0]))


async def reboot_in_a_call(scene: Scene) -> None:
    await call(scene)
    scene.forget()
    await reboot(scene)


async def another_address(scene: Scene) -> None:
    phone = scene.phones[0]
    await phone.change_settings(changed(phone.settings, network=Network(address="127.0.0.9", http_port=0)))


def changed_account(account: Account, **parts: object) -> Account:
    return msgspec.structs.replace(account, **parts)


CAUSES: dict[str, tuple[Callable[[Scene], Awaitable[None]], list[Event]]] = {
    "outgoing call": (
        outgoing_call,
        [E.OFF_HOOK, E.IDLE_TO_BUSY, E.OUTGOING, E.ESTABLISHED, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE],
    ),
    "incoming call": (
        incoming_call,
        [E.INCOMING, E.IDLE_TO_BUSY, E.OFF_HOOK, E.ESTABLISHED, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE],
    ),
    "missed call": (missed_call, [E.INCOMING, E.IDLE_TO_BUSY, E.MISSED, E.BUSY_TO_IDLE]),
    "hold and resume": (hold_and_resume, [E.HOLD, E.UNHOLD]),
    "blind transfer": (
        blind_transfer,
        [E.TRANSFER, E.HOLD, E.BLIND_TRANSFER, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE],
    ),
    "attended transfer": (
        attended_transfer,
        [
            *(E.TRANSFER, E.HOLD, E.OUTGOING, E.ESTABLISHED, E.ATTENDED_TRANSFER),
            *(E.TERMINATED, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE),
        ],
    ),
    "do not disturb, on twice": (do_not_disturb, [E.DND_ON, E.DND_OFF]),
    "always forward": (forward("always"), [E.ALWAYS_FORWARD_ON, E.ALWAYS_FORWARD_OFF]),
    "busy forward": (forward("busy"), [E.BUSY_FORWARD_ON, E.BUSY_FORWARD_OFF]),
    "no answer forward": (forward("no_answer"), [E.NO_ANSWER_FORWARD_ON, E.NO_ANSWER_FORWARD_OFF]),
    "call waiting": (call_waiting, [E.INCOMING, E.HOLD, E.ESTABLISHED]),
    "a call forwarded always": (forwarded_always, []),
    "a call forwarded because busy": (forwarded_because_busy, []),
    "a call forwarded because nobody answers": (
        forwarded_because_nobody_answers,
        [E.INCOMING, E.IDLE_TO_BUSY, E.TERMINATED, E.BUSY_TO_IDLE],
    ),
    "account off and on": (account_off_and_on, [E.UNREGISTERED, E.REGISTERED]),
    "wrong password": (wrong_password, [E.REGISTRATION_FAILED]),
    "reboot": (reboot, [E.UNREGISTERED, E.SETUP_COMPLETED, E.REGISTERED]),
    "reboot in a call": (
        reboot_in_a_call,
        [E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE, E.UNREGISTERED, E.SETUP_COMPLETED, E.REGISTERED],
    ),
    "another address": (another_address, [E.IP_CHANGED]),
}
"""What is done, over HTTP or in the settings, and what 1001 reports because of it, in order."""


@pytest.mark.parametrize(("cause", "events"), list(CAUSES.values()), ids=list(CAUSES))
async def test_what_happens_is_reported(
    scene: Scene, cause: Callable[[Scene], Awaitable[None]], events: list[Event]
) -> None:
    scene.forget()
    await cause(scene)
    await scene.settle()
    assert scene.heard() == events


def test_the_causes_above_cover_all_27_events() -> None:
    assert {event for _, events in CAUSES.values() for event in events} == set(Event)


async def test_both_ends_tell_the_same_call_id_and_who_is_who(scene: Scene) -> None:
    await outgoing_call(scene)
    await scene.settle()
    out, inc = scene.values(E.OUTGOING, "1001"), scene.values(E.INCOMING, "1002")
    assert out["call_id"] == inc["call_id"] != ""
    assert (out["active_user"], out["local"], "remote" in out) == ("1001", "sip:1002@127.0.0.1", False)
    assert (inc["active_user"], inc["remote"], inc["display_remote"]) == ("1002", "sip:1001@127.0.0.1", "Phone 1001")
    assert out["ip"] == "127.0.0.1"


async def test_the_new_address_is_in_the_report_and_the_phone_is_there(scene: Scene) -> None:
    await another_address(scene)
    await scene.settle()
    assert scene.values(E.IP_CHANGED)["ip"] == "127.0.0.9"
    assert scene.phones[0].url.startswith("http://127.0.0.9:")
    await scene.command("key=OK")


async def test_stopping_ends_the_call_and_logs_out_and_that_is_still_reported() -> None:
    async with ScriptedConsole() as console:
        async with desk(console, "1001", "1002") as phones:
            scene = Scene(console, phones)
            await call(scene)
            await phones[0].stop()
            assert scene.heard()[-4:] == [E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE, E.UNREGISTERED]
            await scene.until_state(None, 1002)
        assert scene.heard("1002")[-1] is E.UNREGISTERED


async def test_a_console_that_hangs_does_not_hold_up_the_end() -> None:
    async with ScriptedConsole(otherwise=hang) as console:
        settings = with_console(phone_settings(), console.url)
        async with running(settings) as phone:
            await console.wait_for_requests(1)
            await asyncio.wait_for(phone.stop(), 8)
            assert phone.sender.pending > 0


async def test_a_port_that_is_taken_is_told_and_nothing_is_reported() -> None:
    async with ScriptedConsole() as console:
        with bind_tcp("127.0.0.1", 0, flag="") as taken:
            settings = with_console(phone_settings(port=taken.getsockname()[1]), console.url)
            phone = PhoneApp(settings, VirtualExchange().engine_for())
            with pytest.raises(PortTaken, match="--http-port"):
                await phone.start()
            await phone.stop()
        assert console.targets == []


async def test_an_address_that_is_not_ours_is_told() -> None:
    settings = changed(phone_settings(), network=Network(address="192.0.2.1", http_port=0))
    phone = PhoneApp(settings, VirtualExchange().engine_for())
    with pytest.raises(ConfigError, match="cannot listen"):
        await phone.start()


async def test_the_port_is_free_again_after_the_end() -> None:
    async with running() as phone:
        port = int(phone.url.rpartition(":")[2])
    with bind_tcp("127.0.0.1", port, flag=""):
        pass


async def test_a_restart_reads_the_file_again(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        edited = changed(phone.settings, identity=Identity(mac="02000f001001", model="edited"))
        write_settings(path, edited)
        await restart(phone)
        assert phone.settings == edited
        assert phone.notice == ""


async def test_a_restart_with_another_port_in_the_file_moves_the_phone(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        write_settings(path, changed(phone.settings, network=Network(address="127.0.0.9", http_port=0)))
        await restart(phone)
        assert phone.url.startswith("http://127.0.0.9:")


@pytest.mark.parametrize("text", ["[netwrok]", "[network]\naddress = '192.0.2.1'", None])
async def test_a_restart_with_a_bad_file_keeps_the_settings_and_says_so(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        before = phone.settings
        path.unlink()
        if text is not None:
            path.write_text(text)
        await restart(phone)
        assert phone.settings == before
        assert "settings of before" in phone.notice
        assert is_registered(phone)


async def test_what_the_command_line_said_outlives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    write_settings(path, phone_settings())
    async with ScriptedConsole() as console, ScriptedConsole() as other:
        exchange = VirtualExchange()
        exchange.add_subscriber("1001", "pw")

        def adjust(settings: PhoneSettings) -> PhoneSettings:
            return with_console(settings, console.url)

        phone = PhoneApp(adjust(phone_settings()), exchange.engine_for(), settings_path=path, adjust=adjust)
        await phone.start()
        try:
            for _ in range(2):
                await until(lambda: is_registered(phone))
                await restart(phone)
            await asyncio.wait_for(phone.sender.drain(), 10)
            assert sum("/setup_completed" in target for target in console.targets) == 3
            # Once it is in the file, the file may be edited again.
            phone.device.press(Key.DND_ON)
            await until(lambda: read_settings(path).features.dnd)
            write_settings(path, with_console(phone.settings, other.url))
            await restart(phone)
            await other.wait_for_requests(1)
        finally:
            await phone.stop()


async def restart(phone: PhoneApp) -> None:
    before = phone.device
    phone.device.press(Key.REBOOT)
    phone.device.press(Key.REBOOT)  # impatient people press twice; it restarts once
    await until(lambda: phone.device is not before and is_registered(phone))


async def test_features_survive_a_restart_with_and_without_a_file(tmp_path: Path) -> None:
    for path in (None, tmp_path / "phone.toml"):
        async with running(path=path) as phone:
            phone.device.press(Key.DND_ON)
            await restart(phone)
            assert phone.device.status.features.dnd
            assert path is None or read_settings(path).features.dnd


async def test_a_provisioning_update_is_answered_honestly() -> None:
    async with running() as phone:
        phone.device.press(Key.AUTO_P)
        await until(lambda: "no provisioning server" in phone.notice)
        assert phone.device.status.notice == "No provisioning server"


async def test_time_passes_for_the_phone() -> None:
    """An unanswered call goes on to 1003 after a second, by the phone's own timer."""
    async with ScriptedConsole() as console, desk(console, "1001", "1002", "1003") as phones:
        scene = Scene(console, phones)
        features = FeatureSettings(no_answer=ForwardSettings(is_on=True, target="1003"), no_answer_s=1)
        await phones[0].change_settings(changed(phones[0].settings, features=features))
        await scene.command("number=1001", 1002)
        await scene.until_state(ConnectionState.ALERTING, 1003)
        await scene.until_state(None, 1001)


async def test_a_computer_that_gets_another_address_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedConsole() as console:
        settings = changed(with_console(phone_settings(), console.url), network=Network(address="auto", http_port=0))
        async with running(settings) as phone:
            scene = Scene(console, [phone])
            await scene.settle()
            scene.forget()
            monkeypatch.setattr("offhook.phone.app.find_ip", lambda network, urls: "127.0.0.5")
            await phone.change_settings(phone.settings)  # looks at once; otherwise it looks every few seconds
            await scene.settle()
            assert scene.heard() == [Event.IP_CHANGED]
            assert scene.values(Event.IP_CHANGED)["ip"] == "127.0.0.5"
            assert phone.url.startswith("http://127.0.0.5:")


async def test_an_address_that_is_found_out_listens_everywhere() -> None:
    settings = changed(
        with_console(phone_settings(), "http://127.0.0.1:9"), network=Network(address="auto", http_port=0)
    )
    async with running(settings) as phone:
        assert phone.ip == "127.0.0.1"  # from there the console is reached
        async with aiohttp.ClientSession() as session:
            async with session.get(phone.url.replace("127.0.0.1", "127.0.0.5") + "/style.css") as answer:
                assert answer.status == 200


async def test_a_part_that_fails_to_stop_does_not_keep_the_others() -> None:
    class BadEngine(VirtualEngine):
        async def stop(self) -> None:
            await super().stop()
            raise OSError("the engine's child would not end")

    phone = PhoneApp(phone_settings(), BadEngine(VirtualExchange()))
    await phone.start()
    port = int(phone.url.rpartition(":")[2])
    with structlog.testing.capture_logs() as lines:
        await phone.stop()
    assert [line["part"] for line in lines if line["log_level"] == "error"] == ["engine"]
    with bind_tcp("127.0.0.1", port, flag=""):
        pass


async def test_an_engine_that_does_not_start_again_at_once_is_asked_again() -> None:
    class ShyEngine(VirtualEngine):
        starts = 0

        async def start(self, on_fact: Callable[[EngineFact], None]) -> None:
            self.starts += 1
            if self.starts == 2:
                raise PortTaken("127.0.0.1", 5060, "--sip-port")
            await super().start(on_fact)

    exchange = VirtualExchange()
    exchange.add_subscriber("1001", "pw")
    phone = PhoneApp(phone_settings(), ShyEngine(exchange), engine_retry_s=0.01)
    await phone.start()
    try:
        await until(lambda: is_registered(phone))
        await restart(phone)
        assert not phone.is_restarting
        assert phone.notice == ""
    finally:
        await phone.stop()


async def test_settings_may_be_put_right_while_the_engine_does_not_start() -> None:
    class Engine(VirtualEngine):
        def __init__(self, exchange: VirtualExchange, port: int) -> None:
            super().__init__(exchange)
            self._port = port

        async def start(self, on_fact: Callable[[EngineFact], None]) -> None:
            if self._port == 5061:
                raise PortTaken("127.0.0.1", 5061, "--sip-port")
            await super().start(on_fact)

    exchange = VirtualExchange()
    exchange.add_subscriber("1001", "pw")
    phone = PhoneApp(
        phone_settings(),
        Engine(exchange, 0),
        make_engine=lambda settings: Engine(exchange, settings.sip.port),
        engine_retry_s=0.01,
    )
    await phone.start()
    try:
        await until(lambda: is_registered(phone))
        before = phone.device
        await phone.change_settings(changed(phone.settings, sip=Sip(port=5061)))
        await until(lambda: "port 5061 on 127.0.0.1 is already in use" in phone.notice)
        await phone.change_settings(changed(phone.settings, sip=Sip(port=5062)))
        await until(lambda: phone.device is not before and is_registered(phone))
        await until(lambda: not phone.is_restarting and phone.notice == "")
    finally:
        await phone.stop()


async def test_a_key_pressed_just_before_the_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        for _ in range(500):
            phone.device.press(Key.DND_ON)
            phone.device.press(Key.DND_OFF)
        phone.device.press(Key.DND_ON)
    assert read_settings(path).features.dnd


async def test_keys_faster_than_the_disk_do_not_pile_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "phone.toml"
    writes = []

    def counted(to: Path, settings: PhoneSettings) -> None:
        writes.append(settings)
        write_settings(to, settings)

    monkeypatch.setattr("offhook.phone.app.write_settings", counted)
    async with running(path=path) as phone:
        for _ in range(50):
            phone.device.press(Key.DND_ON)
            phone.device.press(Key.DND_OFF)
        phone.device.press(Key.DND_ON)
        await until(lambda: read_settings(path).features.dnd)
    assert len(writes) <= 2


async def test_changes_at_the_same_time_do_not_undo_each_other(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        renamed = changed(phone.settings, identity=Identity(mac="02000f001001", model="renamed"))
        saving = asyncio.create_task(phone.change_settings(renamed))
        await asyncio.sleep(0)
        phone.device.press(Key.DND_ON)  # while the file is being written
        await saving
        await until(lambda: read_settings(path).features.dnd)
        assert (phone.settings.features.dnd, phone.device.status.features.dnd) == (True, True)
        assert read_settings(path) == phone.settings
        assert phone.settings.identity.model == "renamed"


async def test_what_the_menu_changes_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        for key in (Key.DOWN, Key.F3, Key.DIGIT_2, Key.OK, Key.DIGIT_1, Key.OK):  # a contact "A" with number 1
            phone.device.press(key)
        await until(lambda: bool(phone.settings.directory))
        for key in (Key.X, Key.OK, Key.UP, Key.UP, Key.OK, Key.UP, Key.OK):  # Settings: X in a call
            phone.device.press(key)
    kept = read_settings(path)
    assert [(each.name, each.number) for each in kept.directory] == [("A", "1")]
    assert kept.active_uri.x_key == "mute"


async def test_a_change_in_the_menu_and_a_key_at_the_same_time_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "phone.toml"
    async with running(path=path) as phone:
        for key in (Key.OK, Key.UP, Key.UP, Key.OK, Key.DOWN, Key.DOWN, Key.DOWN, Key.OK, Key.DIGIT_5, Key.OK):
            phone.device.press(key)  # Settings: voicemail 5
        await asyncio.sleep(0)
        phone.device.press(Key.DND_ON)  # while the file is being written
        await until(lambda: read_settings(path).features.dnd and bool(read_settings(path).features.voicemail))
        await until(lambda: read_settings(path) == phone.settings)
        assert phone.device.status.features.dnd


async def test_a_change_in_the_menu_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    async with running(path=folder / "phone.toml") as phone:
        (folder / "phone.toml").unlink()
        folder.rmdir()
        for key in (Key.OK, Key.UP, Key.UP, Key.OK, Key.UP, Key.OK):
            phone.device.press(key)
        await until(lambda: phone.notice.startswith("Something was changed at the phone, but not kept"))


async def test_a_programmable_key_sends_its_url(scene: Scene) -> None:
    phone = scene.phones[0]
    url = scene.console.url + "/door.xml?mac=$mac&user=$active_user"
    key = DssKey(position=3, type="action_url", value=url)
    await phone.change_settings(msgspec.structs.replace(phone.settings, dss_keys=[key]))
    await scene.command("key=D3")
    await until(lambda: f"/door.xml?mac={phone.settings.identity.mac}&user=" in scene.console.targets)
