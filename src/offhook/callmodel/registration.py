"""The state of one account's registration.

Theory of operation. A phone wants an account registered or it does not. While it wants, it is REGISTERING,
REGISTERED or FAILED (waiting to try again); while it does not, UNREGISTERED. Reports are made on change only: a
refresh that succeeds, or a retry that fails again, says nothing new.

Source: DOC §2.4 nos. 18-20; RFC 3261 §10.
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.errors import InvalidTransition

__all__ = [
    "REGISTRATION_TRANSITIONS",
    "RegistrationEffect",
    "RegistrationGiven",
    "RegistrationState",
    "RegistrationStep",
    "advance_registration",
]


class RegistrationState(StrEnum):
    """Where one account stands."""

    UNREGISTERED = "unregistered"
    REGISTERING = "registering"
    REGISTERED = "registered"
    FAILED = "failed"


class RegistrationGiven(StrEnum):
    """What can happen to it."""

    REGISTER = "register"
    """The phone wants it registered: at start, after an edit, or when the time for another try has come."""
    ACCEPTED = "accepted"
    REFUSED = "refused"
    """The registrar said no, or did not answer."""
    LOST = "lost"
    """What held the registration is gone, and is registering again by itself."""
    UNREGISTER = "unregister"
    """The phone logs out."""


class RegistrationEffect(StrEnum):
    """What a transition asks for."""

    SEND_REGISTER = "send_register"
    SEND_UNREGISTER = "send_unregister"
    REPORT_REGISTERED = "report_registered"
    REPORT_FAILED = "report_failed"
    REPORT_UNREGISTERED = "report_unregistered"
    RETRY_LATER = "retry_later"


@dataclass(frozen=True, slots=True)
class RegistrationStep:
    """The answer of the machine."""

    state: RegistrationState
    effects: tuple[RegistrationEffect, ...] = ()


_S, _G, _E = RegistrationState, RegistrationGiven, RegistrationEffect

REGISTRATION_TRANSITIONS: dict[RegistrationState, dict[RegistrationGiven, RegistrationStep]] = {
    _S.UNREGISTERED: {
        _G.REGISTER: RegistrationStep(_S.REGISTERING, (_E.SEND_REGISTER,)),
    },
    _S.REGISTERING: {
        _G.ACCEPTED: RegistrationStep(_S.REGISTERED, (_E.REPORT_REGISTERED,)),
        _G.REFUSED: RegistrationStep(_S.FAILED, (_E.REPORT_FAILED, _E.RETRY_LATER)),
        _G.LOST: RegistrationStep(_S.REGISTERING),
        _G.UNREGISTER: RegistrationStep(_S.UNREGISTERED, (_E.SEND_UNREGISTER,)),
    },
    _S.REGISTERED: {
        _G.ACCEPTED: RegistrationStep(_S.REGISTERED),
        _G.REFUSED: RegistrationStep(_S.FAILED, (_E.REPORT_FAILED, _E.RETRY_LATER)),
        _G.LOST: RegistrationStep(_S.REGISTERING, (_E.REPORT_UNREGISTERED,)),
        _G.UNREGISTER: RegistrationStep(_S.UNREGISTERED, (_E.SEND_UNREGISTER, _E.REPORT_UNREGISTERED)),
    },
    _S.FAILED: {
        _G.REGISTER: RegistrationStep(_S.FAILED, (_E.SEND_REGISTER,)),
        _G.ACCEPTED: RegistrationStep(_S.REGISTERED, (_E.REPORT_REGISTERED,)),
        _G.REFUSED: RegistrationStep(_S.FAILED, (_E.RETRY_LATER,)),
        _G.LOST: RegistrationStep(_S.FAILED),
        _G.UNREGISTER: RegistrationStep(_S.UNREGISTERED),
    },
}
"""Every legal transition."""


def advance_registration(state: RegistrationState, given: RegistrationGiven) -> RegistrationStep:
    """Take one legal step.

    Raises:
        InvalidTransition: The table has no such step; the state is unchanged.
    Source: this module's table.
    """
    try:
        return REGISTRATION_TRANSITIONS[state][given]
    except KeyError:
        raise InvalidTransition(state, given) from None
