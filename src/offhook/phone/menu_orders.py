"""What the menu asks for when something is chosen in it: values that `offhook.phone.menu_control` carries out.

Source: DOC §3.2 (the menu that the confirm key opens).
"""

from dataclasses import dataclass
from typing import Literal

from offhook.callmodel.features import Feature
from offhook.phone.keypad import AudioPath
from offhook.phone.recent_calls import RecentCall
from offhook.phone.settings import Contact

__all__ = [
    "CallNumber",
    "ChangeVolume",
    "ChooseAccount",
    "ChoosePath",
    "ChooseXKey",
    "DeleteContact",
    "ForgetCall",
    "MenuOrder",
    "Restart",
    "SaveContact",
    "SetNoAnswer",
    "SetVoicemail",
    "SwitchFeature",
]


@dataclass(frozen=True, slots=True)
class CallNumber:
    """Call somebody."""

    number: str
    account: str | None = None
    """``user@host`` to call from; None for the account of the next call."""


@dataclass(frozen=True, slots=True)
class ForgetCall:
    """Take a past call off the lists."""

    call: RecentCall


@dataclass(frozen=True, slots=True)
class SaveContact:
    """Put somebody into the directory."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class DeleteContact:
    """Take somebody out of the directory."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class SwitchFeature:
    """Turn a feature on or off."""

    feature: Feature
    is_on: bool
    target: str | None = None
    """Where a forward goes; None keeps what is set."""


@dataclass(frozen=True, slots=True)
class SetNoAnswer:
    """Seconds of ringing before the no answer forward takes a call."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SetVoicemail:
    """The number that the Message key dials."""

    number: str


@dataclass(frozen=True, slots=True)
class ChangeVolume:
    """Up or down."""

    steps: int


@dataclass(frozen=True, slots=True)
class ChoosePath:
    """Where the voice goes."""

    path: AudioPath


@dataclass(frozen=True, slots=True)
class ChooseXKey:
    """What `X` does in a talk."""

    meaning: Literal["hang_up", "mute"]


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """The account that the next call is made from."""

    steps: int
    """To the right or to the left of the one that was chosen."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Restart the phone."""


MenuOrder = (
    CallNumber
    | ForgetCall
    | SaveContact
    | DeleteContact
    | SwitchFeature
    | SetNoAnswer
    | SetVoicemail
    | ChangeVolume
    | ChoosePath
    | ChooseXKey
    | ChooseAccount
    | Restart
)
