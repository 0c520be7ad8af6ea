"""Which call a report is about.

By Call-ID where the report has one. Without, by what the event can only mean: what is established must have been
ringing or calling before, what is held must have been talked on. Where there was a choice, the confidence says so.
Source: console-api.md §1 no. 1; vendors.md §2.3 (`$call_id` may be a small counter that starts anew with the phone).
"""

from collections.abc import Callable

import msgspec

from offhook.callmodel.connection import ConnectionState, Given
from offhook.console.live_state import ENDED_MEMORY_S
from offhook.console.reading import Reading
from offhook.console.records import CallRecord, ConnectionRecord, EndedRecord
from offhook.dialects.dialect import CallIdScope
from offhook.protocol.variables import Variable

__all__ = [
    "GUESSED",
    "MAX_CALL_ID_CHARS",
    "PROOFS_OF_LIFE",
    "Found",
    "call_id_of",
    "find_call",
    "provisional_call",
    "wire_key",
]

GUESSED = 0.5
"""Confidence when more than one call could have been meant, or the call was not known."""

MAX_CALL_ID_CHARS = 255
_LOCAL_ID_DIGITS = 10
"""Shorter ids of digits alone are a phone's own counter, whatever the dialect says."""

_RECENT_END_S = 30.0
"""Without a Call-ID, a Missed Call so soon after an end is about the call that ended; and a beginning with the
counter of a call that ended is that call's, told twice. Later it is another call: some phones count calls in slots."""


class Found(msgspec.Struct, frozen=True, gc=False):
    """The call and connection a report is about, as far as they are known."""

    call: CallRecord | None = None
    connection: ConnectionRecord | None = None
    """The phone's live connection in the call; None if it has none."""
    ended: EndedRecord | None = None
    """Set when the phone's connection is over already."""
    confidence: float = 1.0


_State = ConnectionState
_Connected = tuple[CallRecord, ConnectionRecord]

_SUITED: dict[Given, tuple[frozenset[ConnectionState], ...]] = {
    Given.ESTABLISHED: (frozenset({_State.ALERTING, _State.INITIATED}),),
    Given.HELD: (frozenset({_State.CONNECTED}),),
    Given.RETRIEVED: (frozenset({_State.HELD}),),
    Given.TRANSFERRED: (frozenset({_State.HELD}), frozenset({_State.CONNECTED})),
    Given.CLEARED: (
        frozenset({_State.CONNECTED}),
        frozenset({_State.ALERTING, _State.INITIATED, _State.FAILED}),
        frozenset({_State.HELD}),
    ),
}
"""States a connection may be in for the event to be about it, the likeliest first."""

PROOFS_OF_LIFE = frozenset({Given.ESTABLISHED, Given.HELD, Given.RETRIEVED})
"""Reports that can only come from a call that goes on; a beginning told twice is no news."""
_BEGINNINGS = frozenset({Given.ORIGINATED, Given.DELIVERED})
_ALERTING_ONLY = (frozenset({_State.ALERTING}),)


def call_id_of(reading: Reading) -> str:
    """Give the report's Call-ID, cut to a sane length; "" when it has none."""
    return reading.values.get(Variable.CALL_ID, "")[:MAX_CALL_ID_CHARS]


def wire_key(reading: Reading) -> str:
    """Give what the call is recognised by: the Call-ID, with the phone's id where it means nothing elsewhere."""
    call_id = call_id_of(reading)
    if not call_id:
        return ""
    is_counter = len(call_id) < _LOCAL_ID_DIGITS and call_id.isdigit()
    if is_counter or reading.scope is CallIdScope.PHONE:
        return f"{reading.phone_id}/{call_id}"
    return call_id


def provisional_call(reading: Reading) -> CallRecord | None:
    """Find the call that stands for "off hook, nothing dialled yet"; None if there is none."""
    for call in reading.draft.calls_of(reading.phone):
        connection = call.at(reading.phone_id)
        if connection is not None and connection.is_provisional:
            return call
    return None


def find_call(reading: Reading, given: Given, number: str, *, is_missed: bool = False) -> Found:
    """Find the call of a report.

    Args:
        given: What the report says happened.
        number: The other party's number as the report has it; "" when it does not say.
        is_missed: The event is Missed Call: only a call that rings, or just ended, can be meant.
    """
    wire = wire_key(reading)
    if wire:
        return _by_wire(reading, given, wire) or _adopted(reading, given, number, is_missed=is_missed)
    return _without_id(reading, given, number, is_missed=is_missed)


