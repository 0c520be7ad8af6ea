"""Whether the console shows what is so, phone by phone. Pure.

A difference counts in one of three ways. It is *uncertain* when the console itself says that it may be wrong there. It
is *untold* when the last word about the matter was lost on the way, so that nobody could know. Else the console is
wrong and sure of it, which must not be.
Source: issue "Measured" (the fleet's report); `offhook.console_api.resources` for what the console says.
"""

from collections.abc import Iterable, Mapping

import msgspec

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.resources import Connection, Phone, PhoneState, Snapshot

__all__ = ["Comparison", "Difference", "PhoneTruth", "compare", "glance"]

_S = ConnectionState
_PLACING = (_S.INITIATED, _S.FAILED)


class PhoneTruth(msgspec.Struct, frozen=True, kw_only=True):
    """What is so at one phone."""

    id: str
    number: str
    calls: Mapping[str, ConnectionState]
    """By Call-ID."""
    is_off_hook: bool
    dnd: bool
    address: str
    untold: frozenset[str] = frozenset()
    """Call-IDs, `dnd` and `hook`: that of which the last word was lost."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the console shows otherwise than it is."""

    phone: str
    what: str
    """`phone`, `state`, `dnd`, or `call` and its Call-ID."""
    truth: str
    shown: str


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """How the two pictures compare."""

    phones: int
    calls: int
    """Connections: calls as seen from each of their phones."""
    equal: int
    """Phones of which everything is shown as it is."""
    uncertain: list[Difference]
    untold: list[Difference]
    wrong: list[Difference]

    @property
    def is_good(self) -> bool:
        """Whether the console was nowhere wrong and sure."""
        return not self.wrong


def glance(truth: PhoneTruth) -> PhoneState:
    """Say what a phone does, as the console sums it up."""
    states = set(truth.calls.values())
    if _S.CONNECTED in states:
        return PhoneState.TALKING
    if _S.ALERTING in states:
        return PhoneState.RINGING
    if states & set(_PLACING):
        return PhoneState.CALLING
    if _S.HELD in states:
        return PhoneState.ON_HOLD
    return PhoneState.IDLE


def compare(truths: Iterable[PhoneTruth], snapshot: Snapshot) -> Comparison:
    """Compare every phone of the fleet with what the console shows of it."""
    shown = {phone.id: phone for phone in snapshot.phones}
    connections: dict[str, dict[str, Connection]] = {}
    for call in snapshot.calls:
        for connection in call.connections:
            if connection.ended is None:
                connections.setdefault(connection.phone, {})[call.call_id or ""] = connection
    result = Comparison(phones=0, calls=0, equal=0, uncertain=[], untold=[], wrong=[])
    phones = calls = equal = 0
    for truth in truths:
        phones += 1
        calls += len(truth.calls)
        before = len(result.uncertain) + len(result.untold) + len(result.wrong)
        _compare_phone(truth, shown.get(truth.id), connections.get(truth.id, {}), result)
        equal += before == len(result.uncertain) + len(result.untold) + len(result.wrong)
    return msgspec.structs.replace(result, phones=phones, calls=calls, equal=equal)


def _compare_phone(
    truth: PhoneTruth, phone: Phone | None, connections: Mapping[str, Connection], into: Comparison
) -> None:
    if phone is None:
        into.wrong.append(Difference(phone=truth.id, what="phone", truth="there", shown="not known"))
        return
    is_same = _compare_calls(truth, phone, connections, into)
    # Off hook without a call is a dial tone, or the busy tone after one; and of some phones nothing was ever heard.
    alike = {glance(truth)} if truth.calls else {PhoneState.IDLE, PhoneState.DIALLING, PhoneState.UNKNOWN}
    if is_same and phone.state not in alike:
        difference = Difference(phone=truth.id, what="state", truth=glance(truth), shown=phone.state)
        (into.uncertain if "calls" in phone.doubts else into.wrong).append(difference)
    # A phone that never turned it on has never said anything about it.
    if bool(phone.dnd) is not truth.dnd:
        difference = Difference(phone=truth.id, what="dnd", truth=_on(truth.dnd), shown=_on(bool(phone.dnd)))
        _sort(difference, "dnd" in phone.doubts, "dnd" in truth.untold, into)


def _compare_calls(truth: PhoneTruth, phone: Phone, connections: Mapping[str, Connection], into: Comparison) -> bool:
    """Compare the calls; says whether they are the same."""
    is_same = True
    for call_id in truth.calls.keys() | connections.keys():
        so, connection = truth.calls.get(call_id), connections.get(call_id)
        state = connection.state if connection is not None else None
        if _is_alike(so, state) or (not call_id and truth.is_off_hook):
            continue
        is_same = False
        difference = Difference(
            phone=truth.id, what=f"call {call_id}".strip(), truth=so or "no such call", shown=state or "no such call"
        )
        is_uncertain = "calls" in phone.doubts or (connection is not None and connection.is_uncertain)
        _sort(difference, is_uncertain, (call_id or "hook") in truth.untold, into)
    return is_same


def _is_alike(so: ConnectionState | None, shown: ConnectionState | None) -> bool:
    """A call that failed and has not ended is reported as nothing else than one that is being placed."""
    return so is shown or (so in _PLACING and shown in _PLACING)


def _sort(difference: Difference, is_uncertain: bool, is_untold: bool, into: Comparison) -> None:
    if is_uncertain:
        into.uncertain.append(difference)
    elif is_untold:
        into.untold.append(difference)
    else:
        into.wrong.append(difference)


def _on(is_on: bool) -> str:
    return "on" if is_on else "off"
