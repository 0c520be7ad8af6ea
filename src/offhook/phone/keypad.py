"""What every key means in every situation: one table over the 55 keys, without a gap. Pure.

Decisions that the document leaves open (DOC §3.2):

- `Speaker` and `HEADSET` choose the audio path and, where that needs one, take the phone off hook, answer, or send the
  number that was entered on hook. They never hang up: the document says "hands-free on", and a program that sends
  `SPEAKER;8311;ENTER` must not end a call because the phone was off hook already.
- `X` ends what is in front: the entry, the ringing, the consultation, the call. With the setting ``x_key = "mute"`` it
  mutes in a talk instead (F4, "End call", still hangs up).
- `POUND` sends a number that was entered and is ``#`` otherwise; in a talk it is a digit like any other.
- A call that waits is in front of the talk it interrupts: `OK` answers it (the talk is held), `X` rejects it.
- In standby `OK` opens the menu, `UP` the calls, `DOWN` the directory; `LEFT` and `RIGHT` choose the account that the
  next call is made from. Where several calls ring or are held, `UP` and `DOWN` choose between them.
- A digit that is pressed in the menu, but where something is being typed, leaves it and begins a number: a program that
  sends digits dials, whatever somebody left on the screen. The line and audio keys leave it as well.
- Reboot, AutoP, DNDOn, DNDOff, the volume keys and `D1`-`D10` mean the same always; what was programmed for a DSS key
  says what it can do in which situation (`offhook.phone.dss_keys`).

Source: DOC §3.2 (keys), "What the document leaves open" (`X`).
"""

from collections.abc import Mapping
from enum import StrEnum

from offhook.phone.soft_keys import SOFT_KEYS, Action, Situation
from offhook.plain_members import plain_members
from offhook.protocol.keys import DIGIT_KEYS, Key

__all__ = ["AUDIO_KEYS", "DSS_KEYS", "KEYPAD", "LINE_KEYS", "AudioPath", "action_for"]


@plain_members
class AudioPath(StrEnum):
    """Where the voice goes; a call that ends puts the phone on hook by itself, whatever the path."""

    HANDSET = "handset"
    SPEAKER = "speaker"
    HEADSET = "headset"


AUDIO_KEYS: dict[Key, AudioPath] = {Key.SPEAKER: AudioPath.SPEAKER, Key.HEADSET: AudioPath.HEADSET}
"""The keys that choose an audio path, whatever else they do."""
LINE_KEYS: dict[Key, int] = {Key(f"L{number}"): number for number in range(1, 9)}
"""The line keys and the position of their account, from 1."""
DSS_KEYS: dict[Key, int] = {Key(f"D{number}"): number for number in range(1, 11)}
"""The programmable keys and their positions, from 1."""

_S, _A = Situation, Action
_PAGES = (_S.MENU, _S.CALL_LIST, _S.DIRECTORY, _S.MENU_ENTRY, _S.MENU_QUESTION)
"""The menu, whatever page of it."""
_ALWAYS: dict[Key, Action] = {
    Key.VOLUME_UP: _A.VOLUME_UP,
    Key.VOLUME_DOWN: _A.VOLUME_DOWN,
    Key.DND_ON: _A.DND_ON,
    Key.DND_OFF: _A.DND_OFF,
    Key.REBOOT: _A.REBOOT,
    Key.AUTO_P: _A.PROVISION,
    **dict.fromkeys(DSS_KEYS, _A.PRESS_DSS),
}
"""Keys that mean the same in every situation."""

