"""What reports about calls do to the live state.

Every change of a connection's state is `callmodel.connection.follow`'s; what ended stays ended. A report that leaves
the connection as it was becomes `phone.report_ignored`.
Source: console-api.md §3 nos. 3-7, 16, 17, 21-23.
"""

from typing import Any

import msgspec

from offhook.callmodel.connection import Cause, ConnectionState, Discrepancy, Effect, Given, Step, follow
from offhook.callmodel.observation import CallObserved, TransferMode, TransferObserved
from offhook.console.certainty import BEGINNINGS, REORDER_S, birth_doubt, end_doubt, may_be_older, step_doubt
from offhook.console.parties import OtherParty, account_of, merge_party, other_party
from offhook.console.reading import Reading
from offhook.console.records import CallRecord, ConnectionRecord, EndedRecord
from offhook.console.which_call import PROOFS_OF_LIFE, Found, call_id_of, find_call, provisional_call, wire_key
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Direction, Doubt

__all__ = [
    "MAX_LIVE_PER_PHONE",
    "begin_provisional",
    "clear_connection",
    "observe_call",
    "observe_transfer",
    "settle_ends",
    "tell_certainty",
]

MAX_LIVE_PER_PHONE = 32
"""Calls a phone may be in: far more than any has lines; protects memory from made-up Call-IDs."""

_TYPES: dict[Given, EventType] = {
    Given.SERVICE_INITIATED: EventType.CALL_SERVICE_INITIATED,
    Given.ORIGINATED: EventType.CALL_ORIGINATED,
    Given.DELIVERED: EventType.CALL_DELIVERED,
    Given.ESTABLISHED: EventType.CALL_ESTABLISHED,
    Given.HELD: EventType.CALL_HELD,
    Given.RETRIEVED: EventType.CALL_RETRIEVED,
    Given.TRANSFERRED: EventType.CALL_TRANSFERRED,
    Given.CLEARED: EventType.CALL_CONNECTION_CLEARED,
}
_DIRECTIONS = {Given.ORIGINATED: Direction.OUTGOING, Given.DELIVERED: Direction.INCOMING}


def observe_call(reading: Reading, observed: CallObserved) -> None:
    """Follow one of the seven events about a call."""
    direction = _DIRECTIONS.get(observed.given, Direction.UNKNOWN)
    if observed.is_missed:
        direction = Direction.INCOMING
    party = other_party(direction, reading.values, reading.phone)
    found = find_call(reading, observed.given, party.party.number, is_missed=observed.is_missed)
    if found.ended is not None:
        _after_the_end(reading, observed, found.ended, found.call, party)
    elif found.connection is None and observed.given is Given.CLEARED:
        _end_of_unknown(reading, observed, found, party)
    else:
        _follow(reading, observed, found, direction, party)


def observe_transfer(reading: Reading, observed: TransferObserved) -> None:
    """Follow a transfer that started or was carried out; it never makes a call appear."""
    found = find_call(reading, Given.TRANSFERRED, "")
    call, connection = found.call, found.connection
    if call is None or (connection is None and found.ended is None):
        reading.ignore(Discrepancy.LATE)
        return
    detail: dict[str, Any] = {"mode": str(observed.mode)}
    if connection is None:
        _transferred_after_the_end(reading, observed, call, detail)
        return
    if observed.mode is TransferMode.UNKNOWN:
        after = msgspec.structs.replace(connection, is_transferring=True)
        type_ = EventType.CALL_TRANSFER_STARTED
    else:
        step = follow(connection.state, Given.TRANSFERRED)
        after = _stepped(reading, connection, step)
        after = msgspec.structs.replace(after, is_transferring=False, was_transferred=True)
        type_ = EventType.CALL_TRANSFERRED
        if step.discrepancy is not None:
            detail["discrepancy"] = str(step.discrepancy)
    if after == connection:
        reading.ignore(Discrepancy.REPEATED, call=call.id)
        return
    after = msgspec.structs.replace(after, reported=reading.at)
    call = reading.draft.put_connection(_with_id(reading, call), after)
    reading.tell(type_, call=call.id, line=after.line, state=after.state, confidence=found.confidence, detail=detail)


def begin_provisional(reading: Reading) -> None:
    """Let a call begin of which no more is known than that the phone is off hook."""
    step = follow(ConnectionState.NULL, Given.SERVICE_INITIATED)
    call = CallRecord(id=_new_call_id(reading), began=reading.at)
    connection = ConnectionRecord(
        phone=reading.phone_id,
        state=step.state,
        began=reading.at,
        direction=Direction.OUTGOING,
        line=account_of(reading.values),
        is_provisional=True,
        reported=reading.at,
        doubt=birth_doubt(reading.phone, reading.since),
    )
    reading.draft.put_connection(call, connection)
    reading.tell(
        EventType.CALL_SERVICE_INITIATED, call=call.id, line=connection.line, state=step.state, origin=Origin.INFERRED
    )


