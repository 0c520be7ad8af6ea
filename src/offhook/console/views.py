"""From records to what the API shows. Pure.

Source: console-api.md §1 nos. 1, 7, 10; `console_api.resources`.
"""

from collections.abc import Callable, Iterable, Sequence

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import CallRecord, ConnectionRecord, PhoneRecord
from offhook.console.times import rfc3339, rfc3339_or_none
from offhook.console.verbs import Standing, connection_verbs, phone_verbs
from offhook.console_api.resources import Call, CallNote, Connection, Party, Phone, PhoneState
from offhook.dialects.dialect import Dialect
from offhook.protocol.action_url import normalise_mac
from offhook.protocol.sip_uri import PartyAddress, is_withheld

__all__ = ["call_view", "connection_id", "phone_state", "phone_view"]

_HOOK = {None: "unknown", True: "off", False: "on"}


def connection_id(call: str, phone: str) -> str:
    """Name a connection: `<call>:<phone>`."""
    return f"{call}:{phone}"


def phone_state(phone: PhoneRecord, calls: Iterable[CallRecord]) -> PhoneState:
    """Say at a glance what a phone is doing: the liveliest of its connections decides."""
    connections = [connection for call in calls if (connection := call.at(phone.id)) is not None and connection.is_live]
    states = {connection.state for connection in connections}
    if ConnectionState.CONNECTED in states:
        return PhoneState.TALKING
    if ConnectionState.ALERTING in states:
        return PhoneState.RINGING
    if any(not connection.is_provisional and connection.state in _PLACING for connection in connections):
        return PhoneState.CALLING
    if states & _PLACING:
        return PhoneState.DIALLING
    if ConnectionState.HELD in states:
        return PhoneState.ON_HOLD
    return PhoneState.UNKNOWN if phone.reported is None else PhoneState.IDLE


_PLACING = frozenset({ConnectionState.INITIATED, ConnectionState.FAILED})


def phone_view(phone: PhoneRecord, calls: Sequence[CallRecord], dialect: Dialect) -> Phone:
    """Show a phone.

    Args:
        calls: Its live calls.
        dialect: What it speaks.
    """
    state = phone_state(phone, calls)
    mac = phone.mac or normalise_mac(phone.id) or ""
    verbs = []
    if _can_be_commanded(phone):
        verbs = phone_verbs(state, _standings(phone, calls), phone.forward_keys, dialect)
    return Phone(
        id=phone.id,
        name=phone.name or phone.id,
        extension=phone.extension,
        account=phone.account,
        is_set_up=phone.is_set_up,
        address=phone.address,
        mac=mac,
        is_mac_approved=phone.is_mac_approved or mac == phone.id,
        model=phone.model,
        firmware=phone.firmware,
        dialect=phone.dialect,
        chosen_dialect=phone.wanted_dialect,
        control_url=phone.control_url,
        control_user=phone.control_user,
        state=state,
        hook=_HOOK[phone.is_off_hook],
        is_busy=True if any(call.at(phone.id) for call in calls) else phone.is_busy,
        dnd=phone.dnd,
        forwarding=phone.forwarding,
        lines=list(phone.lines),
        missed_calls=phone.missed_calls,
        last_report=rfc3339_or_none(phone.reported),
        verbs=verbs,
        forward_keys=phone.forward_keys,
        doubts=_doubts(phone, calls),
    )


def call_view(
    call: CallRecord,
    phone_of: Callable[[str], PhoneRecord | None],
    calls_of: Callable[[PhoneRecord], Sequence[CallRecord]],
    dialect_of: Callable[[str], Dialect],
    party_of: Callable[[Party], Party] = lambda party: party,
) -> Call:
    """Show a call with all its connections.

    Args:
        dialect_of: Gives a dialect by its name.
        party_of: Completes the other party by what else is known of its number.
    """
    return Call(
        id=call.id,
        call_id=call.call_id,
        is_live=call.is_live,
        began=rfc3339(call.began),
        answered=rfc3339_or_none(call.answered),
        ended=rfc3339_or_none(call.ended),
        connections=[
            _connection_view(call, each, phone_of, calls_of, dialect_of, party_of) for each in call.connections
        ],
        notes=[
            CallNote(by=note.by, at=rfc3339(note.at), text=note.text, outcome=note.outcome)
            for note in call.notes
            if note.is_there
        ],
    )