_CONFIRM = {
    **dict.fromkeys(_PAGES, _A.MENU_CONFIRM),
    _S.IDLE: _A.OPEN_MENU,
    _S.ENTERING: _A.SEND_NUMBER,
    _S.DIALLING: _A.SEND_NUMBER,
    _S.RINGING: _A.ANSWER,
    _S.CALL_WAITING: _A.ANSWER,
    _S.HELD: _A.RETRIEVE,
    _S.TRANSFER_COLLECTING: _A.CONSULT,
    _S.BUSY_TONE: _A.GO_ON_HOOK,
}
_AUDIO = {
    **dict.fromkeys(_PAGES, _A.GO_OFF_HOOK),
    _S.IDLE: _A.GO_OFF_HOOK,
    _S.ENTERING: _A.SEND_NUMBER,
    _S.DIALLING: _A.CHOOSE_PATH,
    _S.CALLING: _A.CHOOSE_PATH,
    _S.RINGING: _A.ANSWER,
    _S.CALL_WAITING: _A.CHOOSE_PATH,
    _S.TALKING: _A.CHOOSE_PATH,
    _S.HELD: _A.CHOOSE_PATH,
    _S.CONFERENCE: _A.CHOOSE_PATH,
    _S.TRANSFER_COLLECTING: _A.CHOOSE_PATH,
    _S.CONSULTING: _A.CHOOSE_PATH,
    _S.TRANSFERRING: _A.CHOOSE_PATH,
    _S.BUSY_TONE: _A.GO_OFF_HOOK,
}
_CANCEL = {
    **dict.fromkeys(_PAGES, _A.MENU_BACK),
    _S.IDLE: _A.DISMISS,
    _S.ENTERING: _A.CLEAR_ENTRY,
    _S.DIALLING: _A.GO_ON_HOOK,
    _S.CALLING: _A.END_CALL,
    _S.RINGING: _A.REJECT,
    _S.CALL_WAITING: _A.REJECT,
    _S.TALKING: _A.END_CALL,
    _S.HELD: _A.END_CALL,
    _S.CONFERENCE: _A.END_CALL,
    _S.TRANSFER_COLLECTING: _A.CANCEL_TRANSFER,
    _S.CONSULTING: _A.CANCEL_TRANSFER,
    _S.TRANSFERRING: _A.END_CALL,
    _S.BUSY_TONE: _A.GO_ON_HOOK,
}
_DIGIT = {
    **dict.fromkeys(_PAGES, _A.ADD_DIGIT),
    _S.MENU_ENTRY: _A.MENU_TYPE,
    _S.IDLE: _A.ADD_DIGIT,
    _S.ENTERING: _A.ADD_DIGIT,
    _S.DIALLING: _A.ADD_DIGIT,
    _S.CALL_WAITING: _A.SEND_DTMF,
    _S.TALKING: _A.SEND_DTMF,
    _S.HELD: _A.ADD_DIGIT,
    _S.CONFERENCE: _A.SEND_DTMF,
    _S.TRANSFER_COLLECTING: _A.ADD_DIGIT,
    _S.CONSULTING: _A.SEND_DTMF,
    _S.BUSY_TONE: _A.ADD_DIGIT,
}
_POUND = {
    **_DIGIT,
    _S.ENTERING: _A.SEND_NUMBER,
    _S.DIALLING: _A.SEND_OR_POUND,
    _S.TRANSFER_COLLECTING: _A.CONSULT_OR_POUND,
}
_HOLD = {
    _S.DIALLING: _A.RETRIEVE,
    _S.CALL_WAITING: _A.HOLD,
    _S.TALKING: _A.HOLD,
    _S.HELD: _A.RETRIEVE,
    _S.CONFERENCE: _A.HOLD,
}
_TRANSFER = {
    _S.CALL_WAITING: _A.START_TRANSFER,
    _S.TALKING: _A.START_TRANSFER,
    _S.HELD: _A.START_TRANSFER,
    _S.TRANSFER_COLLECTING: _A.TRANSFER_BLIND,
    _S.CONSULTING: _A.COMPLETE_TRANSFER,
}
_CONFERENCE = dict.fromkeys((_S.CALL_WAITING, _S.TALKING, _S.CONSULTING), _A.JOIN_CONFERENCE)
_MUTE = {
    _S.CALL_WAITING: _A.TOGGLE_MUTE,
    _S.TALKING: _A.TOGGLE_MUTE,
    _S.CONFERENCE: _A.TOGGLE_MUTE,
    _S.CONSULTING: _A.TOGGLE_MUTE,
}
_REDIAL = {
    **dict.fromkeys(_PAGES, _A.REDIAL),
    _S.IDLE: _A.REDIAL,
    _S.ENTERING: _A.REDIAL,
    _S.DIALLING: _A.REDIAL,
    _S.BUSY_TONE: _A.REDIAL,
}
_MESSAGE = dict.fromkeys(_REDIAL, _A.DIAL_VOICEMAIL)
_LINE = dict.fromkeys(
    (_S.IDLE, _S.ENTERING, _S.DIALLING, _S.RINGING, _S.CALL_WAITING, _S.TALKING, _S.HELD, _S.BUSY_TONE, *_PAGES),
    _A.SELECT_LINE,
)
_CHOICE = (_S.RINGING, _S.CALL_WAITING, _S.HELD)
_LISTS = (_S.MENU, _S.CALL_LIST, _S.DIRECTORY)
_UP = {
    _S.IDLE: _A.OPEN_CALLS,
    **dict.fromkeys(_CHOICE, _A.PREVIOUS_CALL),
    **dict.fromkeys(_LISTS, _A.MENU_UP),
}
_DOWN = {
    _S.IDLE: _A.OPEN_DIRECTORY,
    **dict.fromkeys(_CHOICE, _A.NEXT_CALL),
    **dict.fromkeys(_LISTS, _A.MENU_DOWN),
}
_NUMBER = (_S.IDLE, _S.ENTERING, _S.DIALLING)
_LEFT = {
    **dict.fromkeys(_NUMBER, _A.PREVIOUS_ACCOUNT),
    **dict.fromkeys(_LISTS, _A.MENU_LEFT),
    _S.MENU_ENTRY: _A.MENU_ERASE,
}
_RIGHT = {
    **dict.fromkeys(_NUMBER, _A.NEXT_ACCOUNT),
    **dict.fromkeys(_LISTS, _A.MENU_RIGHT),
    _S.MENU_ENTRY: _A.MENU_RIGHT,
}

