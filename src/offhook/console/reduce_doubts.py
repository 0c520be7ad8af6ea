"""What doubts do to the live state: time raises them, a command that was proved settles them.

Source: `certainty`; console-api.md §2 (`origin: inferred`).
"""

from collections.abc import Iterable

import msgspec

from offhook.console.live_state import Draft
from offhook.console.records import ConnectionRecord, DoubtArose, Happening, PhoneRecord
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Command, Doubt, Verb

__all__ = ["reduce_doubt", "settle_by_command"]


def reduce_doubt(draft: Draft, change: DoubtArose, now: float) -> list[Happening]:
    """Mark what time made doubtful, unless a report arrived meanwhile."""
    phone = draft.phones.get(change.phone)
    if phone is None:
        return []
    if change.call is None:
        if phone.calls or phone.is_idle_uncertain or phone.reported != change.reported:
            return []
        draft.put_phone(msgspec.structs.replace(phone, may_be_busy_since=phone.reported))
        detail: dict[str, object] = {"doubts": ["calls", *phone.doubts]}
        return [_inferred(EventType.PHONE_CERTAINTY_CHANGED, change.phone, now, detail=detail)]
    connection = _connection(draft, change.phone, change.call)
    if connection is None or not connection.is_live or connection.doubt or connection.reported != change.reported:
        return []
    _put_doubt(draft, change.call, msgspec.structs.replace(connection, doubt=change.doubt))
    return [_call_certainty(change.phone, change.call, connection, change.doubt, now)]


def settle_by_command(draft: Draft, command: Command, now: float) -> list[Happening]:
    """Take away the doubt about what a confirmed command was about, and say so.

    The console sent it after the report before, so the report that proves it is certainly the newer one.
    """
    phone = draft.phones.get(command.phone)
    if phone is None or command.proof is None:  # without a proof it was said to be so already, which may be the doubt
        return []
    match command.verb:
        case Verb.HOLD | Verb.RETRIEVE:
            return _settle_calls(draft, command, [command.call], now)
        case Verb.CONFERENCE:
            return _settle_calls(draft, command, [command.call, command.arguments.get("other")], now)
        case Verb.SET_DND:
            return _settle_feature(draft, phone, "dnd", now)
        case Verb.SET_FORWARDING:
            return _settle_feature(draft, phone, f"forwarding.{command.arguments.get('kind')}", now)
        case _:
            return []


def _settle_calls(draft: Draft, command: Command, calls: Iterable[object], now: float) -> list[Happening]:
    happenings = []
    for call in map(str, calls):
        connection = _connection(draft, command.phone, call)
        if connection is None or not connection.is_live or connection.doubt is None:
            continue
        _put_doubt(draft, call, msgspec.structs.replace(connection, doubt=None))
        happenings.append(_call_certainty(command.phone, call, connection, None, now))
    return happenings


def _settle_feature(draft: Draft, phone: PhoneRecord, fact: str, now: float) -> list[Happening]:
    if fact not in phone.doubts:
        return []
    rest = tuple(each for each in phone.doubts if each != fact)
    draft.put_phone(msgspec.structs.replace(phone, doubts=rest))
    return [_inferred(EventType.PHONE_CERTAINTY_CHANGED, phone.id, now, detail={"doubts": list(rest)})]


def _connection(draft: Draft, phone: str, call: str) -> ConnectionRecord | None:
    record = draft.calls.get(call)
    return record.at(phone) if record is not None else None


def _put_doubt(draft: Draft, call: str, connection: ConnectionRecord) -> None:
    record = draft.calls.get(call)
    if record is not None:
        draft.put_connection(record, connection)


def _call_certainty(phone: str, call: str, connection: ConnectionRecord, doubt: Doubt | None, now: float) -> Happening:
    happening = _inferred(EventType.CALL_CERTAINTY_CHANGED, phone, now, detail={"doubt": doubt})
    happening.call, happening.line = call, connection.line or None
    happening.connection_state = connection.state
    return happening


def _inferred(type_: EventType, phone: str, now: float, *, detail: dict[str, object]) -> Happening:
    return Happening(type=type_, at=now, received=now, origin=Origin.INFERRED, phone=phone, detail=detail)
