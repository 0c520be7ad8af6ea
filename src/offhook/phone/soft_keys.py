"""Situations of the phone, actions of its keys, and the four soft keys that each situation offers. Pure.

The labels are what the screen shows above `F1`-`F4`; the actions are those of the keypad's table, so a soft key can do
nothing that the table does not know.
Source: DOC §3.2 (`F1`-`F4`: "the four soft keys").
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["SOFT_KEYS", "Action", "Situation", "SoftKey"]


class Situation(StrEnum):
    """What is in front of the user; exactly one at a time."""

    IDLE = "idle"
    """On hook, nothing entered, no call."""
    ENTERING = "entering"
    """On hook, digits entered."""
    DIALLING = "dialling"
    """Off hook with dial tone or digits; other calls may be held."""
    CALLING = "calling"
    """A call was placed and is not answered yet."""
    RINGING = "ringing"
    """A call has come in and nobody is talked to."""
    CALL_WAITING = "call_waiting"
    """A call has come in during a talk."""
    TALKING = "talking"
    HELD = "held"
    """No active call, but held ones."""
    CONFERENCE = "conference"
    TRANSFER_COLLECTING = "transfer_collecting"
    """The call to transfer is held; the target is being entered."""
    CONSULTING = "consulting"
    """The target of a transfer is called or talked to."""
    TRANSFERRING = "transferring"
    """The transfer was asked for; the other side has not said yet how it went."""
    BUSY_TONE = "busy_tone"
    """The call failed; off hook until the tone ends."""
    ENDING = "ending"
    """We hung up and the other side has not confirmed yet."""


class Action(StrEnum):
    """What a key does."""

    NO_EFFECT = "no_effect"
    GO_OFF_HOOK = "go_off_hook"
    GO_ON_HOOK = "go_on_hook"
    ADD_DIGIT = "add_digit"
    DELETE_DIGIT = "delete_digit"
    CLEAR_ENTRY = "clear_entry"
    SEND_NUMBER = "send_number"
    SEND_OR_POUND = "send_or_pound"
    """Send what was entered; with nothing entered, enter ``#``."""
    ANSWER = "answer"
    REJECT = "reject"
    END_CALL = "end_call"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    NEW_CALL = "new_call"
    SEND_DTMF = "send_dtmf"
    TOGGLE_MUTE = "toggle_mute"
    VOLUME_UP = "volume_up"
    VOLUME_DOWN = "volume_down"
    CHOOSE_PATH = "choose_path"
    REDIAL = "redial"
    DIAL_VOICEMAIL = "dial_voicemail"
    DND_ON = "dnd_on"
    DND_OFF = "dnd_off"
    TOGGLE_DND = "toggle_dnd"
    START_TRANSFER = "start_transfer"
    TRANSFER_BLIND = "transfer_blind"
    CONSULT = "consult"
    CONSULT_OR_POUND = "consult_or_pound"
    COMPLETE_TRANSFER = "complete_transfer"
    CANCEL_TRANSFER = "cancel_transfer"
    JOIN_CONFERENCE = "join_conference"
    SELECT_LINE = "select_line"
    REBOOT = "reboot"
    PROVISION = "provision"
    DISMISS = "dismiss"
    """Put away what the screen says: the notice, the missed calls."""


@dataclass(frozen=True, slots=True)
class SoftKey:
    """One soft key."""

    label: str = ""
    """"" where the key does nothing."""
    action: Action = Action.NO_EFFECT


_NONE = SoftKey()
_END = SoftKey("End call", Action.END_CALL)
_SEND = SoftKey("Send", Action.SEND_NUMBER)
_DELETE = SoftKey("Delete", Action.DELETE_DIGIT)
_REDIAL = SoftKey("Redial", Action.REDIAL)
_ANSWER = SoftKey("Answer", Action.ANSWER)
_REJECT = SoftKey("Reject", Action.REJECT)
_HOLD = SoftKey("Hold", Action.HOLD)
_TRANSFER = SoftKey("Transfer", Action.START_TRANSFER)
_CANCEL = SoftKey("Cancel", Action.CANCEL_TRANSFER)

SOFT_KEYS: dict[Situation, tuple[SoftKey, SoftKey, SoftKey, SoftKey]] = {
    Situation.IDLE: (
        _REDIAL,
        SoftKey("DND", Action.TOGGLE_DND),
        SoftKey("Messages", Action.DIAL_VOICEMAIL),
        _NONE,
    ),
    Situation.ENTERING: (_SEND, _DELETE, _NONE, SoftKey("Clear", Action.CLEAR_ENTRY)),
    Situation.DIALLING: (_SEND, _DELETE, _NONE, SoftKey("Cancel", Action.GO_ON_HOOK)),
    Situation.CALLING: (_NONE, _NONE, _NONE, SoftKey("Cancel", Action.END_CALL)),
    Situation.RINGING: (_ANSWER, _REJECT, _NONE, _NONE),
    Situation.CALL_WAITING: (_ANSWER, _REJECT, _HOLD, _END),
    Situation.TALKING: (_HOLD, _TRANSFER, SoftKey("Conference", Action.JOIN_CONFERENCE), _END),
    Situation.HELD: (
        SoftKey("Resume", Action.RETRIEVE),
        _TRANSFER,
        SoftKey("New call", Action.NEW_CALL),
        _END,
    ),
    Situation.CONFERENCE: (_HOLD, _NONE, _NONE, _END),
    Situation.TRANSFER_COLLECTING: (
        SoftKey("Call", Action.CONSULT),
        SoftKey("Transfer", Action.TRANSFER_BLIND),
        _DELETE,
        _CANCEL,
    ),
    Situation.CONSULTING: (_NONE, SoftKey("Transfer", Action.COMPLETE_TRANSFER), _NONE, _CANCEL),
    Situation.TRANSFERRING: (_NONE, _NONE, _NONE, _END),
    Situation.BUSY_TONE: (_REDIAL, _NONE, _NONE, SoftKey("End", Action.GO_ON_HOOK)),
    Situation.ENDING: (_NONE, _NONE, _NONE, _NONE),
}
"""`F1`-`F4` by situation."""