_BY_SITUATION: dict[Key, Mapping[Situation, Action]] = {
    Key.OK: _CONFIRM,
    Key.ENTER: _CONFIRM,
    Key.SPEAKER: _AUDIO,
    Key.HEADSET: _AUDIO,
    Key.X: _CANCEL,
    Key.F_HOLD: _HOLD,
    Key.F_TRANSFER: _TRANSFER,
    Key.F_CONFERENCE: _CONFERENCE,
    Key.MUTE: _MUTE,
    Key.RD: _REDIAL,
    Key.MSG: _MESSAGE,
    Key.UP: _UP,
    Key.DOWN: _DOWN,
    Key.LEFT: _LEFT,
    Key.RIGHT: _RIGHT,
    **dict.fromkeys(DIGIT_KEYS, _DIGIT),
    Key.POUND: _POUND,
    **dict.fromkeys(LINE_KEYS, _LINE),
    **{
        Key(f"F{number}"): {situation: labels[number - 1].action for situation, labels in SOFT_KEYS.items()}
        for number in range(1, 5)
    },
}
"""Rows of keys whose meaning depends on the situation; what a row leaves out has no effect there."""


def _row(key: Key) -> dict[Situation, Action]:
    if key in _ALWAYS:
        return dict.fromkeys(Situation, _ALWAYS[key])
    return {situation: _BY_SITUATION[key].get(situation, _A.NO_EFFECT) for situation in Situation}


KEYPAD: dict[Key, dict[Situation, Action]] = {key: _row(key) for key in Key}
"""Every cell: 55 keys × every situation."""

_X_MUTES = {situation: _A.TOGGLE_MUTE for situation, action in _MUTE.items() if _CANCEL[situation] is _A.END_CALL}


def action_for(key: Key, situation: Situation, *, x_mutes: bool = False) -> Action:
    """Look up what ``key`` does.

    Args:
        x_mutes: The setting ``x_key = "mute"``: `X` in a talk mutes instead of hanging up.
    Source: DOC §3.2.
    """
    if x_mutes and key is Key.X and situation in _X_MUTES:
        return _X_MUTES[situation]
    return KEYPAD[key][situation]
