"""Situations of the phone, actions of its keys, and the four soft keys that each situation offers. Pure.

The labels are what the screen shows above `F1`-`F4`; the actions are those of the keypad's table, so a soft key can do
nothing that the table does not know.
Source: DOC §3.2 (`F1`-`F4`: "the four soft keys").
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.plain_members import plain_members

__all__ = ["SOFT_KEYS", "Action", "Situation", "SoftKey"]


@plain_members
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
    MENU = "menu"
    """A page of the menu whose lines open another page or change something."""
    CALL_LIST = "call_list"
    """A list of past calls."""
    DIRECTORY = "directory"
    MENU_ENTRY = "menu_entry"
    """A number or a name is being typed into the menu."""
    MENU_QUESTION = "menu_question"
    """The menu asks whether it is really meant."""


@plain_members
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
    PREVIOUS_ACCOUNT = "previous_account"
    """Choose the account that the next call is made from."""
    NEXT_ACCOUNT = "next_account"
    PREVIOUS_CALL = "previous_call"
    """Choose the call that the next key is about, where several ring or are held."""
    NEXT_CALL = "next_call"
    PRESS_DSS = "press_dss"
    """Do what was programmed for the key; `offhook.phone.dss_keys` says what that may be."""
    OPEN_MENU = "open_menu"
    OPEN_CALLS = "open_calls"
    """The missed calls where there are new ones, else all."""
    OPEN_DIRECTORY = "open_directory"
    MENU_UP = "menu_up"
    MENU_DOWN = "menu_down"
    MENU_LEFT = "menu_left"
    """Less of the selected value; in a call list, the list before it."""
    MENU_RIGHT = "menu_right"
    """More of the selected value; in a call list, the next one; while typing, the next letter."""
    MENU_CONFIRM = "menu_confirm"
    """Open, change, call, save or agree, as the page says."""
    MENU_BACK = "menu_back"
    """One page back; from the first, out of the menu."""
    MENU_DELETE = "menu_delete"
    MENU_SAVE = "menu_save"
    """Put the selected caller, or somebody new, into the directory."""
    MENU_TYPE = "menu_type"
    MENU_ERASE = "menu_erase"


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
_CONFERENCE = SoftKey("Conference", Action.JOIN_CONFERENCE)
_CANCEL = SoftKey("Cancel", Action.CANCEL_TRANSFER)
_BACK = SoftKey("Back", Action.MENU_BACK)
_CALL = SoftKey("Call", Action.MENU_CONFIRM)
_REMOVE = SoftKey("Delete", Action.MENU_DELETE)

SOFT_KEYS: dict[Situation, tuple[SoftKey, SoftKey, SoftKey, SoftKey]] = {
    Situation.IDLE: (
        _REDIAL,
        SoftKey("DND", Action.TOGGLE_DND),
        SoftKey("Messages", Action.DIAL_VOICEMAIL),
        SoftKey("Menu", Action.OPEN_MENU),
    ),
    Situation.ENTERING: (_SEND, _DELETE, _NONE, SoftKey("Clear", Action.CLEAR_ENTRY)),
    Situation.DIALLING: (_SEND, _DELETE, _NONE, SoftKey("Cancel", Action.GO_ON_HOOK)),
    Situation.CALLING: (_NONE, _NONE, _NONE, SoftKey("Cancel", Action.END_CALL)),
    Situation.RINGING: (_ANSWER, _REJECT, _NONE, _NONE),
    Situation.CALL_WAITING: (_ANSWER, _REJECT, _HOLD, _END),
    Situation.TALKING: (_HOLD, _TRANSFER, _CONFERENCE, _END),
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
    Situation.CONSULTING: (_CONFERENCE, SoftKey("Transfer", Action.COMPLETE_TRANSFER), _NONE, _CANCEL),
    Situation.TRANSFERRING: (_NONE, _NONE, _NONE, _END),
    Situation.BUSY_TONE: (_REDIAL, _NONE, _NONE, SoftKey("End", Action.GO_ON_HOOK)),
    Situation.ENDING: (_NONE, _NONE, _NONE, _NONE),
    Situation.MENU: (SoftKey("Select", Action.MENU_CONFIRM), _NONE, _NONE, _BACK),
    Situation.CALL_LIST: (_CALL, _REMOVE, SoftKey("Save", Action.MENU_SAVE), _BACK),
    Situation.DIRECTORY: (_CALL, _REMOVE, SoftKey("Add", Action.MENU_SAVE), _BACK),
    Situation.MENU_ENTRY: (
        SoftKey("Save", Action.MENU_CONFIRM),
        SoftKey("Delete", Action.MENU_ERASE),
        _NONE,
        SoftKey("Cancel", Action.MENU_BACK),
    ),
    Situation.MENU_QUESTION: (SoftKey("Yes", Action.MENU_CONFIRM), _NONE, _NONE, SoftKey("No", Action.MENU_BACK)),
}
"""`F1`-`F4` by situation."""
