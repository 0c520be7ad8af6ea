"""What of the live picture and of the feed is shown to whom. Pure.

An operator sees the calls of the own phones, and of every other phone what a glance at it would tell: idle, ringing,
talking. How phones are commanded is shown to who sets them up.

Source: docs/access.md.
"""

from typing import Any

import msgspec

from offhook.console.permissions import View, views_of
from offhook.console.principal import Principal
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Call, Connection, Phone, Snapshot
from offhook.console_api.scopes import Scope
from offhook.errors import NotFound

__all__ = ["event_for", "shown", "view_for"]


def shown(asker: Principal, answer: Any) -> Any:
    """Give of an answer what the one who asks may see; what is no phone, call or command is left as it is.

    Raises:
        NotFound: It is one thing, and nothing of it may be seen.
    """
    if isinstance(answer, list):
        return [seen for each in answer if (seen := _seen(asker, each)) is not None]
    seen = _seen(asker, answer)
    if seen is None and answer is not None:
        raise NotFound(type(answer).__name__.lower(), str(getattr(answer, "id", "")))
    return seen


def view_for(asker: Principal, event: Envelope) -> View | None:
    """Say how much of an event may be shown; None: nothing."""
    return views_of(asker.scopes)[event.type][0 if asker.sees_phone(event.phone) else 1]


def event_for(view: View, event: Envelope) -> Envelope:
    """Give so much of an event."""
    match view:
        case View.FULL:
            return event
        case View.PLAIN:
            return event if event.source is None else msgspec.structs.replace(event, source=None)
        case View.REDUCED:
            return Envelope(
                id=event.id,
                seq=event.seq,
                epoch=event.epoch,
                type=event.type,
                time=event.time,
                received=event.received,
                origin=event.origin,
                phone=event.phone,
                connection_state=event.connection_state,
            )


def _seen(asker: Principal, answer: Any) -> Any:
    match answer:
        case Phone():
            return _phone(asker, answer)
        case Call():
            return _call(asker, answer)
        case Snapshot():
            phones, calls = shown(asker, answer.phones), shown(asker, answer.calls)
            return msgspec.structs.replace(answer, phones=phones, calls=calls)
        case _:  # whatever else is about one phone: a command, a transfer
            phone = getattr(answer, "phone", None)
            return answer if phone is None or asker.sees_phone(phone) else None


def _phone(asker: Principal, phone: Phone) -> Phone:
    hidden: dict[str, Any] = {}
    if Scope.PHONES_ADMIN not in asker.scopes:
        hidden |= {"control_url": "", "control_user": "", "address": "", "mac": ""}
    if not asker.sees_phone(phone.id):
        hidden |= {"account": "", "missed_calls": 0, "lines": []}
    if asker.commands is not None and phone.id not in asker.commands:
        hidden |= {"verbs": []}
    return msgspec.structs.replace(phone, **hidden) if hidden else phone


def _call(asker: Principal, call: Call) -> Call | None:
    if asker.sees is not None and not any(each.phone in asker.sees for each in call.connections):
        return None
    if asker.commands is None:
        return call
    connections = [_connection(each, asker.commands) for each in call.connections]
    return msgspec.structs.replace(call, connections=connections)


def _connection(connection: Connection, commands: frozenset[str]) -> Connection:
    if connection.phone in commands or not connection.verbs:
        return connection
    return msgspec.structs.replace(connection, verbs=[])
