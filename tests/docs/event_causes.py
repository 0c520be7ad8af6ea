"""What makes a phone report each of the 27 events: real causes, carried out on real phones over real HTTP.

`CAUSES` is the catalogue; `happen` carries one out and gives the request that the phone sent. docs/event-causes.md is
made of the answers (`scripts/event-causes`), and a test fails when they differ.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec

from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import FeatureSettings, ForwardSettings, PhoneSettings
from offhook.phone.settings_file import with_console
from offhook.phone.soft_keys import Situation
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.fakes.desk import LOGIN, changed, is_registered, phone_settings
from tests.fakes.scripted_console import ScriptedConsole
from tests.fakes.waiting import until

__all__ = ["CAUSES", "DOCUMENT", "Cause", "Desk", "all_requests", "document", "happen", "open_desk"]

DOCUMENT = Path(__file__).parents[2] / "docs" / "event-causes.md"
NAMES = {"1001": "Ann", "1002": "Bob", "1003": "Cleo"}


class Desk:
    """Three phones on one exchange; the console that Ann's reports to."""

    def __init__(self, console: ScriptedConsole) -> None:
        self.console = console
        self.calls = 0
        self.exchange = VirtualExchange(make_id=self._next_id)
        self.phones: dict[str, PhoneApp] = {}
        self.settings: dict[str, PhoneSettings] = {}
        for user, name in NAMES.items():
            settings = phone_settings(user, name=name)
            self.settings[user] = with_console(settings, console.url) if user == "1001" else settings
            self.exchange.add_subscriber(user, "pw", name)
            self.phones[user] = PhoneApp(self.settings[user], self.exchange.engine_for(user))

    def _next_id(self) -> str:
        self.calls += 1
        return f"call{self.calls}"

    @property
    def ann(self) -> PhoneApp:
        return self.phones["1001"]

    @property
    def bob(self) -> PhoneApp:
        return self.phones["1002"]

    @property
    def cleo(self) -> PhoneApp:
        return self.phones["1003"]

    async def ask(self, phone: PhoneApp, query: str) -> None:
        """Send one Active URI request, and wait until what follows from it at once has happened."""
        authorization = aiohttp.encode_basic_auth(LOGIN.user, LOGIN.password)
        async with aiohttp.ClientSession(headers={"Authorization": authorization}) as session:
            async with session.get(f"{phone.url}{ACTIVE_URI_PATH}?{query}") as answer:
                assert answer.status == 200, await answer.text()

    async def key(self, phone: PhoneApp, keys: str) -> None:
        """Press keys one after the other."""
        for key in keys.split(";"):
            await self.ask(phone, f"key={key}")
            await self.quiet()

    async def call(self, caller: PhoneApp, number: str) -> None:
        await self.ask(caller, f"number={number}")
        await self.quiet()

    async def talk(self, caller: PhoneApp, callee: PhoneApp) -> None:
        """Let two phones talk."""
        await self.call(caller, callee.settings.accounts[0].user)
        await self.key(callee, "OK")
        assert callee.device.status.situation is Situation.TALKING

    async def quiet(self) -> None:
        """Wait until nothing more follows by itself."""
        await until(lambda: not self.exchange.has_facts())

    async def edit(self, **parts: object) -> None:
        """Edit Ann's settings, as management page and provisioning do."""
        await self.ann.change_settings(changed(self.ann.settings, **parts))
        await self.quiet()

    async def forget(self) -> None:
        """Forget what was reported so far."""
        await until(lambda: not self.ann.sender.pending)
        self.console.targets.clear()

    async def reset(self) -> None:
        """Put everything back to where it was."""
        for phone in self.phones.values():
            phone.device.put_down()
        for user, phone in self.phones.items():
            if phone.settings != self.settings[user]:
                await phone.change_settings(self.settings[user])
        await until(lambda: all(is_registered(phone) and _is_idle(phone) for phone in self.phones.values()))
        await self.forget()
        self.calls = 0


def _is_idle(phone: PhoneApp) -> bool:
    situation = phone.device.status.situation
    if situation is not Situation.IDLE:
        phone.device.press(Key.X)
    return situation is Situation.IDLE and not phone.device.status.is_off_hook


@dataclass(frozen=True, slots=True)
class Cause:
    """One way to make Ann's phone report an event."""

    event: Event
    text: str
    carry_out: Callable[[Desk], Awaitable[None]]


CAUSES: list[Cause] = []
E_ = Event


