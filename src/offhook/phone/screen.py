"""The phone's face as values: what screen, soft keys and lamps show at one moment. Pure.

Whoever draws the phone, in a browser or on a terminal, draws a `Screen` and nothing else, so all faces say the same.
At most `SHOWN_LINES` lines are given, those around the selected one. Lamps carry words, for people who cannot see them.
Source: DOC §3.2 (soft keys, navigation keys, line keys, DSS keys); the display of the phones of this family.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from offhook.callmodel.connection import ConnectionState
from offhook.callmodel.registration import RegistrationState
from offhook.phone.keypad import KEYPAD, LINE_KEYS, AudioPath
from offhook.phone.menu import PageView
from offhook.phone.soft_keys import Action, Situation
from offhook.phone.status import AccountStatus, CallStatus, PhoneStatus
from offhook.protocol.keys import Key

__all__ = ["SHOWN_LINES", "Colour", "KeyLamp", "Lamp", "Screen", "ScreenLine", "clock", "line_lamp", "show"]

SHOWN_LINES = 6
"""As many as the small displays of these phones have."""
Colour = Literal["green", "red", "amber"]

_C, _S = ConnectionState, Situation


class Lamp(StrEnum):
    """How a lamp burns."""

    OFF = "off"
    ON = "on"
    BLINKING = "blinking"


@dataclass(frozen=True, slots=True)
class KeyLamp:
    """A key with a lamp in it."""

    key: Key
    label: str
    lamp: Lamp
    colour: Colour
    meaning: str
    """The lamp in words: "Line 1, 1001 Anna, in use"."""


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """One line of the screen."""

    text: str
    detail: str = ""
    """What stands at its right end: a time, a value."""
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """Everything a face shows."""

    title: str
    lines: tuple[ScreenLine, ...]
    """At most `SHOWN_LINES`."""
    notice: str
    """Something worth saying, until something else is; "" for nothing."""
    soft_keys: tuple[str, str, str, str]
    """Labels of `F1`-`F4`; "" where the key does nothing."""
    line_keys: tuple[KeyLamp, ...]
    """`L1`-`L8`, those that have an account."""
    dss_keys: tuple[KeyLamp, ...]
    """`D1`-`D10`, all ten."""
    message_lamp: Lamp
    """Blinks while there are missed calls that nobody has looked at."""
    is_off_hook: bool
    is_muted: bool
    audio_path: AudioPath
    volume: int
    situation: Situation
    hint: str
    """What the confirm key would do now: "OK: answer"; "" for nothing."""


_TITLES: dict[Situation, str] = {
    _S.DIALLING: "Enter a number",
    _S.CALLING: "Calling",
    _S.RINGING: "Incoming call",
    _S.CALL_WAITING: "Another call",
    _S.TALKING: "In a call",
    _S.HELD: "On hold",
    _S.CONFERENCE: "Conference",
    _S.TRANSFER_COLLECTING: "Transfer to",
    _S.CONSULTING: "Consultation",
    _S.TRANSFERRING: "Transferring",
    _S.ENDING: "Ending",
}
"""What is going on; where this says nothing, the title is the phone's own name."""

_HINTS: dict[Action, str] = {
    Action.OPEN_MENU: "OK: menu",
    Action.GO_ON_HOOK: "OK: on hook",
    Action.SEND_NUMBER: "OK: call",
    Action.ANSWER: "OK: answer",
    Action.RETRIEVE: "OK: resume",
    Action.CONSULT: "OK: call and ask",
}

_STATES: dict[ConnectionState, str] = {
    _C.NULL: "",
    _C.INITIATED: "calling",
    _C.ALERTING: "ringing",
    _C.CONNECTED: "talking",
    _C.HELD: "held",
    _C.FAILED: "failed",
}

_REGISTRATIONS: dict[RegistrationState, str] = {
    RegistrationState.UNREGISTERED: "not registered",
    RegistrationState.REGISTERING: "registering",
    RegistrationState.REGISTERED: "free",
    RegistrationState.FAILED: "registration failed",
}


_PAGES = frozenset(situation for situation, action in KEYPAD[Key.OK].items() if action is Action.MENU_CONFIRM)