def clear_connection(reading: Reading, call: CallRecord, cause: Cause, *, origin: Origin = Origin.INFERRED) -> None:
    """End the phone's connection in a call because something else proves that it is over."""
    connection = call.at(reading.phone_id)
    if connection is None or not connection.is_live:
        return
    step = follow(connection.state, Given.CLEARED)
    doubt = end_doubt(connection, reading.since)
    after = _ended(_stepped(reading, connection, step), reading.at, cause)
    may_go_on = may_be_older(connection, reading.since)
    after = msgspec.structs.replace(after, is_end_inferred=True, may_go_on=may_go_on, doubt=doubt)
    reading.draft.put_connection(call, after)
    _judge_ends(reading)
    reading.tell(
        EventType.CALL_CONNECTION_CLEARED,
        call=call.id,
        line=after.line,
        state=after.state,
        cause=after.cause,
        origin=origin,
        detail={"doubt": doubt} if doubt is not None else None,
    )


def _follow(reading: Reading, observed: CallObserved, found: Found, direction: Direction, party: OtherParty) -> None:
    """Let a live or new connection take the step that was reported."""
    call, before = found.call, found.connection
    if call is None:
        _make_room(reading)
        call = CallRecord(id=_new_call_id(reading), began=reading.at)
    if before is None or observed.given is Given.ESTABLISHED:  # a phone that talks has no dial tone
        _merge_provisional(reading, call)
    call = _with_id(reading, call)
    step = follow(before.state if before else ConnectionState.NULL, observed.given)
    base = before or ConnectionRecord(phone=reading.phone_id, state=step.state, began=reading.at)
    after = msgspec.structs.replace(
        _stepped(reading, base, step),
        direction=direction if base.direction is Direction.UNKNOWN else base.direction,
        line=base.line or account_of(reading.values),
        remote=merge_party(base.remote, party),
        is_provisional=False,
        confidence=min(base.confidence, found.confidence),
        doubt=_doubt_of(reading, before, observed.given, step),
    )
    is_missed = observed.is_missed and after.answered is None and after.direction is not Direction.OUTGOING
    if observed.given is Given.CLEARED:
        after = _ended(after, reading.at, Cause.NORMAL if observed.is_missed and not is_missed else observed.cause)
        after = msgspec.structs.replace(after, is_missed=is_missed)
    heard = _heard(after, observed.given, reading.at)
    reading.draft.put_connection(call, heard)
    if observed.given is Given.CLEARED:
        _judge_ends(reading)
    if after == before:
        reading.ignore(step.discrepancy or Discrepancy.REPEATED, call=call.id)
        return
    if before is not None and after == msgspec.structs.replace(before, doubt=after.doubt):
        tell_certainty(reading, call, after)
        return
    if after.state is ConnectionState.CONNECTED:
        _doubt_others_active(reading, call)
    reading.tell(
        _TYPES[observed.given],
        call=call.id,
        line=after.line,
        state=after.state,
        cause=after.cause or str(observed.cause),
        confidence=found.confidence,
        detail=_oddities(step.discrepancy, after.doubt),
    )
    if is_missed:
        _count_missed(reading, call, after)


def _after_the_end(
    reading: Reading, observed: CallObserved, ended: EndedRecord, call: CallRecord | None, party: OtherParty
) -> None:
    """Take a report about a connection that is over: only a Missed Call can still say something new."""
    connection = call.at(reading.phone_id) if call is not None else None
    if call is not None and connection is not None and connection.is_end_inferred and not observed.is_missed:
        _after_an_inferred_end(reading, observed, call, connection)
        return
    is_news = observed.is_missed and not ended.is_missed and not ended.was_answered
    if connection is not None and connection.direction is Direction.OUTGOING:
        is_news = False
    if not is_news:
        is_repeated = observed.given is Given.CLEARED
        reading.ignore(Discrepancy.REPEATED if is_repeated else Discrepancy.LATE, call=ended.call or None)
        return
    if connection is None:
        _end_of_unknown(reading, observed, Found(call), party)
        return
    if call is None:
        raise LookupError(ended.call)  # a connection has a call
    after = msgspec.structs.replace(
        connection,
        is_missed=True,
        cause=str(Cause.CALL_NOT_ANSWERED),
        direction=Direction.INCOMING,
        remote=merge_party(connection.remote, party),
        is_end_inferred=False,
        may_go_on=False,
        doubt=None,
    )
    reading.draft.put_connection(call, after)
    _judge_ends(reading)
    _count_missed(reading, call, after)


