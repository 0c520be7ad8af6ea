"""The state of one connection: one call at one phone.

Theory of operation. A connection is born INITIATED (the phone is placing a call) or ALERTING (it rings), becomes
CONNECTED, may go to HELD and back any number of times, and ends in NULL. FAILED is a call that met busy or an error
and whose phone has not hung up yet. The table does not know which side it is playing: the phone advances it with what
its engine says, the console follows it with what the phone reports.

Rule 1: the table is the only place where a state changes.
Rule 2: a late report never takes a connection back to an earlier stage. Stages are: before the answer (INITIATED,
ALERTING, FAILED), after the answer (CONNECTED, HELD), over (NULL).

Source: DOC §2.4 nos. 1, 3-7, 16, 17, 21-23; state names after CSTA's connection states (ECMA-269 §6.1.5).
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.errors import InvalidTransition
from offhook.plain_members import plain_members

__all__ = [
    "TRANSITIONS",
    "Cause",
    "ConnectionState",
    "Discrepancy",
    "Effect",
    "Given",
    "Step",
    "advance",
    "follow",
]


@plain_members
class ConnectionState(StrEnum):
    """CSTA's connection states, but QUEUED, which nothing in the document leads to."""

    NULL = "null"
    INITIATED = "initiated"
    ALERTING = "alerting"
    CONNECTED = "connected"
    HELD = "held"
    FAILED = "failed"


@plain_members
class Given(StrEnum):
    """What can happen to a connection; CSTA's call control events."""

    SERVICE_INITIATED = "service_initiated"
    ORIGINATED = "originated"
    DELIVERED = "delivered"
    ESTABLISHED = "established"
    HELD = "held"
    RETRIEVED = "retrieved"
    TRANSFERRED = "transferred"
    FAILED = "failed"
    CLEARED = "cleared"


class Effect(StrEnum):
    """What a transition means to whoever carries it out."""

    BEGAN = "began"
    """The call exists from now on."""
    ANSWERED = "answered"
    """Both parties can talk for the first time."""
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    """The call is over at this phone."""


@plain_members
class Cause(StrEnum):
    """Why something happened to a call (CSTA's event causes)."""

    NORMAL = "normal"
    NEW_CALL = "new_call"
    BUSY = "busy"
    CALL_CANCELLED = "call_cancelled"
    CALL_FORWARD = "call_forward"
    CALL_NOT_ANSWERED = "call_not_answered"
    DEST_NOT_OBTAINABLE = "dest_not_obtainable"
    TRANSFER = "transfer"
    CONFERENCE = "conference"
    REDIRECTED = "redirected"
    UNKNOWN = "unknown"


@plain_members
class Discrepancy(StrEnum):
    """What was odd about a report."""

    REPEATED = "repeated"
    """It says what was known already."""
    LATE = "late"
    """It belongs to a stage that is over; nothing was changed."""
    SKIPPED = "skipped"
    """Reports before it never came; it was followed all the same."""


@dataclass(frozen=True, slots=True)
class Step:
    """The answer of a machine."""

    state: ConnectionState
    effects: tuple[Effect, ...] = ()
    discrepancy: Discrepancy | None = None


_S, _G, _E = ConnectionState, Given, Effect