def _by_wire(reading: Reading, given: Given, wire: str) -> Found | None:
    id_ = reading.draft.by_wire.get(wire)
    call = reading.draft.calls.get(id_) if id_ is not None else None
    connection = call.at(reading.phone_id) if call is not None else None
    if connection is not None and connection.is_live:
        return Found(call, connection)
    is_counter = wire.startswith(f"{reading.phone_id}/")
    memory_s = _RECENT_END_S if is_counter and given in _BEGINNINGS else ENDED_MEMORY_S
    for ended in reversed(reading.phone.ended):
        if ended.wire == wire and ended.at > reading.at - memory_s:
            if ended.is_inferred and call is None and given in PROOFS_OF_LIFE:
                return None  # it was never reported to be over, and is no longer in memory: it goes on as a new one
            return Found(call, ended=ended)
    if call is None:
        return None
    if connection is None:
        return Found(call)
    if is_counter:
        return None  # the phone has started since, or counted round: its counter now means another call
    ended_at = connection.ended or connection.began
    if not call.is_live and ended_at <= reading.at - memory_s:
        return None
    return Found(
        call,
        ended=EndedRecord(
            wire=wire,
            call=call.id,
            at=ended_at,
            is_missed=connection.is_missed,
            was_answered=connection.answered is not None,
        ),
    )


def _adopted(reading: Reading, given: Given, number: str, *, is_missed: bool) -> Found:
    """For a Call-ID not heard of: a connection that has none yet and suits the event, else nothing."""
    if given in _BEGINNINGS:
        found = _beginning(reading, given, number, lambda call: not call.wire)
    else:
        found = _suited(reading, given, number, lambda call: not call.wire, is_missed=is_missed)
    return found or Found()


def _without_id(reading: Reading, given: Given, number: str, *, is_missed: bool) -> Found:
    if given in _BEGINNINGS:
        return _beginning(reading, given, number, lambda call: True) or Found(confidence=1.0)
    found = _suited(reading, given, number, lambda call: True, is_missed=is_missed)
    if found is not None:
        return found
    if is_missed or given is Given.CLEARED:
        return _just_ended(reading, is_missed=is_missed)
    rest = _connections(reading, lambda call: True)
    if rest:
        # Nothing suits, so it is most likely the report of before once more.
        call, connection = rest[-1]
        return Found(call, connection, confidence=1.0 if len(rest) == 1 else GUESSED)
    return Found(confidence=GUESSED)


def _beginning(reading: Reading, given: Given, number: str, is_eligible: Callable[[CallRecord], bool]) -> Found | None:
    """Find the call that a beginning is the beginning of: the provisional one, or the same one told twice."""
    state = _State.INITIATED if given is Given.ORIGINATED else _State.ALERTING
    for call, connection in _connections(reading, is_eligible):
        if connection.state is not state:
            continue
        if connection.is_provisional or connection.remote.number == number:
            return Found(call, connection)
    return None


def _suited(
    reading: Reading,
    given: Given,
    number: str,
    is_eligible: Callable[[CallRecord], bool],
    *,
    is_missed: bool,
) -> Found | None:
    connections = _connections(reading, is_eligible)
    if number:
        named = [each for each in connections if each[1].remote.number == number]
        connections = named or connections
    for states in _ALERTING_ONLY if is_missed else _SUITED[given]:
        suited = [each for each in connections if each[1].state in states]
        if given is Given.TRANSFERRED:
            suited = [each for each in suited if each[1].is_transferring] or suited
        if given is not Given.ESTABLISHED:
            suited = [each for each in suited if not each[1].is_provisional]
        if suited:
            call, connection = suited[0]
            return Found(call, connection, confidence=1.0 if len(suited) == 1 else GUESSED)
    return None


def _just_ended(reading: Reading, *, is_missed: bool) -> Found:
    for ended in reversed(reading.phone.ended):
        if ended.at < reading.at - _RECENT_END_S:
            break
        if not (is_missed and ended.was_answered):
            return Found(reading.draft.calls.get(ended.call), ended=ended, confidence=GUESSED)
    return Found(confidence=GUESSED)


def _connections(reading: Reading, is_eligible: Callable[[CallRecord], bool]) -> list[_Connected]:
    """Give the phone's live connections, oldest first."""
    return [
        (call, connection)
        for call in reading.draft.calls_of(reading.phone)
        if is_eligible(call) and (connection := call.at(reading.phone_id)) is not None and connection.is_live
    ]