def _after_an_inferred_end(
    reading: Reading, observed: CallObserved, call: CallRecord, connection: ConnectionRecord
) -> None:
    """Take a report about a connection that only another report ended: it may confirm the end, or refute it."""
    given = observed.given
    if given is Given.CLEARED:
        after = _ended(connection, connection.ended or reading.at, observed.cause)
        after = msgspec.structs.replace(after, is_end_inferred=False, may_go_on=False, doubt=None)
        reading.draft.put_connection(call, after)
        _judge_ends(reading)
        tell_certainty(reading, call, after)
        return
    is_proof = given in PROOFS_OF_LIFE and not (given is Given.ESTABLISHED and connection.answered is not None)
    if not is_proof:
        reading.ignore(Discrepancy.LATE, call=call.id)
        return
    # The end was an older report's, or this one is: only the next report can tell.
    is_close = reading.since(connection.ended or connection.reported) < REORDER_S
    step = follow(ConnectionState.NULL if connection.answered is None else ConnectionState.CONNECTED, given)
    revived = msgspec.structs.replace(
        _stepped(reading, connection, step),
        ended=None,
        cause=None,
        is_end_inferred=False,
        may_go_on=False,
        doubt=Doubt.OUT_OF_ORDER if is_close else None,
    )
    # Off hook while no call was shown looked like the beginning of one; it was this one that was answered.
    _merge_provisional(reading, call)
    reading.draft.forget_end(reading.phone_id, call)
    reading.draft.put_connection(call, _heard(revived, given, reading.at))
    reading.tell(
        _TYPES[given],
        call=call.id,
        line=revived.line,
        state=revived.state,
        cause=str(observed.cause),
        detail=_oddities(Discrepancy.LATE, revived.doubt),
    )


def settle_ends(reading: Reading) -> None:
    """The phone says once more that it is in no call: ends of some time ago that were in doubt are certain now."""
    for ended in reading.phone.ended:
        call = reading.draft.calls.get(ended.call)
        connection = call.at(reading.phone_id) if call is not None else None
        if call is None or connection is None or not connection.may_go_on or may_be_older(connection, reading.since):
            continue
        settled = msgspec.structs.replace(
            connection, may_go_on=False, doubt=connection.doubt if connection.answered is None else None
        )
        reading.draft.put_connection(call, settled)
        tell_certainty(reading, call, settled, origin=Origin.INFERRED)
    _judge_ends(reading)


def _judge_ends(reading: Reading) -> None:
    """Work out whether one of the phone's calls is shown as over and may not be."""
    calls = (reading.draft.calls.get(ended.call) for ended in reading.phone.ended)
    connections = (call.at(reading.phone_id) for call in calls if call is not None)
    reading.change_phone(has_doubtful_end=any(each.may_go_on for each in connections if each is not None))


def _doubt_of(reading: Reading, before: ConnectionRecord | None, given: Given, step: Step) -> Doubt | None:
    """Say what doubt a connection is in after a report about it."""
    if before is None:
        is_whole = given is Given.CLEARED or given in BEGINNINGS
        return None if is_whole else birth_doubt(reading.phone, reading.since)
    return step_doubt(before, given, has_changed=before.state is not step.state, since=reading.since)


def tell_certainty(
    reading: Reading, call: CallRecord, connection: ConnectionRecord, *, origin: Origin = Origin.REPORTED
) -> None:
    """Say that a connection is as it was, and that this is certain, or uncertain, from now on."""
    reading.tell(
        EventType.CALL_CERTAINTY_CHANGED,
        call=call.id,
        line=connection.line,
        state=connection.state,
        origin=origin,
        detail={"doubt": connection.doubt},
    )


def _doubt_others_active(reading: Reading, call: CallRecord) -> None:
    """A phone talks on one call: another that is active as well is in a conference with it, or its Hold was lost."""
    for other in reading.draft.calls_of(reading.phone):
        connection = other.at(reading.phone_id)
        if other.id == call.id or connection is None or connection.doubt is not None:
            continue
        if connection.state is ConnectionState.CONNECTED:
            doubted = msgspec.structs.replace(connection, doubt=Doubt.TWO_ACTIVE)
            reading.draft.put_connection(other, doubted)
            tell_certainty(reading, other, doubted, origin=Origin.INFERRED)


def _heard(connection: ConnectionRecord, given: Given, at: float) -> ConnectionRecord:
    """Note that a report about the connection arrived."""
    if given in (Given.HELD, Given.RETRIEVED):
        return msgspec.structs.replace(connection, reported=at, hold_reported=at)
    return msgspec.structs.replace(connection, reported=at)


def _oddities(discrepancy: Discrepancy | None, doubt: Doubt | None) -> dict[str, Any] | None:
    odd: dict[str, Any] = {}
    if discrepancy is not None:
        odd["discrepancy"] = str(discrepancy)
    if doubt is not None:
        odd["doubt"] = doubt
    return odd or None


