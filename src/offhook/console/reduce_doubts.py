"""What doubts do to the live state: time raises them, a command that was proved settles them.

Source: `certainty`; console-api.md §2 (`origin: inferred`).
"""

import msgspec

from offhook.console.live_state import Draft
from offhook.console.records import ConnectionRecord, DoubtArose, Happening, PhoneRecord
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Command, Verb

__all__ = ["reduce_doubt", "settle_by_command"]

_ABOUT_HOLD = frozenset({Verb.HOLD, Verb.RETRIEVE})


def reduce_doubt(draft: Draft, change: DoubtArose, now: float) -> list[Happening]:
    """Mark what time made doubtful, unless a report arrived meanwhile."""
    phone = draft.phones.get(change.phone)
    if phone is None:
        return []
    if change.call is None:
        if phone.calls or phone.is_idle_uncertain or phone.reported != change.reported:
            return []
        draft.put_phone(msgspec.structs.replace(phone, may_be_busy_since=phone.reported))
        return [_inferred(EventType.PHONE_CERTAINTY_CHANGED, change, now, detail={"doubts": ["calls", *phone.doubts]})]
    connection = _connection(draft, change.phone, change.call)
    if connection is None or not connection.is_live or connection.doubt or connection.reported != change.reported:
        return []
    _put_doubt(draft, change.call, msgspec.structs.replace(connection, doubt=change.doubt))
    happening = _inferred(EventType.CALL_CERTAINTY_CHANGED, change, now, detail={"doubt": change.doubt})
    happening.call, happening.line = change.call, connection.line or None
    happening.connection_state = connection.state
    return [happening]


def settle_by_command(draft: Draft, command: Command) -> None:
    """Take away the doubt about what a confirmed command was about.

    The console sent it after the report before, so the report that proves it is certainly the newer one.
    """
    phone = draft.phones.get(command.phone)
    if phone is None or command.proof is None:  # without a proof it was said to be so already, which may be the doubt
        return
    if command.verb in _ABOUT_HOLD and command.call is not None:
        connection = _connection(draft, command.phone, command.call)
        if connection is not None and connection.is_live and connection.doubt is not None:
            _put_doubt(draft, command.call, msgspec.structs.replace(connection, doubt=None))
    elif command.verb is Verb.CONFERENCE:
        for call in (command.call, command.arguments.get("other")):
            connection = _connection(draft, command.phone, str(call))
            if connection is not None and connection.is_live and connection.doubt is not None:
                _put_doubt(draft, str(call), msgspec.structs.replace(connection, doubt=None))
    elif command.verb is Verb.SET_DND:
        _settle_feature(draft, phone, "dnd")
    elif command.verb is Verb.SET_FORWARDING:
        _settle_feature(draft, phone, f"forwarding.{command.arguments.get('kind')}")


def _settle_feature(draft: Draft, phone: PhoneRecord, fact: str) -> None:
    if fact in phone.doubts:
        rest = tuple(each for each in phone.doubts if each != fact)
        draft.put_phone(msgspec.structs.replace(phone, doubts=rest))


def _connection(draft: Draft, phone: str, call: str) -> ConnectionRecord | None:
    record = draft.calls.get(call)
    return record.at(phone) if record is not None else None


def _put_doubt(draft: Draft, call: str, connection: ConnectionRecord) -> None:
    record = draft.calls.get(call)
    if record is not None:
        draft.put_connection(record, connection)


def _inferred(type_: EventType, change: DoubtArose, now: float, *, detail: dict[str, object]) -> Happening:
    return Happening(type=type_, at=now, received=now, origin=Origin.INFERRED, phone=change.phone, detail=detail)
