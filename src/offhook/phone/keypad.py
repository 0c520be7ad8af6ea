"""What every key means in every situation: one table over the 55 keys, without a gap. Pure.

Decisions that the document leaves open (DOC §3.2):

- `Speaker` and `HEADSET` choose the audio path and, where that needs one, take the phone off hook, answer, or send the
  number that was entered on hook. They never hang up: the document says "hands-free on", and a program that sends
  `SPEAKER;8311;ENTER` must not end a call because the phone was off hook already.
- `X` ends what is in front: the entry, the ringing, the consultation, the call. With the setting ``x_key = "mute"`` it
  mutes in a talk instead (F4, "End call", still hangs up).
- `POUND` sends a number that was entered and is ``#`` otherwise; in a talk it is a digit like any other.
- A call that waits is in front of the talk it interrupts: `OK` answers it (the talk is held), `X` rejects it.
- The navigation keys and `D1`-`D10` are accepted and do nothing here: there is nothing to move in, nothing programmed.
- Reboot, AutoP, DNDOn, DNDOff and the volume keys mean the same always.

Source: DOC §3.2 (keys), "What the document leaves open" (`X`).
"""

from collections.abc import Mapping
from enum import StrEnum

from offhook.phone.soft_keys import SOFT_KEYS, Action, Situation
from offhook.protocol.keys import DIGIT_KEYS, Key

__all__ = ["AUDIO_KEYS", "KEYPAD", "LINE_KEYS", "AudioPath", "action_for"]


class AudioPath(StrEnum):
    """Where the voice goes; a call that ends puts the phone on hook by itself, whatever the path."""

    HANDSET = "handset"
    SPEAKER = "speaker"
    HEADSET = "headset"


AUDIO_KEYS: dict[Key, AudioPath] = {Key.SPEAKER: AudioPath.SPEAKER, Key.HEADSET: AudioPath.HEADSET}
"""The keys that choose an audio path, whatever else they do."""
LINE_KEYS: dict[Key, int] = {Key(f"L{number}"): number for number in range(1, 9)}
"""The line keys and the position of their account, from 1."""

_S, _A = Situation, Action
_ALWAYS: dict[Key, Action] = {
    Key.VOLUME_UP: _A.VOLUME_UP,
    Key.VOLUME_DOWN: _A.VOLUME_DOWN,
    Key.DND_ON: _A.DND_ON,
    Key.DND_OFF: _A.DND_OFF,
    Key.REBOOT: _A.REBOOT,
    Key.AUTO_P: _A.PROVISION,
    **dict.fromkeys((Key.UP, Key.DOWN, Key.LEFT, Key.RIGHT), _A.NO_EFFECT),
    **dict.fromkeys((Key(f"D{number}") for number in range(1, 11)), _A.NO_EFFECT),
}
"""Keys that mean the same in every situation."""

_CONFIRM = {
    _S.IDLE: _A.GO_OFF_HOOK,
    _S.ENTERING: _A.SEND_NUMBER,
    _S.DIALLING: _A.SEND_NUMBER,
    _S.RINGING: _A.ANSWER,
    _S.CALL_WAITING: _A.ANSWER,
    _S.HELD: _A.RETRIEVE,
    _S.TRANSFER_COLLECTING: _A.CONSULT,
    _S.BUSY_TONE: _A.GO_ON_HOOK,
}
_AUDIO = {
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
_CONFERENCE = {_S.CALL_WAITING: _A.JOIN_CONFERENCE, _S.TALKING: _A.JOIN_CONFERENCE}
_MUTE = {
    _S.CALL_WAITING: _A.TOGGLE_MUTE,
    _S.TALKING: _A.TOGGLE_MUTE,
    _S.CONFERENCE: _A.TOGGLE_MUTE,
    _S.CONSULTING: _A.TOGGLE_MUTE,
}
_REDIAL = {
    _S.IDLE: _A.REDIAL,
    _S.ENTERING: _A.REDIAL,
    _S.DIALLING: _A.REDIAL,
    _S.BUSY_TONE: _A.REDIAL,
}
_MESSAGE = dict.fromkeys(_REDIAL, _A.DIAL_VOICEMAIL)
_LINE = dict.fromkeys(
    (_S.IDLE, _S.ENTERING, _S.DIALLING, _S.RINGING, _S.CALL_WAITING, _S.TALKING, _S.HELD, _S.BUSY_TONE),
    _A.SELECT_LINE,
)

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