TRANSITIONS: dict[ConnectionState, dict[Given, Step]] = {
    _S.NULL: {
        _G.SERVICE_INITIATED: Step(_S.INITIATED, (_E.BEGAN,)),
        _G.ORIGINATED: Step(_S.INITIATED, (_E.BEGAN,)),
        _G.DELIVERED: Step(_S.ALERTING, (_E.BEGAN,)),
    },
    _S.INITIATED: {
        _G.ORIGINATED: Step(_S.INITIATED),
        _G.ESTABLISHED: Step(_S.CONNECTED, (_E.ANSWERED,)),
        _G.FAILED: Step(_S.FAILED),
        _G.CLEARED: Step(_S.NULL, (_E.ENDED,)),
    },
    _S.ALERTING: {
        _G.ESTABLISHED: Step(_S.CONNECTED, (_E.ANSWERED,)),
        _G.CLEARED: Step(_S.NULL, (_E.ENDED,)),
    },
    _S.CONNECTED: {
        _G.HELD: Step(_S.HELD, (_E.PAUSED,)),
        _G.TRANSFERRED: Step(_S.CONNECTED),
        _G.CLEARED: Step(_S.NULL, (_E.ENDED,)),
    },
    _S.HELD: {
        _G.RETRIEVED: Step(_S.CONNECTED, (_E.RESUMED,)),
        _G.TRANSFERRED: Step(_S.HELD),
        _G.CLEARED: Step(_S.NULL, (_E.ENDED,)),
    },
    _S.FAILED: {
        _G.CLEARED: Step(_S.NULL, (_E.ENDED,)),
    },
}
"""Every legal transition; what is not here is not possible."""

_OUTCOME: dict[Given, ConnectionState] = {
    _G.SERVICE_INITIATED: _S.INITIATED,
    _G.ORIGINATED: _S.INITIATED,
    _G.DELIVERED: _S.ALERTING,
    _G.ESTABLISHED: _S.CONNECTED,
    _G.HELD: _S.HELD,
    _G.RETRIEVED: _S.CONNECTED,
    # A transferred call was talked on and is about to be cleared; HELD is where transfers start from.
    _G.TRANSFERRED: _S.HELD,
    _G.FAILED: _S.FAILED,
    _G.CLEARED: _S.NULL,
}
"""The state each report proves, whatever was known before."""

_STAGE: dict[ConnectionState, int] = {
    _S.NULL: 0,
    _S.INITIATED: 1,
    _S.ALERTING: 1,
    _S.FAILED: 1,
    _S.CONNECTED: 2,
    _S.HELD: 2,
}
_BEGINNINGS = frozenset({_G.SERVICE_INITIATED, _G.ORIGINATED, _G.DELIVERED})


def advance(state: ConnectionState, given: Given) -> Step:
    """Take one legal step.

    Raises:
        InvalidTransition: The table has no such step; the state is unchanged.
    Source: this module's table.
    """
    try:
        return TRANSITIONS[state][given]
    except KeyError:
        raise InvalidTransition(state, given) from None


def follow(state: ConnectionState, given: Given) -> Step:
    """Follow a report, legal or not; never raises.

    Args:
        state: What was known before; NULL for a connection not heard of yet. Whoever remembers that the connection
            has ended does not ask here: everything after the end is late.
        given: What the report says.
    Source: DOC §2.1-2.2 (no delivery is promised); Rule 2 above.
    """
    legal = TRANSITIONS[state].get(given)
    if legal is not None:
        return legal
    outcome = _OUTCOME[given]
    if outcome is state:
        return Step(state, (), Discrepancy.REPEATED)
    if given is Given.ESTABLISHED and state is ConnectionState.HELD:
        return Step(state, (), Discrepancy.LATE)
    if given in _BEGINNINGS or _STAGE[state] > _STAGE[outcome]:
        return Step(state, (), Discrepancy.LATE)
    return Step(outcome, _effects_of_jump(state, outcome), Discrepancy.SKIPPED)


def _effects_of_jump(state: ConnectionState, outcome: ConnectionState) -> tuple[Effect, ...]:
    """List what must have happened on the way from ``state`` to ``outcome``."""
    effects = []
    if state is ConnectionState.NULL:
        effects.append(Effect.BEGAN)
    if _STAGE[state] < 2 and outcome in (ConnectionState.CONNECTED, ConnectionState.HELD):
        effects.append(Effect.ANSWERED)
    if outcome is ConnectionState.HELD:
        effects.append(Effect.PAUSED)
    return tuple(effects)