def cause(event: Event, text: str) -> Callable[[Callable[[Desk], Awaitable[None]]], Callable[[Desk], Awaitable[None]]]:
    """Put a way into the catalogue."""

    def note(carry_out: Callable[[Desk], Awaitable[None]]) -> Callable[[Desk], Awaitable[None]]:
        CAUSES.append(Cause(event, text, carry_out))
        return carry_out

    return note


def by_keys(event: Event, text: str, keys: str) -> None:
    """Note a way that takes nothing but keys in standby."""

    @cause(event, text)
    async def _press(desk: Desk) -> None:
        await desk.key(desk.ann, keys)


def by_keys_in_a_talk(event: Event, text: str, keys: str) -> None:
    """Note a way that takes keys in a talk with Bob, who was called."""

    @cause(event, text)
    async def _press(desk: Desk) -> None:
        await desk.talk(desk.ann, desk.bob)
        await desk.key(desk.ann, keys)


by_keys(E_.OFF_HOOK, "`Speaker` in standby", "Speaker")


@cause(E_.OFF_HOOK, "the handset is lifted")
async def _lift(desk: Desk) -> None:
    desk.ann.device.lift()


@cause(E_.OFF_HOOK, "a call that rings is answered with `OK`")
@cause(E_.ESTABLISHED, "a call that rings is answered with `OK`")
async def _answer(desk: Desk) -> None:
    await desk.call(desk.bob, "1001")
    await desk.key(desk.ann, "OK")


by_keys(E_.ON_HOOK, "`Speaker`, then `X`", "Speaker;X")


@cause(E_.ON_HOOK, "the other party hangs up")
@cause(E_.TERMINATED, "the other party hangs up")
@cause(E_.BUSY_TO_IDLE, "the other party hangs up")
async def _other_hangs_up(desk: Desk) -> None:
    await desk.talk(desk.ann, desk.bob)
    await desk.key(desk.bob, "X")


@cause(E_.ON_HOOK, "the handset is put down")
async def _put_down(desk: Desk) -> None:
    desk.ann.device.lift()
    desk.ann.device.put_down()


@cause(E_.OUTGOING, "a number is dialled in one request")
async def _dial(desk: Desk) -> None:
    await desk.call(desk.ann, "1002")


by_keys(E_.OUTGOING, "a number is typed and sent with `OK`", "1;0;0;2;OK")


@cause(E_.OUTGOING, "`RD` calls the last number again")
async def _redial(desk: Desk) -> None:
    desk.ann.device.panel.last_number = "1003"
    await desk.key(desk.ann, "RD")


@cause(E_.INCOMING, "somebody calls")
@cause(E_.IDLE_TO_BUSY, "somebody calls")
async def _somebody_calls(desk: Desk) -> None:
    await desk.call(desk.bob, "1001")


@cause(E_.INCOMING, "a call for another number is forwarded here")
async def _forwarded_here(desk: Desk) -> None:
    forward = FeatureSettings(always=ForwardSettings(is_on=True, target="1001"))
    await desk.cleo.change_settings(changed(desk.cleo.settings, features=forward))
    await desk.call(desk.bob, "1003")


@cause(E_.ESTABLISHED, "the called party answers")
async def _they_answer(desk: Desk) -> None:
    await desk.talk(desk.ann, desk.bob)


by_keys_in_a_talk(E_.TERMINATED, "`X` in a call", "X")


@cause(E_.TERMINATED, "a call that rings is rejected with `X`")
async def _reject(desk: Desk) -> None:
    await desk.call(desk.bob, "1001")
    await desk.key(desk.ann, "X")


@cause(E_.TERMINATED, "the called number does not exist")
async def _unknown_number(desk: Desk) -> None:
    await desk.call(desk.ann, "7777")


@cause(E_.MISSED, "the caller gives up")
@cause(E_.BUSY_TO_IDLE, "a caller gives up")
async def _caller_gives_up(desk: Desk) -> None:
    await desk.call(desk.bob, "1001")
    await desk.key(desk.bob, "X")


@cause(E_.MISSED, "a caller gives up while another call is talked on")
async def _waiting_caller_gives_up(desk: Desk) -> None:
    await desk.talk(desk.ann, desk.bob)
    await desk.call(desk.cleo, "1001")
    await desk.key(desk.cleo, "X")


by_keys(E_.DND_ON, "`DNDOn`", "DNDOn")
by_keys(E_.DND_ON, "the soft key `F2` (DND) in standby", "F2")
by_keys(E_.DND_OFF, "`DNDOff`", "DNDOn;DNDOff")
by_keys(E_.DND_OFF, "the soft key `F2` (DND) once more", "F2;F2")

