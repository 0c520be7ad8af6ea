"""What the phone shows of itself, as values that nobody can change.

Source: DOC §3.2 (the screen that the soft keys and the keypad work on).
"""

from dataclasses import dataclass

from offhook.callmodel.connection import ConnectionState
from offhook.callmodel.features import Features
from offhook.callmodel.registration import RegistrationState
from offhook.callmodel.transfer import TransferState
from offhook.phone.keypad import AudioPath
from offhook.phone.soft_keys import Situation

__all__ = ["AccountStatus", "CallStatus", "PhoneStatus"]


@dataclass(frozen=True, slots=True)
class CallStatus:
    """One call on the screen."""

    ref: str
    """The engine's name for it."""
    call_id: str
    account: str
    """``user@host`` of our side."""
    position: int
    """The account's line key, from 1; 0 when the account is gone."""
    number: str
    """The other party's user part."""
    name: str
    """The other party's display name; "" when unknown."""
    state: ConnectionState
    is_incoming: bool
    seconds: int
    """Since the answer; before it, since the call began."""
    is_held_by_remote: bool
    is_muted: bool
    is_in_conference: bool
    is_in_front: bool
    """The one that the keys are about."""


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account on the status page."""

    position: int
    uri: str
    display_name: str
    is_enabled: bool
    state: RegistrationState
    reason: str
    """Why the last registration was refused; "" otherwise."""


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """Everything the phone shows at one moment."""

    title: str
    """The screen's first line."""
    notice: str
    """Something worth saying, until something else is; "" for nothing."""
    situation: Situation
    soft_keys: tuple[str, str, str, str]
    """Labels of `F1`-`F4`; "" where the key does nothing."""
    entered: str
    """Digits entered so far."""
    is_off_hook: bool
    audio_path: AudioPath
    is_handset_up: bool
    """The user lifted the handset, and has not put it down."""
    volume: int
    missed: int
    """Missed calls since the user looked."""
    calls: tuple[CallStatus, ...]
    features: Features
    transfer: TransferState
    accounts: tuple[AccountStatus, ...]
    next_account: int
    """Position of the account that the next call goes out on, if nobody says which; 0 for none."""