def _connection_view(
    call: CallRecord,
    connection: ConnectionRecord,
    phone_of: Callable[[str], PhoneRecord | None],
    calls_of: Callable[[PhoneRecord], Sequence[CallRecord]],
    dialect_of: Callable[[str], Dialect],
    party_of: Callable[[Party], Party],
) -> Connection:
    phone = phone_of(connection.phone)
    verbs = []
    if connection.is_live and phone is not None and _can_be_commanded(phone):
        others = _standings(phone, (each for each in calls_of(phone) if each.id != call.id))
        own = _standing(connection)
        verbs = connection_verbs(own, others, dialect_of(phone.dialect))
    return Connection(
        id=connection_id(call.id, connection.phone),
        phone=connection.phone,
        state=connection.state,
        direction=connection.direction,
        line=connection.line,
        remote=party_of(_remote(call, connection, phone_of)),
        began=rfc3339(connection.began),
        answered=rfc3339_or_none(connection.answered),
        ended=rfc3339_or_none(connection.ended),
        cause=connection.cause,
        is_missed=connection.is_missed,
        is_transferring=connection.is_transferring,
        confidence=connection.confidence,
        verbs=verbs,
        was_transferred=connection.was_transferred,
        is_muted=connection.is_muted,
        is_uncertain=connection.doubt is not None,
        doubt=connection.doubt,
    )


def _doubts(phone: PhoneRecord, calls: Sequence[CallRecord]) -> list[str]:
    """List what of a phone may be wrong."""
    connections = [connection for call in calls if (connection := call.at(phone.id)) is not None]
    is_uncertain = phone.is_idle_uncertain if not connections else any(each.doubt is not None for each in connections)
    return ["calls", *phone.doubts] if is_uncertain else list(phone.doubts)


def _can_be_commanded(phone: PhoneRecord) -> bool:
    return phone.is_set_up and bool(phone.control_url)


def _standings(phone: PhoneRecord, calls: Iterable[CallRecord]) -> list[Standing]:
    """Give what decides about verbs, of the phone's live connections in these calls."""
    return [
        _standing(connection) for call in calls if (connection := call.at(phone.id)) is not None and connection.is_live
    ]


def _standing(connection: ConnectionRecord) -> Standing:
    return Standing(connection.state, connection.is_transferring, connection.doubt is not None)


def _remote(call: CallRecord, connection: ConnectionRecord, phone_of: Callable[[str], PhoneRecord | None]) -> Party:
    """Complete the other party from the call's other connection, where it is clear which one that is.

    A number that was withheld stays withheld, even where the other phone is one of ours.
    """
    remote = connection.remote
    if is_withheld(PartyAddress(user=remote.number)):
        return remote
    others = [each for each in call.connections if each.phone != connection.phone]
    if len(others) == 1:
        return _completed(remote, others[0].phone, phone_of)
    live = [each for each in others if each.is_live]
    if connection.is_live and len(live) == 1 and any(each.was_transferred for each in others):
        # Whom the phone reported has handed the call over; who talks now is a phone of ours.
        return _completed(Party(), live[0].phone, phone_of)
    return remote


def _completed(remote: Party, phone: str, phone_of: Callable[[str], PhoneRecord | None]) -> Party:
    other = phone_of(phone)
    if other is None:
        return Party(number=remote.number, name=remote.name, uri=remote.uri, phone=phone)
    return Party(
        number=remote.number or other.extension,
        name=remote.name or other.name,
        uri=remote.uri,
        phone=phone,
    )
