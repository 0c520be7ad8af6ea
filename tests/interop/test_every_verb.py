"""Every verb of the API at phones of ours, by each of the three ways to ask for it, with how it has to end.

One story that has every verb in it is told three times. A verb that a report can prove ends as confirmed, with its
proof; any other as unconfirmed, and then what it did is looked up at the phone itself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest

from offhook.cli.main import build_parser
from offhook.cli.printing import Printer
from offhook.cli.remote import carry_out
from offhook.console_api.resources import Command, CommandState, Transfer, Verb
from offhook.phone.app import PhoneApp
from offhook.phone.device import PhoneDevice
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.keypad import AudioPath
from offhook.phone.settings import Account, FeatureSettings, Identity, Network, PhoneSettings
from offhook.phone.settings_file import with_console
from offhook.sdk import ConsoleClient
from tests.console.running_console import RunningConsole, running_console
from tests.fakes.waiting import until

pytestmark = [pytest.mark.interop, pytest.mark.timeout(60)]

A, B, C = "1001", "1002", "1003"
MACS = {extension: f"02000f00{extension}" for extension in (A, B, C)}

EXPECTED: dict[Verb, CommandState] = {
    Verb.DIAL: CommandState.CONFIRMED,
    Verb.ANSWER: CommandState.CONFIRMED,
    Verb.REJECT: CommandState.CONFIRMED,
    Verb.HANG_UP: CommandState.CONFIRMED,
    Verb.HOLD: CommandState.CONFIRMED,
    Verb.RETRIEVE: CommandState.CONFIRMED,
    Verb.SEND_DIGITS: CommandState.UNCONFIRMED,
    Verb.BLIND_TRANSFER: CommandState.CONFIRMED,
    Verb.ATTENDED_TRANSFER: CommandState.CONFIRMED,
    Verb.COMPLETE_TRANSFER: CommandState.CONFIRMED,
    Verb.CANCEL_TRANSFER: CommandState.CONFIRMED,
    Verb.CONFERENCE: CommandState.CONFIRMED,
    Verb.SET_MIC: CommandState.UNCONFIRMED,
    Verb.SET_DND: CommandState.CONFIRMED,
    Verb.SET_FORWARDING: CommandState.CONFIRMED,
    Verb.CHANGE_VOLUME: CommandState.UNCONFIRMED,
    Verb.SET_AUDIO_PATH: CommandState.UNCONFIRMED,
    Verb.REDIAL: CommandState.CONFIRMED,
    Verb.VOICEMAIL: CommandState.CONFIRMED,
    Verb.PRESS_LINE: CommandState.UNCONFIRMED,
    Verb.PRESS_DSS: CommandState.UNCONFIRMED,
    Verb.PRESS_SOFT: CommandState.UNCONFIRMED,
    Verb.NAVIGATE: CommandState.UNCONFIRMED,
    Verb.PRESS_KEYS: CommandState.UNCONFIRMED,
    Verb.RESTART: CommandState.CONFIRMED,
    Verb.PROVISION: CommandState.UNCONFIRMED,
}


class Way(Protocol):
    """One way to ask for something."""

    async def ask(self, verb: Verb, phone: str, call: str, given: dict[str, Any]) -> Command:
        """Ask, and give the command as it was accepted."""


@dataclass
class ByRest:
    console: RunningConsole

    async def ask(self, verb: Verb, phone: str, call: str, given: dict[str, Any]) -> Command:
        method, path, body = _REST[verb](f"/phones/{phone}", f"/calls/{call}", phone, call, given)
        status, answer = await self.console.ask(method, path, body)
        assert status == 202, answer
        return msgspec.convert(answer.get("command", answer), Command)


_Request = tuple[str, str, dict[str, Any] | None]
_REST: dict[Verb, Callable[[str, str, str, str, dict[str, Any]], _Request]] = {
    Verb.DIAL: lambda at, on, phone, call, given: ("POST", "/calls", {"phone": phone, **given}),
    Verb.ANSWER: lambda at, on, phone, call, given: ("POST", f"{on}/answer", {"phone": phone}),
    Verb.REJECT: lambda at, on, phone, call, given: ("POST", f"{on}/reject", {"phone": phone}),
    Verb.HANG_UP: lambda at, on, phone, call, given: ("DELETE", f"{on}/connections/{call}:{phone}", None),
    Verb.HOLD: lambda at, on, phone, call, given: ("PUT", f"{on}/hold", {"held": True, "phone": phone}),
    Verb.RETRIEVE: lambda at, on, phone, call, given: ("PUT", f"{on}/hold", {"held": False, "phone": phone}),
    Verb.SEND_DIGITS: lambda at, on, phone, call, given: ("POST", f"{on}/digits", {"phone": phone, **given}),
    Verb.BLIND_TRANSFER: lambda at, on, phone, call, given: (
        "POST",
        "/transfers",
        {"call": call, "phone": phone, "flow": "blind", **given},
    ),
    Verb.ATTENDED_TRANSFER: lambda at, on, phone, call, given: (
        "POST",
        "/transfers",
        {"call": call, "phone": phone, "flow": "attended", **given},
    ),
    Verb.COMPLETE_TRANSFER: lambda at, on, phone, call, given: (
        "POST",
        f"/transfers/{given['transfer']}/complete",
        None,
    ),
    Verb.CANCEL_TRANSFER: lambda at, on, phone, call, given: ("DELETE", f"/transfers/{given['transfer']}", None),
    Verb.CONFERENCE: lambda at, on, phone, call, given: (
        "POST",
        "/conferences",
        {"calls": [call, given["other"]], "phone": phone},
    ),
    Verb.SET_MIC: lambda at, on, phone, call, given: ("PUT", f"{at}/mic", given),
    Verb.SET_DND: lambda at, on, phone, call, given: ("PUT", f"{at}/dnd", given),
    Verb.SET_FORWARDING: lambda at, on, phone, call, given: (
        "PUT",
        f"{at}/forwarding/{given['kind']}",
        {name: value for name, value in given.items() if name != "kind"},
    ),
    Verb.CHANGE_VOLUME: lambda at, on, phone, call, given: ("POST", f"{at}/volume", given),
    Verb.SET_AUDIO_PATH: lambda at, on, phone, call, given: ("PUT", f"{at}/audio-path", given),
    Verb.REDIAL: lambda at, on, phone, call, given: ("POST", f"{at}/redial", None),
    Verb.VOICEMAIL: lambda at, on, phone, call, given: ("POST", f"{at}/voicemail", None),
    Verb.PRESS_LINE: lambda at, on, phone, call, given: ("POST", f"{at}/lines/{given['number']}/press", None),
    Verb.PRESS_DSS: lambda at, on, phone, call, given: ("POST", f"{at}/keys/dss/{given['number']}", None),
    Verb.PRESS_SOFT: lambda at, on, phone, call, given: ("POST", f"{at}/keys/soft/{given['number']}", None),
    Verb.NAVIGATE: lambda at, on, phone, call, given: ("POST", f"{at}/keys/nav", given),
    Verb.PRESS_KEYS: lambda at, on, phone, call, given: ("POST", f"{at}/keys", given),
    Verb.RESTART: lambda at, on, phone, call, given: ("POST", f"{at}/restart", None),
    Verb.PROVISION: lambda at, on, phone, call, given: ("POST", f"{at}/provision", None),
}


@dataclass
class BySdk:
    client: ConsoleClient

    async def ask(self, verb: Verb, phone: str, call: str, given: dict[str, Any]) -> Command:
        accepted = await _SDK[verb](self.client, phone, call, given)
        return accepted.command if isinstance(accepted, Transfer) else accepted


_SDK: dict[Verb, Callable[[ConsoleClient, str, str, dict[str, Any]], Awaitable[Command | Transfer]]] = {
    Verb.DIAL: lambda client, phone, call, given: client.dial(phone, given["number"]),
    Verb.ANSWER: lambda client, phone, call, given: client.answer(call, phone=phone),
    Verb.REJECT: lambda client, phone, call, given: client.reject(call, phone=phone),
    Verb.HANG_UP: lambda client, phone, call, given: client.hang_up(call, phone),
    Verb.HOLD: lambda client, phone, call, given: client.hold(call, held=True, phone=phone),
    Verb.RETRIEVE: lambda client, phone, call, given: client.hold(call, held=False, phone=phone),
    Verb.SEND_DIGITS: lambda client, phone, call, given: client.send_digits(call, given["digits"], phone=phone),
    Verb.BLIND_TRANSFER: lambda client, phone, call, given: client.transfer(call, given["target"], phone=phone),
    Verb.ATTENDED_TRANSFER: lambda client, phone, call, given: client.transfer(
        call, given["target"], attended=True, phone=phone
    ),
    Verb.COMPLETE_TRANSFER: lambda client, phone, call, given: client.complete_transfer(given["transfer"]),
    Verb.CANCEL_TRANSFER: lambda client, phone, call, given: client.cancel_transfer(given["transfer"]),
    Verb.CONFERENCE: lambda client, phone, call, given: client.conference(call, given["other"], phone=phone),
    Verb.SET_MIC: lambda client, phone, call, given: client.set_mic(phone, **given),
    Verb.SET_DND: lambda client, phone, call, given: client.set_dnd(phone, **given),
    Verb.SET_FORWARDING: lambda client, phone, call, given: client.set_forwarding(phone, **given),
    Verb.CHANGE_VOLUME: lambda client, phone, call, given: client.change_volume(phone, **given),
    Verb.SET_AUDIO_PATH: lambda client, phone, call, given: client.set_audio_path(phone, **given),
    Verb.REDIAL: lambda client, phone, call, given: client.redial(phone),
    Verb.VOICEMAIL: lambda client, phone, call, given: client.voicemail(phone),
    Verb.PRESS_LINE: lambda client, phone, call, given: client.press_line(phone, **given),
    Verb.PRESS_DSS: lambda client, phone, call, given: client.press_dss(phone, **given),
    Verb.PRESS_SOFT: lambda client, phone, call, given: client.press_soft(phone, **given),
    Verb.NAVIGATE: lambda client, phone, call, given: client.navigate(phone, **given),
    Verb.PRESS_KEYS: lambda client, phone, call, given: client.press_keys(phone, **given),
    Verb.RESTART: lambda client, phone, call, given: client.restart(phone),
    Verb.PROVISION: lambda client, phone, call, given: client.provision(phone),
}


@dataclass
class ByCli:
    client: ConsoleClient
    capsys: pytest.CaptureFixture[str]

    async def ask(self, verb: Verb, phone: str, call: str, given: dict[str, Any]) -> Command:
        first, *rest = _CLI[verb](given)
        words = [*first.split(), phone[-4:], *rest, "--no-wait", "--json"]
        if verb in _OF_A_CALL:
            words += ["--call", call]
        arguments = build_parser().parse_args(words)
        self.capsys.readouterr()
        code = await carry_out(self.client, arguments, Printer(is_json=True))
        out = self.capsys.readouterr().out
        assert code == 0, out
        if verb in (Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER):
            return msgspec.json.decode(out, type=Transfer).command
        return msgspec.json.decode(out, type=Command)


_OF_A_CALL = (
    Verb.ANSWER,
    Verb.REJECT,
    Verb.HANG_UP,
    Verb.HOLD,
    Verb.RETRIEVE,
    Verb.SEND_DIGITS,
    Verb.BLIND_TRANSFER,
    Verb.ATTENDED_TRANSFER,
)
_ON = {True: "on", False: "off"}
_CLI: dict[Verb, Callable[[dict[str, Any]], list[str]]] = {
    Verb.DIAL: lambda given: ["dial", given["number"]],
    Verb.ANSWER: lambda given: ["answer"],
    Verb.REJECT: lambda given: ["reject"],
    Verb.HANG_UP: lambda given: ["hangup"],
    Verb.HOLD: lambda given: ["hold"],
    Verb.RETRIEVE: lambda given: ["resume"],
    Verb.SEND_DIGITS: lambda given: ["digits", given["digits"]],
    Verb.BLIND_TRANSFER: lambda given: ["transfer blind", given["target"]],
    Verb.ATTENDED_TRANSFER: lambda given: ["transfer attended", given["target"]],
    Verb.COMPLETE_TRANSFER: lambda given: ["transfer complete"],
    Verb.CANCEL_TRANSFER: lambda given: ["transfer cancel"],
    Verb.CONFERENCE: lambda given: ["conference"],
    Verb.SET_MIC: lambda given: ["mic", "mute" if given["muted"] else "unmute"],
    Verb.SET_DND: lambda given: ["dnd", _ON[given["on"]]],
    Verb.SET_FORWARDING: lambda given: [
        "forward",
        given["kind"].replace("_", "-"),
        _ON[given["on"]],
        *([given["target"]] if given["on"] else []),
    ],
    Verb.CHANGE_VOLUME: lambda given: ["volume", str(given["delta"])],
    Verb.SET_AUDIO_PATH: lambda given: ["audio", given["path"]],
    Verb.REDIAL: lambda given: ["redial"],
    Verb.VOICEMAIL: lambda given: ["voicemail"],
    Verb.PRESS_LINE: lambda given: ["line", str(given["number"])],
    Verb.PRESS_DSS: lambda given: ["dss", str(given["number"])],
    Verb.PRESS_SOFT: lambda given: ["soft", str(given["number"])],
    Verb.NAVIGATE: lambda given: ["nav", given["direction"]],
    Verb.PRESS_KEYS: lambda given: ["keys", *given["keys"]],
    Verb.RESTART: lambda given: ["restart"],
    Verb.PROVISION: lambda given: ["provision"],
}
"""The words of a command line, but for the phone after the first, and the flags."""


@dataclass
class Scene:
    """Three phones, their console, and one way to ask."""

    console: RunningConsole
    phones: dict[str, PhoneApp]
    way: Way
    ended: dict[Verb, set[CommandState]] = field(default_factory=dict)

    async def start(self, verb: Verb, extension: str, call: str = "", **given: Any) -> Command:
        """Ask, and do not wait."""
        self._mark = len(self.console.events)
        return await self.way.ask(verb, MACS[extension], call, given)

    async def end(self, accepted: Command) -> Command:
        """Wait until a command has ended; note how."""
        command = await self.console.ended(accepted.id)
        self.ended.setdefault(command.verb, set()).add(command.state)
        assert (command.proof is not None) is (command.state is CommandState.CONFIRMED), command
        assert {request.status for request in command.requests} == {200}, command
        return command

    async def do(self, verb: Verb, extension: str, call: str = "", **given: Any) -> Command:
        """Ask, and wait for the end."""
        return await self.end(await self.start(verb, extension, call, **given))

    async def happened(self, type_: str, extension: str, *, but: str = "") -> str:
        """Wait for what the last wish leads to at a phone, in another call than ``but``; gives the call."""
        mark, phone = self._mark, MACS[extension]
        event = await self.console.until(
            lambda event: (
                (event.type, event.phone) == (type_, phone)
                and event.call != but
                and event in self.console.events[mark:]
            )
        )
        return event.call or ""

    async def left_to(self, extension: str, before: str) -> str:
        """Wait until another party took the place of the one of call ``before``; gives the call they talk on."""
        call = await self.happened("call.established", extension, but=before)
        connection = f"{before}:{MACS[extension]}"
        await self.console.until(
            lambda event: event.type == "call.connection_cleared" and event.connection == connection
        )
        return call

    async def talk(self) -> str:
        """1001 calls 1002, which answers."""
        await self.do(Verb.DIAL, A, number=B)
        call = await self.happened("call.delivered", B)
        await self.do(Verb.ANSWER, B, call)
        await self.happened("call.established", A)
        return call

    async def consult(self, call: str) -> tuple[str, str]:
        """1001 calls 1003, to transfer the call; gives the transfer and the call to 1003."""
        transfer = await self.do(Verb.ATTENDED_TRANSFER, A, call, target=C)
        return transfer.id, await self.happened("call.delivered", C)

    async def all_idle(self) -> None:
        """Wait until no phone has a call, and the console knows it."""
        for extension, phone in self.phones.items():
            await until(lambda phone=phone: not phone.device.status.calls)  # type: ignore[misc]
            known = len(self.console.events)
            while (await self.console.ask("GET", f"/phones/{MACS[extension]}"))[1]["state"] != "idle":
                await self.another_event(known)
                known = len(self.console.events)

    async def another_event(self, known: int) -> None:
        """Wait until the feed has told more than so many events."""
        await self.console.until(lambda _: len(self.console.events) > known)


@pytest.fixture(params=["rest", "sdk", "cli"])
async def scene(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Scene]:
    exchange = VirtualExchange()
    phones: dict[str, PhoneApp] = {}
    async with running_console(tmp_path, confirm_timeout_s=10.0, command_timeout_s=10.0) as console:
        try:
            for extension, mac in MACS.items():
                exchange.add_subscriber(extension, "secret", f"Phone {extension}")
                settings = PhoneSettings(
                    identity=Identity(mac=mac),
                    network=Network(http_port=0),
                    accounts=[Account(user=extension, host="127.0.0.1", password="secret")],
                    features=FeatureSettings(voicemail=C),
                )
                phone = PhoneApp(with_console(settings, console.app.listener_url), exchange.engine_for(mac))
                await phone.start()
                phones[extension] = phone
                setup = {
                    "name": f"Phone {extension}",
                    "extension": extension,
                    "account": f"{extension}@127.0.0.1",
                    "control_url": phone.url,
                    "control_password": "admin",
                }
                assert (await console.ask("PUT", f"/phones/{mac}", setup))[0] == 200
            for mac in MACS.values():
                await console.until(lambda event, mac=mac: event.type == "line.registered" and event.phone == mac)  # type: ignore[misc]
            async with ConsoleClient(console.app.api_url, console.token) as client:
                ways: dict[str, Way] = {
                    "rest": ByRest(console),
                    "sdk": BySdk(client),
                    "cli": ByCli(client, capsys),
                }
                yield Scene(console, phones, ways[request.param])
        finally:
            await asyncio.gather(*(phone.stop() for phone in phones.values()))


async def test_every_verb_ends_as_it_has_to(scene: Scene) -> None:
    await one_call(scene)
    await two_calls(scene)
    await transfers(scene)
    await features_and_keys(scene)
    assert scene.ended == {verb: {state} for verb, state in EXPECTED.items()}
    assert set(EXPECTED) == set(Verb), "every verb is there"


def muted_calls(phone: PhoneDevice) -> int:
    return sum(call.is_muted for call in phone.status.calls)


async def one_call(scene: Scene) -> None:
    phone = scene.phones[A].device
    call = await scene.talk()
    await scene.do(Verb.SEND_DIGITS, A, call, digits="4#")
    await scene.do(Verb.SET_MIC, A, muted=True)
    assert muted_calls(phone) == 1
    await scene.do(Verb.SET_MIC, A, muted=False)
    assert muted_calls(phone) == 0
    await scene.do(Verb.SET_AUDIO_PATH, A, path="headset")
    assert phone.status.audio_path is AudioPath.HEADSET
    before = phone.status.volume
    await scene.do(Verb.CHANGE_VOLUME, A, delta=-2)
    assert phone.status.volume == before - 2
    await scene.do(Verb.HOLD, A, call)
    await scene.do(Verb.RETRIEVE, A, call)
    await scene.do(Verb.HANG_UP, A, call)
    await scene.all_idle()
    await scene.do(Verb.DIAL, A, number=B)
    await scene.do(Verb.REJECT, B, await scene.happened("call.delivered", B))
    await scene.all_idle()


async def two_calls(scene: Scene) -> None:
    call = await scene.talk()
    transfer, _ = await scene.consult(call)
    await scene.do(Verb.CANCEL_TRANSFER, A, call, transfer=transfer)
    transfer, other = await scene.consult(call)
    await scene.do(Verb.ANSWER, C, other)
    await scene.happened("call.established", A)
    await scene.do(Verb.CONFERENCE, A, call, other=other)
    assert [each.is_in_conference for each in scene.phones[A].device.status.calls] == [True, True]
    await scene.do(Verb.HANG_UP, A, call)
    await scene.do(Verb.HANG_UP, B, await scene.left_to(B, call))
    await scene.all_idle()


async def transfers(scene: Scene) -> None:
    call = await scene.talk()
    blind = await scene.start(Verb.BLIND_TRANSFER, A, call, target=C)
    moved = await scene.happened("call.delivered", C)
    await scene.do(Verb.ANSWER, C, moved)
    await scene.end(blind)
    await scene.do(Verb.HANG_UP, C, moved)
    await scene.all_idle()

    call = await scene.talk()
    transfer, other = await scene.consult(call)
    await scene.do(Verb.ANSWER, C, other)
    await scene.happened("call.established", A)
    await scene.do(Verb.COMPLETE_TRANSFER, A, call, transfer=transfer)
    await scene.do(Verb.HANG_UP, C, await scene.left_to(C, other))
    await scene.all_idle()


async def features_and_keys(scene: Scene) -> None:
    phone = scene.phones[A].device
    for is_on in (True, False):
        await scene.do(Verb.SET_DND, A, on=is_on)
        assert phone.status.features.dnd is is_on
        for kind in ("always", "busy", "no_answer"):
            await scene.do(Verb.SET_FORWARDING, A, kind=kind, on=is_on, **({"target": C} if is_on else {}))
            assert getattr(phone.status.features, kind).is_on is is_on
    for verb in (Verb.REDIAL, Verb.VOICEMAIL):
        placed = await scene.do(verb, A)
        await scene.happened("call.delivered", C)  # whom 1001 called last, and who takes its messages
        await scene.do(Verb.HANG_UP, A, placed.call or "")
        await scene.all_idle()
    for verb, given in (
        (Verb.PRESS_LINE, {"number": 1}),  # off hook
        (Verb.PRESS_KEYS, {"keys": ["X"]}),  # and on again
        (Verb.PRESS_DSS, {"number": 10}),
        (Verb.PRESS_SOFT, {"number": 1}),
        (Verb.PRESS_KEYS, {"keys": ["X"]}),
        (Verb.NAVIGATE, {"direction": "up"}),
        (Verb.PRESS_KEYS, {"keys": ["X"]}),
        (Verb.PROVISION, {}),
    ):
        await scene.do(verb, A, **given)
    await scene.do(Verb.RESTART, A)