_FORWARDS = {
    "always": (E_.ALWAYS_FORWARD_ON, E_.ALWAYS_FORWARD_OFF),
    "busy": (E_.BUSY_FORWARD_ON, E_.BUSY_FORWARD_OFF),
    "no_answer": (E_.NO_ANSWER_FORWARD_ON, E_.NO_ANSWER_FORWARD_OFF),
}


def _changed(**parts: ForwardSettings) -> FeatureSettings:
    return msgspec.structs.replace(FeatureSettings(), **parts)


def _forward(name: str, *, is_on: bool) -> FeatureSettings:
    return _changed(**{name: ForwardSettings(is_on=is_on, target="1003")})


def by_settings(name: str, on: Event, off: Event) -> None:
    """Note how the settings turn a feature on and off."""

    @cause(on, "the settings are edited (management page, provisioning)")
    async def _on(desk: Desk) -> None:
        await desk.edit(features=_forward(name, is_on=True))

    @cause(off, "the settings are edited (management page, provisioning)")
    async def _off(desk: Desk) -> None:
        await desk.edit(features=_forward(name, is_on=True))
        await desk.edit(features=_forward(name, is_on=False))


for _row, (_name, (_on_event, _off_event)) in enumerate(_FORWARDS.items(), start=1):
    by_settings(_name, _on_event, _off_event)
    _menu = ";".join(["OK;DOWN;DOWN;OK", *["DOWN"] * _row, "OK;OK;1003;OK"])
    by_keys(_on_event, "the menu: Features, the forward, a number", _menu)
    by_keys(_off_event, "the menu: the forward is turned off again", f"{_menu};OK")

by_keys_in_a_talk(E_.HOLD, "`F_HOLD` in a call", "F_HOLD")
by_keys_in_a_talk(E_.HOLD, "`F_TRANSFER` in a call", "F_TRANSFER")


@cause(E_.HOLD, "a waiting call is answered")
async def _answer_waiting(desk: Desk) -> None:
    await desk.talk(desk.ann, desk.bob)
    await desk.call(desk.cleo, "1001")
    await desk.key(desk.ann, "OK")


by_keys_in_a_talk(E_.UNHOLD, "`F_HOLD` once more", "F_HOLD;F_HOLD")
by_keys_in_a_talk(E_.UNHOLD, "`X` takes a transfer back", "F_TRANSFER;X")


@cause(E_.UNHOLD, "the target refuses a blind transfer")
async def _refused_transfer(desk: Desk) -> None:
    await desk.talk(desk.ann, desk.bob)
    await desk.key(desk.ann, "F_TRANSFER;1003;F_TRANSFER")
    await desk.key(desk.cleo, "X")


@cause(E_.REGISTERED, "the phone starts")
@cause(E_.SETUP_COMPLETED, "the phone starts")
async def _start(desk: Desk) -> None:
    await desk.ann.stop()
    await desk.forget()
    desk.phones["1001"] = PhoneApp(desk.settings["1001"], desk.exchange.engine_for("1001"))
    await desk.ann.start()


@cause(E_.REGISTERED, "an account is added")
async def _add_account(desk: Desk) -> None:
    desk.exchange.add_subscriber("1009", "pw", "Second")
    accounts = [*desk.ann.settings.accounts, *phone_settings("1009", name="Second").accounts]
    await desk.edit(accounts=accounts)


def _with_account(desk: Desk, **parts: object) -> list[object]:
    return [msgspec.structs.replace(desk.ann.settings.accounts[0], **parts)]


@cause(E_.REGISTRATION_FAILED, "the password is wrong")
async def _wrong_password(desk: Desk) -> None:
    await desk.edit(accounts=_with_account(desk, user="1003", password="wrong"))


@cause(E_.REGISTRATION_FAILED, "the registrar does not know the number")
async def _unknown_account(desk: Desk) -> None:
    await desk.edit(accounts=_with_account(desk, user="9999"))


@cause(E_.REGISTRATION_FAILED, "the registrar does not answer")
async def _no_registrar(desk: Desk) -> None:
    await desk.edit(accounts=_with_account(desk, host="192.0.2.1"))


@cause(E_.UNREGISTERED, "an account is turned off")
async def _account_off(desk: Desk) -> None:
    await desk.edit(accounts=_with_account(desk, is_enabled=False))


@cause(E_.UNREGISTERED, "`Reboot`")
@cause(E_.SETUP_COMPLETED, "`Reboot`")
async def _reboot(desk: Desk) -> None:
    before = desk.ann.device
    await desk.ask(desk.ann, "key=Reboot")
    await until(lambda: desk.ann.device is not before and not desk.ann.is_restarting)


