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
from offhook.phone.keypad import LINE_KEYS, AudioPath, action_for
from offhook.phone.soft_keys import Action, Situation
from offhook.phone.status import AccountStatus, CallStatus, PhoneStatus
from offhook.protocol.keys import Key

__all__ = ["DSS_KEYS", "SHOWN_LINES", "KeyLamp", "Lamp", "Screen", "ScreenLine", "clock", "show"]

SHOWN_LINES = 6
"""As many as the small displays of these phones have."""
DSS_KEYS: tuple[Key, ...] = tuple(Key(f"D{number}") for number in range(1, 11))

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
    colour: Literal["green", "red", "amber"]
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
    Action.GO_OFF_HOOK: "OK: off hook",
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


def show(status: PhoneStatus) -> Screen:
    """Draw the phone.

    Args:
        status: The phone at this moment.
    Source: this module's tables.
    """
    situation = status.situation
    return Screen(
        title=_TITLES.get(situation) or _own_name(status.accounts),
        lines=_around_the_selected(_lines(status)),
        notice=status.notice,
        soft_keys=status.soft_keys,
        line_keys=tuple(_line_key(account, status.calls) for account in status.accounts[: len(LINE_KEYS)]),
        dss_keys=tuple(KeyLamp(key, "", Lamp.OFF, "green", f"{key.value}, not set") for key in DSS_KEYS),
        message_lamp=Lamp.BLINKING if status.missed else Lamp.OFF,
        is_off_hook=status.is_off_hook,
        is_muted=any(call.is_muted and call.state is _C.CONNECTED for call in status.calls),
        audio_path=status.audio_path,
        volume=status.volume,
        situation=situation,
        hint=_HINTS.get(action_for(Key.OK, situation), ""),
    )


def _own_name(accounts: Sequence[AccountStatus]) -> str:
    registered = (account for account in accounts if account.state is RegistrationState.REGISTERED)
    account = next(registered, accounts[0] if accounts else None)
    if account is None:
        return "No account"
    return _name_of(account)


def _name_of(account: AccountStatus) -> str:
    user = account.uri.partition("@")[0]
    return f"{user} {account.display_name}".rstrip()


def _around_the_selected(lines: Sequence[ScreenLine]) -> tuple[ScreenLine, ...]:
    """Give the part of the lines that fits, with the selected one in it."""
    selected = next((index for index, line in enumerate(lines) if line.is_selected), 0)
    first = max(0, min(selected - SHOWN_LINES // 2, len(lines) - SHOWN_LINES))
    return tuple(lines[first : first + SHOWN_LINES])


def _lines(status: PhoneStatus) -> list[ScreenLine]:
    lines = [_call_line(call, status.situation) for call in status.calls]
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


def _call_line(call: CallStatus, situation: Situation) -> ScreenLine:
    front = _C.ALERTING if situation in (_S.RINGING, _S.CALL_WAITING) else _C.CONNECTED
    state = "conference" if call.is_in_conference else _STATES[call.state]
    marks = [state, "muted" * call.is_muted, "held by them" * call.is_held_by_remote, clock(call.seconds)]
    name = " ".join(part for part in (call.name, call.number) if part)
    return ScreenLine(name, " ".join(mark for mark in marks if mark), is_selected=call.state is front)


def clock(seconds: int) -> str:
    """Write a time as ``mm:ss``, from an hour on as ``h:mm:ss``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _line_key(account: AccountStatus, calls: Sequence[CallStatus]) -> KeyLamp:
    states = {call.state for call in calls if call.position == account.position}
    lamp, colour, word = _line_lamp(states, account.state)
    label = account.display_name or account.uri.partition("@")[0]
    meaning = f"Line {account.position}, {_name_of(account)}, {word}"
    return KeyLamp(Key(f"L{account.position}"), label, lamp, colour, meaning)


def _line_lamp(
    states: set[ConnectionState], registration: RegistrationState
) -> tuple[Lamp, Literal["green", "red", "amber"], str]:
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
