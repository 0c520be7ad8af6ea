"""How sure the console may be of what it was told: reports get lost, doubled, and come in another order. Pure.

Theory of operation. Two reports that arrive `REORDER_S` apart or more are taken to be in order: a phone sends one at a
time, and tries again for seconds, not minutes, while anything newer waits behind. Reports closer together may have
changed places. So a fact that is told twice within that time with two values is shown with a doubt, and so is an end
that only another report (Busy to Idle, Setup Completed) speaks for. What time brings up, `find_doubts` looks for:
calls that nothing was heard of for long, or that contradict what else is known of the phone. A doubt never changes a
state; it says that the state may be wrong, and the next report that settles the matter takes it away.

Source: DOC §2.1-2.2 (a report is one GET; no delivery or order is promised); console-api.md §3 nos. 2, 24-26.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from offhook.callmodel.connection import Cause, ConnectionState, Given
from offhook.console.live_state import LiveState
from offhook.console.records import CallRecord, ConnectionRecord, DoubtArose, PhoneRecord
from offhook.console_api.resources import Direction, Doubt

__all__ = [
    "BEGINNINGS",
    "BUSY",
    "DOUBLED_S",
    "OFF_HOOK",
    "REORDER_S",
    "Patience",
    "Since",
    "birth_doubt",
    "doubt_of_call",
    "doubt_of_idle",
    "end_doubt",
    "find_doubts",
    "hear",
    "is_busy_unexplained",
    "may_be_older",
    "step_doubt",
]

REORDER_S = 2.0
"""Reports of one phone that arrive this far apart have not changed places."""

DOUBLED_S = 10.0
"""A report that comes again within this time is the same one twice (vendors.md §5 no. 20)."""

BUSY = "busy"
OFF_HOOK = "off hook"
"""Names under which Idle to Busy and Off-hook are noted, see `hear`."""

BEGINNINGS = frozenset({Given.SERVICE_INITIATED, Given.ORIGINATED, Given.DELIVERED})
Since = Callable[[float], float]
"""Gives the seconds from an arrival to the report that is looked at, see `outage.Outage`."""
_HOLD_REPORTS = frozenset({Given.HELD, Given.RETRIEVED})
_S = ConnectionState


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the console believes what it was told without hearing more."""

    ringing_s: float = 180.0
    """A call that is dialled or rings: networks give up earlier."""
    talking_s: float = 2 * 3600.0
    """A call that is talked on or held: phones report nothing meanwhile."""
    settling_s: float = 5.0
    """A contradiction, while the report that explains it may be under way."""


def step_doubt(before: ConnectionRecord | None, given: Given, *, has_changed: bool, since: Since) -> Doubt | None:
    """Say what doubt a connection is in after a report about it.

    Args:
        before: The connection before it; None for a new one.
        given: What the report says.
        has_changed: Whether it took the connection to another state.
        since: Tells how long before it something else arrived.
    """
    if before is None or before.is_provisional or given is Given.CLEARED:
        return None
    # Whatever only time brought up, a sign of life takes away.
    is_close = since(before.reported) < REORDER_S
    stays = before.doubt is Doubt.OUT_OF_ORDER or (before.doubt is Doubt.UNREPORTED and is_close)
    kept = before.doubt if stays else None
    if given not in _HOLD_REPORTS:
        return kept
    if before.hold_reported is None or since(before.hold_reported) >= REORDER_S:
        return None
    return Doubt.OUT_OF_ORDER if has_changed else kept


def end_doubt(connection: ConnectionRecord, since: Since) -> Doubt | None:
    """Say whether an end that is only implied by another report is in doubt.

    That report may be older than the connection itself; and of a call that rang nobody has said whether it was missed.
    Off hook and on hook again without a call is what people do all the time, and is believed.
    """
    if connection.state is _S.ALERTING or may_be_older(connection, since):
        return Doubt.UNREPORTED
    return None


def birth_doubt(phone: PhoneRecord, since: Since) -> Doubt | None:
    """Say whether a call that appears in the middle may be over: the phone was idle so lately that this may be late."""
    return Doubt.UNREPORTED if phone.idle_at is not None and since(phone.idle_at) < REORDER_S else None