def _end_of_unknown(reading: Reading, observed: CallObserved, found: Found, party: OtherParty) -> None:
    """Take the end of a connection that was never heard of: a missed call is kept, any other end only remembered."""
    wire = wire_key(reading)
    if not observed.is_missed:
        if wire:
            ended = EndedRecord(wire=wire, call=found.call.id if found.call else "", at=reading.at)
            reading.draft.remember_end(reading.phone_id, ended)
        reading.ignore(Discrepancy.LATE, call=found.call.id if found.call else None)
        return
    call = found.call or CallRecord(id=_new_call_id(reading), began=reading.at)
    connection = ConnectionRecord(
        phone=reading.phone_id,
        state=follow(ConnectionState.NULL, Given.CLEARED).state,
        began=reading.at,
        direction=Direction.INCOMING,
        line=account_of(reading.values),
        remote=party.party,
        reported=reading.at,
        ended=reading.at,
        cause=str(Cause.CALL_NOT_ANSWERED),
        is_missed=True,
        confidence=found.confidence,
    )
    call = reading.draft.put_connection(_with_id(reading, call), connection)
    reading.tell(
        EventType.CALL_CONNECTION_CLEARED,
        call=call.id,
        line=connection.line,
        state=connection.state,
        cause=connection.cause,
        confidence=found.confidence,
        detail={"discrepancy": str(Discrepancy.SKIPPED)},
    )
    _count_missed(reading, call, connection)


def _transferred_after_the_end(
    reading: Reading, observed: TransferObserved, call: CallRecord, detail: dict[str, Any]
) -> None:
    """Take a transfer that is reported after the end of its call: the order of reports is not promised."""
    connection = call.at(reading.phone_id)
    if connection is None or connection.was_transferred or observed.mode is TransferMode.UNKNOWN:
        reading.ignore(Discrepancy.LATE, call=call.id)
        return
    after = msgspec.structs.replace(connection, was_transferred=True, cause=str(Cause.TRANSFER))
    reading.draft.put_connection(call, after)
    reading.tell(
        EventType.CALL_TRANSFERRED,
        call=call.id,
        line=after.line,
        state=after.state,
        detail=detail | {"discrepancy": str(Discrepancy.LATE)},
    )


def _stepped(reading: Reading, connection: ConnectionRecord, step: Step) -> ConnectionRecord:
    """Write a step's state and effects into a connection."""
    fields: dict[str, Any] = {"state": step.state}
    if Effect.ANSWERED in step.effects:
        fields["answered"] = reading.at
    if Effect.RESUMED in step.effects:
        fields["is_transferring"] = False
    return msgspec.structs.replace(connection, **fields)


def _ended(connection: ConnectionRecord, at: float, cause: Cause) -> ConnectionRecord:
    if connection.was_transferred:
        cause = Cause.TRANSFER
    return msgspec.structs.replace(connection, ended=at, cause=str(cause), is_transferring=False, is_provisional=False)


def _count_missed(reading: Reading, call: CallRecord, connection: ConnectionRecord) -> None:
    reading.change_phone(missed_calls=reading.phone.missed_calls + 1)
    reading.tell(
        EventType.CALL_MISSED,
        call=call.id,
        line=connection.line,
        state=connection.state,
        cause=connection.cause,
        detail={"missed_calls": reading.phone.missed_calls},
    )


def _with_id(reading: Reading, call: CallRecord) -> CallRecord:
    """Write the report's Call-ID into a call that has none yet."""
    wire = wire_key(reading)
    if call.wire or not wire:
        return call
    return msgspec.structs.replace(call, wire=wire, call_id=call_id_of(reading))


def _merge_provisional(reading: Reading, call: CallRecord) -> None:
    """Drop the provisional call of a phone that now turns up in a call that is known: off hook meant that one."""
    provisional = provisional_call(reading)
    if provisional is None or provisional.id == call.id or not call.connections:
        return
    connection = provisional.at(reading.phone_id)
    reading.draft.merge_call(provisional, call.id)
    reading.tell(
        EventType.CALL_CONNECTION_CLEARED,
        call=provisional.id,
        line=connection.line if connection else None,
        state=ConnectionState.NULL,
        cause=str(Cause.REDIRECTED),
        origin=Origin.INFERRED,
        detail={"merged_into": call.id},
    )


def _make_room(reading: Reading) -> None:
    """End the oldest call of a phone that claims to be in more calls than a phone can be in."""
    calls = reading.draft.calls_of(reading.phone)
    if len(calls) >= MAX_LIVE_PER_PHONE:
        clear_connection(reading, calls[0], Cause.UNKNOWN)


def _new_call_id(reading: Reading) -> str:
    return f"c_{reading.new_id()}"