def show(status: PhoneStatus, page: PageView | None = None, dss_keys: tuple[KeyLamp, ...] = ()) -> Screen:
    """Draw the phone.

    Args:
        status: The phone at this moment.
        page: The page of the menu that is open; shown unless calls are in front of it.
        dss_keys: The ten programmable keys.
    Source: this module's tables.
    """
    situation = status.situation
    if situation not in _PAGES:
        page = None
    return Screen(
        title=page.title if page is not None else _TITLES.get(situation) or _own_name(status),
        lines=_around_the_selected(_lines(status) if page is None else _page_lines(page)),
        notice=status.notice,
        soft_keys=status.soft_keys,
        line_keys=tuple(line_lamp(account, status.calls) for account in status.accounts[: len(LINE_KEYS)]),
        dss_keys=dss_keys,
        message_lamp=Lamp.BLINKING if status.missed else Lamp.OFF,
        is_off_hook=status.is_off_hook,
        is_muted=any(call.is_muted and call.state is _C.CONNECTED for call in status.calls),
        audio_path=status.audio_path,
        volume=status.volume,
        situation=situation,
        hint=_hint(page) if page is not None else _HINTS.get(KEYPAD[Key.OK][situation], ""),
    )


def _hint(page: PageView) -> str:
    return f"OK: {page.hint}" if page.hint else ""


def _page_lines(page: PageView) -> list[ScreenLine]:
    return [
        ScreenLine(text, detail, is_selected=index == page.selected) for index, (text, detail) in enumerate(page.lines)
    ]


def _own_name(status: PhoneStatus) -> str:
    """The account that the next call goes out on is who the phone is."""
    accounts = status.accounts
    chosen = next(
        (each for each in accounts if each.position == status.next_account), accounts[0] if accounts else None
    )
    return _name_of(chosen) if chosen is not None else "No account"


def _name_of(account: AccountStatus) -> str:
    user = account.uri.partition("@")[0]
    return f"{user} {account.display_name}".rstrip()


def _around_the_selected(lines: Sequence[ScreenLine]) -> tuple[ScreenLine, ...]:
    """Give the part of the lines that fits, with the selected one in it."""
    selected = next((index for index, line in enumerate(lines) if line.is_selected), 0)
    first = max(0, min(selected - SHOWN_LINES // 2, len(lines) - SHOWN_LINES))
    return tuple(lines[first : first + SHOWN_LINES])


def _lines(status: PhoneStatus) -> list[ScreenLine]:
    lines = [_call_line(call) for call in status.calls]
    if status.entered:
        lines.append(ScreenLine(status.entered, is_selected=True))
    if not lines:
        lines = _standby_lines(status)
    return lines


def _standby_lines(status: PhoneStatus) -> list[ScreenLine]:
    features = status.features
    lines = []
    if status.missed:
        lines.append(ScreenLine("Missed calls", str(status.missed)))
    if features.dnd:
        lines.append(ScreenLine("Do not disturb", "on"))
    for name, forward in (("Always", features.always), ("Busy", features.busy), ("No answer", features.no_answer)):
        if forward.is_on:
            lines.append(ScreenLine(f"{name} forward", forward.target))
    lines += [
        ScreenLine(_name_of(account), account.reason or _REGISTRATIONS[account.state])
        for account in status.accounts
        if account.state is not RegistrationState.REGISTERED
    ]
    return lines


def _call_line(call: CallStatus) -> ScreenLine:
    state = "conference" if call.is_in_conference else _STATES[call.state]
    marks = [state, "muted" * call.is_muted, "held by them" * call.is_held_by_remote, clock(call.seconds)]
    name = " ".join(part for part in (call.name, call.number) if part)
    return ScreenLine(name, " ".join(mark for mark in marks if mark), is_selected=call.is_in_front)


def clock(seconds: int) -> str:
    """Write a time as ``mm:ss``, from an hour on as ``h:mm:ss``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def line_lamp(account: AccountStatus, calls: Sequence[CallStatus]) -> KeyLamp:
    """Draw the key of one account."""
    states = {call.state for call in calls if call.position == account.position}
    lamp, colour, word = _most_urgent(states, account.state)
    label = account.display_name or account.uri.partition("@")[0]
    meaning = f"Line {account.position}, {_name_of(account)}, {word}"
    return KeyLamp(Key(f"L{account.position}"), label, lamp, colour, meaning)


def _most_urgent(states: set[ConnectionState], registration: RegistrationState) -> tuple[Lamp, Colour, str]:
    """The most urgent call of a line says how its lamp burns; without calls the registration does."""
    if _C.ALERTING in states:
        return Lamp.BLINKING, "red", "ringing"
    if _C.CONNECTED in states or _C.INITIATED in states:
        return Lamp.ON, "red", "in use"
    if _C.HELD in states:
        return Lamp.BLINKING, "amber", "held"
    if registration is RegistrationState.REGISTERED:
        return Lamp.ON, "green", _REGISTRATIONS[registration]
    return Lamp.OFF, "green", _REGISTRATIONS[registration]