def is_busy_unexplained(phone: PhoneRecord, connections: Iterable[ConnectionRecord], at: float) -> bool:
    """Say whether a phone that says it is idle said a moment ago that it is busy, and not with what.

    Which of the two is newer decides. A call from beginning to end shows it, as does the hook, off and on.

    Args:
        connections: Those the phone has and had a moment ago.
    """
    recent = {name: when for name, when in phone.heard if at - when < REORDER_S}
    busy_at = recent.get(BUSY)
    if busy_at is None or (OFF_HOOK in recent and phone.on_hook_at is not None and phone.on_hook_at >= busy_at):
        return False
    return not any(each.began > busy_at - REORDER_S and each.direction is not Direction.UNKNOWN for each in connections)


def may_be_older(connection: ConnectionRecord, since: Since) -> bool:
    """Say whether a report that arrives now may have been sent before those about the connection."""
    return since(connection.reported) < REORDER_S and not connection.is_provisional


def hear(phone: PhoneRecord, fact: str, *, has_changed: bool, at: float, undone_by: str = "") -> PhoneRecord:
    """Note that a feature or line was reported, and whether what the phone says of it now is to be believed.

    Args:
        fact: See `console_api.resources.Phone.doubts`.
        has_changed: The report said something else than was known.
        undone_by: Another fact, that a report of this one would belong before.
    """
    recent = tuple(each for each in phone.heard if at - each[1] < REORDER_S)
    is_close = any(name in (fact, undone_by) for name, _ in recent)
    doubts = tuple(each for each in phone.doubts if each != fact)
    if is_close and (has_changed or fact in phone.doubts):
        doubts = (*doubts, fact)
    kept = tuple(each for each in recent if each[0] != fact)
    return msgspec.structs.replace(phone, doubts=doubts, heard=(*kept, (fact, at)))


# --- what time brings up ------------------------------------------------------------------------------------------


def find_doubts(
    state: LiveState, phones: Iterable[PhoneRecord], now: float, patience: Patience
) -> Iterator[DoubtArose]:
    """Look through phones and their calls for what may be wrong by now and is not marked yet."""
    for phone in phones:
        if phone.calls:
            for call in state.calls_of(phone):
                connection = call.at(phone.id)
                if connection is not None and connection.doubt is None:
                    doubt = doubt_of_call(phone, call, connection, now, patience)
                    if doubt is not None:
                        yield DoubtArose(phone.id, call.id, doubt, connection.reported)
        elif phone.is_busy and not phone.is_idle_uncertain:
            doubt = doubt_of_idle(phone, now, patience)
            if doubt is not None:
                yield DoubtArose(phone.id, None, doubt, phone.reported)


def doubt_of_call(
    phone: PhoneRecord, call: CallRecord, connection: ConnectionRecord, now: float, patience: Patience
) -> Doubt | None:
    """Say why a live connection may be over by ``now``; None if nothing speaks for that."""
    if not connection.is_live:
        return None
    is_talk = connection.state in (_S.CONNECTED, _S.HELD)
    if now - max(connection.reported, connection.began) > (patience.talking_s if is_talk else patience.ringing_s):
        return Doubt.SILENT
    settled = now - patience.settling_s
    if (
        connection.state is _S.CONNECTED
        and phone.on_hook_at is not None
        and connection.reported <= phone.on_hook_at <= settled
    ):
        return Doubt.ON_HOOK
    if is_talk and _is_far_end_gone(call, connection, settled):
        return Doubt.FAR_END_GONE
    return None


def _is_far_end_gone(call: CallRecord, connection: ConnectionRecord, settled: float) -> bool:
    others = [each for each in call.connections if each.phone != connection.phone]
    return bool(others) and all(
        not each.is_live
        and not each.is_end_inferred
        and each.answered is not None
        and each.cause == Cause.NORMAL
        and each.ended is not None
        and connection.reported <= each.ended <= settled
        for each in others
    )


def doubt_of_idle(phone: PhoneRecord, now: float, patience: Patience) -> Doubt | None:
    """Say why a phone without a call may have one: it said that it is busy, and not with what."""
    is_settled = phone.reported is not None and phone.reported <= now - patience.settling_s
    if phone.is_busy is True and phone.is_off_hook is not True and not phone.calls and is_settled:
        return Doubt.UNREPORTED
    return None
