"""What would work on a phone or a connection now: two tables from state to verbs, so that a page can grey buttons.

Keys act on what the phone has in front: a ringing call before anything else, then a call being placed, then the one
that is talked on, then held ones. A verb whose key would reach another call is left out.
Source: console-api.md §1 no. 7, §4 (guards); DOC §3.2 (`OK`, `X`, `F_HOLD`).
"""

from collections.abc import Iterable

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.resources import PhoneState, Verb

__all__ = ["CONNECTION_VERBS", "PHONE_VERBS", "connection_verbs", "phone_verbs"]

CONNECTION_VERBS: dict[ConnectionState, tuple[Verb, ...]] = {
    ConnectionState.NULL: (),
    ConnectionState.INITIATED: (Verb.HANG_UP,),
    ConnectionState.ALERTING: (Verb.ANSWER, Verb.REJECT),
    ConnectionState.CONNECTED: (Verb.HANG_UP, Verb.HOLD, Verb.SEND_DIGITS, Verb.BLIND_TRANSFER),
    ConnectionState.HELD: (Verb.RETRIEVE, Verb.HANG_UP),
    ConnectionState.FAILED: (Verb.HANG_UP,),
}
"""What works on a connection that is the phone's only one."""

PHONE_VERBS: dict[PhoneState, tuple[Verb, ...]] = {
    PhoneState.UNKNOWN: (Verb.DIAL, Verb.SET_DND, Verb.PRESS_KEYS, Verb.RESTART),
    PhoneState.IDLE: (Verb.DIAL, Verb.SET_DND, Verb.PRESS_KEYS, Verb.RESTART),
    PhoneState.DIALLING: (Verb.DIAL, Verb.SET_DND, Verb.PRESS_KEYS),
    PhoneState.CALLING: (Verb.SET_DND, Verb.PRESS_KEYS),
    PhoneState.RINGING: (Verb.SET_DND, Verb.PRESS_KEYS),
    PhoneState.TALKING: (Verb.SET_DND, Verb.PRESS_KEYS),
    PhoneState.ON_HOLD: (Verb.DIAL, Verb.SET_DND, Verb.PRESS_KEYS),
}
"""What works on a phone as a whole; restarting it in a call would drop the call."""

_FRONT = (
    ConnectionState.ALERTING,
    ConnectionState.INITIATED,
    ConnectionState.FAILED,
    ConnectionState.CONNECTED,
    ConnectionState.HELD,
)
_RANK = {state: rank for rank, state in enumerate(_FRONT)}
_PLACING = frozenset({ConnectionState.INITIATED, ConnectionState.FAILED})
_X_IN_A_CALL = frozenset({Verb.HANG_UP})
"""Verbs whose key the phone would apply to the connection in front."""


def connection_verbs(state: ConnectionState, others: Iterable[ConnectionState] = ()) -> list[Verb]:
    """List what works on a connection of a phone that is set up.

    Args:
        state: The connection's own state.
        others: States of the phone's other live connections.
    """
    verbs = CONNECTION_VERBS[state]
    beside = tuple(others)
    ahead = [other for other in beside if other in _RANK and state in _RANK and _RANK[other] < _RANK[state]]
    if state in beside or not _PLACING.isdisjoint(ahead):
        # Which of two equals the phone has in front nobody can tell, and a call being placed takes the keys.
        return []
    if not ahead:
        return list(verbs)
    if state is ConnectionState.HELD:
        return []
    return [verb for verb in verbs if verb not in _X_IN_A_CALL]


def phone_verbs(state: PhoneState, *, is_set_up: bool) -> list[Verb]:
    """List what works on a phone; nothing on one that nobody set up."""
    return list(PHONE_VERBS[state]) if is_set_up else []
