"""The state of one transfer at the phone that transfers.

Theory of operation. Starting a transfer holds the call (the primary) and asks for a number. The number is then either
sent at once (blind: the other party is referred there) or called first (consultation: a second call is placed, and
completing joins the two others). A transfer that fails gives the primary call back; it never just vanishes.
Blind Transfer and Attended Transfer are reported when the other side said that it worked, not when it was asked.

A consultation may become a conference instead (JOIN); then there is nothing to transfer any more. Leaving a conference
is the same request as an attended transfer, with another end when it fails: both calls are over, for the user has left.

Source: DOC §2.4 nos. 21-23, §3.2 (`F_TRANSFER`); CSTA Single Step Transfer, Consultation and Transfer Call; RFC 5589.
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.errors import InvalidTransition
from offhook.plain_members import plain_members

__all__ = [
    "TRANSFER_TRANSITIONS",
    "TransferEffect",
    "TransferGiven",
    "TransferState",
    "TransferStep",
    "advance_transfer",
]


@plain_members
class TransferState(StrEnum):
    """Where a phone's transfer stands."""

    NONE = "none"
    COLLECTING = "collecting"
    """The primary call is held; the number is being entered."""
    REFERRING = "referring"
    """Blind: the other party was referred and has not yet said how it went."""
    CONSULTING = "consulting"
    """Attended: the second call exists, ringing or talking."""
    COMPLETING = "completing"
    """Attended: the other party was referred to the second call's party."""
    LEAVING = "leaving"
    """The two others of a conference were asked to go on without us."""


@plain_members
class TransferGiven(StrEnum):
    """What can happen to it."""

    START = "start"
    SEND_BLIND = "send_blind"
    CONSULT = "consult"
    COMPLETE = "complete"
    JOIN = "join"
    LEAVE = "leave"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCEL = "cancel"
    CONSULTATION_ENDED = "consultation_ended"
    PRIMARY_ENDED = "primary_ended"


@plain_members
class TransferEffect(StrEnum):
    """What a transition asks for."""

    HOLD_PRIMARY = "hold_primary"
    RETRIEVE_PRIMARY = "retrieve_primary"
    REFER = "refer"
    REFER_REPLACES = "refer_replaces"
    PLACE_CONSULTATION = "place_consultation"
    CLEAR_CONSULTATION = "clear_consultation"
    CLEAR_BOTH = "clear_both"
    CLEAR_PRIMARY = "clear_primary"
    REPORT_STARTED = "report_started"
    REPORT_BLIND = "report_blind"
    REPORT_ATTENDED = "report_attended"
    SHOW_FAILURE = "show_failure"


@dataclass(frozen=True, slots=True)
class TransferStep:
    """The answer of the machine."""

    state: TransferState
    effects: tuple[TransferEffect, ...] = ()


_S, _G, _E = TransferState, TransferGiven, TransferEffect

TRANSFER_TRANSITIONS: dict[TransferState, dict[TransferGiven, TransferStep]] = {
    _S.NONE: {
        _G.START: TransferStep(_S.COLLECTING, (_E.HOLD_PRIMARY, _E.REPORT_STARTED)),
        _G.LEAVE: TransferStep(_S.LEAVING, (_E.REFER_REPLACES,)),
    },
    _S.COLLECTING: {
        _G.SEND_BLIND: TransferStep(_S.REFERRING, (_E.REFER,)),
        _G.CONSULT: TransferStep(_S.CONSULTING, (_E.PLACE_CONSULTATION,)),
        _G.CANCEL: TransferStep(_S.NONE, (_E.RETRIEVE_PRIMARY,)),
        _G.PRIMARY_ENDED: TransferStep(_S.NONE),
    },
    _S.REFERRING: {
        _G.SUCCEEDED: TransferStep(_S.NONE, (_E.REPORT_BLIND, _E.CLEAR_PRIMARY)),
        _G.FAILED: TransferStep(_S.NONE, (_E.RETRIEVE_PRIMARY, _E.SHOW_FAILURE)),
        _G.PRIMARY_ENDED: TransferStep(_S.NONE, (_E.SHOW_FAILURE,)),
    },
    _S.CONSULTING: {
        _G.COMPLETE: TransferStep(_S.COMPLETING, (_E.REFER_REPLACES,)),
        _G.JOIN: TransferStep(_S.NONE),
        _G.CANCEL: TransferStep(_S.NONE, (_E.CLEAR_CONSULTATION, _E.RETRIEVE_PRIMARY)),
        _G.CONSULTATION_ENDED: TransferStep(_S.NONE, (_E.RETRIEVE_PRIMARY,)),
        _G.PRIMARY_ENDED: TransferStep(_S.NONE),
    },
    _S.COMPLETING: {
        _G.SUCCEEDED: TransferStep(_S.NONE, (_E.REPORT_ATTENDED, _E.CLEAR_BOTH)),
        _G.FAILED: TransferStep(_S.NONE, (_E.CLEAR_CONSULTATION, _E.RETRIEVE_PRIMARY, _E.SHOW_FAILURE)),
        # The far ends may join, and drop their calls with us, before the final word arrives.
        _G.CONSULTATION_ENDED: TransferStep(_S.COMPLETING),
        _G.PRIMARY_ENDED: TransferStep(_S.COMPLETING),
    },
    _S.LEAVING: {
        _G.SUCCEEDED: TransferStep(_S.NONE, (_E.REPORT_ATTENDED, _E.CLEAR_BOTH)),
        _G.FAILED: TransferStep(_S.NONE, (_E.CLEAR_BOTH,)),
        _G.CANCEL: TransferStep(_S.NONE, (_E.CLEAR_BOTH,)),
        _G.CONSULTATION_ENDED: TransferStep(_S.LEAVING),
        _G.PRIMARY_ENDED: TransferStep(_S.LEAVING),
    },
}
"""Every legal transition."""


def advance_transfer(state: TransferState, given: TransferGiven) -> TransferStep:
    """Take one legal step.

    Raises:
        InvalidTransition: The table has no such step; the state is unchanged.
    Source: this module's table.
    """
    try:
        return TRANSFER_TRANSITIONS[state][given]
    except KeyError:
        raise InvalidTransition(state, given) from None