by_keys_in_a_talk(E_.TRANSFER, "`F_TRANSFER` in a call", "F_TRANSFER")
by_keys_in_a_talk(E_.TRANSFER, "`F_TRANSFER` with a held call", "F_HOLD;F_TRANSFER")


def by_transfer(event: Event, text: str, keys: str, *, then: str = "") -> None:
    """Note a transfer of Bob to Cleo: keys, Cleo answers, further keys."""

    @cause(event, text)
    async def _transfer(desk: Desk) -> None:
        await desk.talk(desk.ann, desk.bob)
        await desk.key(desk.ann, keys)
        await desk.key(desk.cleo, "OK")
        if then:
            await desk.key(desk.ann, then)


by_transfer(
    E_.BLIND_TRANSFER, "`F_TRANSFER`, a number, `F_TRANSFER`; then the target answers", "F_TRANSFER;1003;F_TRANSFER"
)
by_transfer(E_.BLIND_TRANSFER, "the soft keys `F2` (Transfer), a number, `F2`; then the target answers", "F2;1003;F2")
by_transfer(
    E_.ATTENDED_TRANSFER, "a consultation, `F_TRANSFER` when the target talks", "F_TRANSFER;1003;OK", then="F_TRANSFER"
)
by_transfer(
    E_.ATTENDED_TRANSFER,
    "a consultation, `F_TRANSFER` while the target rings; then it answers",
    "F_TRANSFER;1003;OK;F_TRANSFER",
)
by_transfer(
    E_.ATTENDED_TRANSFER,
    "`X` leaves a conference: the two others go on",
    "F_TRANSFER;1003;OK",
    then="F_CONFERENCE;X",
)
by_keys(E_.IDLE_TO_BUSY, "`Speaker` in standby", "Speaker")


@cause(E_.IP_CHANGED, "the address in the settings is edited")
async def _another_address(desk: Desk) -> None:
    await desk.edit(network=msgspec.structs.replace(desk.ann.settings.network, address="127.0.0.2"))


@cause(E_.IP_CHANGED, "the phone finds out that its address (`auto`) is another one")
async def _found_address(desk: Desk) -> None:
    await _another_address(desk)
    await desk.forget()
    await desk.edit(network=msgspec.structs.replace(desk.ann.settings.network, address="auto"))


async def happen(desk: Desk, each: Cause) -> str:
    """Carry one out; gives the one request that the event caused."""
    await desk.reset()
    await each.carry_out(desk)
    path = f"/{each.event.value}.xml?"

    def requests() -> list[str]:
        return [target for target in desk.console.targets if target.startswith(path)]

    try:
        await until(requests)
    except TimeoutError:
        raise AssertionError(f"{each.text}: no {each.event.title}, but {desk.console.names}") from None
    await until(lambda: not desk.ann.sender.pending)
    (request,) = requests()
    return request


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """Start console and phones."""
    async with ScriptedConsole() as console:
        desk = Desk(console)
        for phone in desk.phones.values():
            await phone.start()
        try:
            yield desk
        finally:
            await asyncio.gather(*(phone.stop() for phone in desk.phones.values()))


async def all_requests() -> list[str]:
    """Carry every cause out, one after the other."""
    async with open_desk() as desk:
        return [await happen(desk, each) for each in CAUSES]


def document(requests: Sequence[str]) -> str:
    """Write docs/event-causes.md.

    Args:
        requests: What each of `CAUSES` made the phone send.
    """
    lines = [_HEAD, "| # | Event | Reported when |", "|---|---|---|"]
    for number, event in enumerate(Event, 1):
        causes = "; ".join(each.text for each in CAUSES if each.event is event)
        lines.append(f"| {number} | {event.title} | {causes} |")
    lines.append("\n## The requests")
    for number, event in enumerate(Event, 1):
        lines.append(f"\n### {number}. {event.title}\n")
        for each, request in zip(CAUSES, requests, strict=True):
            if each.event is event:
                lines.append(f"- {each.text[0].upper()}{each.text[1:]}:\n  `GET {request}`")
    return "\n".join(lines) + "\n"


_HEAD = """# What makes a phone report, and what it sends

Made by `scripts/event-causes` from `tests/docs/event_causes.py`, which carries every cause out on real phones over HTTP
and writes down the request that follows; a test does it again. There are more causes than these.

The phone is Ann's, number 1001; Bob has 1002 and Cleo 1003. Every event has the template of
[events.md](events.md): all twelve variables. A variable that says nothing at that moment is empty.
"""
