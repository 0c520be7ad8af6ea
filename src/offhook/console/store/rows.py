"""Between records and rows of the SQL store.

Source: `schema`; JSON by msgspec.
"""

from typing import Any

import msgspec

from offhook.console.records import Batch, CallRecord, ConnectionRecord, PhoneRecord
from offhook.console_api.resources import Command

__all__ = [
    "call_row",
    "command_row",
    "connection_row",
    "journal_row",
    "phone_row",
    "plain_text",
    "read_call",
    "read_command",
    "read_phone",
    "stored_phone",
]

_ENCODER = msgspec.json.Encoder()
_PHONE = msgspec.json.Decoder(PhoneRecord)
_CALL = msgspec.json.Decoder(CallRecord)
_COMMAND = msgspec.json.Decoder(Command)


def stored_phone(phone: PhoneRecord) -> PhoneRecord:
    """Leave out what is rebuilt from the calls."""
    return msgspec.structs.replace(phone, calls=(), ended=()) if phone.calls or phone.ended else phone


def phone_row(phone: PhoneRecord) -> dict[str, Any]:
    """Row of `phones`, without the password."""
    return {
        "id": phone.id,
        "is_set_up": phone.is_set_up,
        "name": plain_text(phone.name),
        "record": _ENCODER.encode(stored_phone(phone)),
    }


def call_row(call: CallRecord) -> dict[str, Any]:
    """Row of `calls`."""
    return {
        "id": call.id,
        "call_id": None if call.call_id is None else plain_text(call.call_id),
        "began": call.began,
        "ended": call.ended,
        "record": _ENCODER.encode(call),
    }


def connection_row(call: CallRecord, connection: ConnectionRecord) -> dict[str, Any]:
    """Row of `connections`."""
    return {
        "call": call.id,
        "phone": connection.phone,
        "call_began": call.began,
        "began": connection.began,
        "answered": connection.answered,
        "ended": connection.ended,
        "direction": str(connection.direction),
        "number": plain_text(connection.remote.number),
        "name": plain_text(connection.remote.name),
        "is_missed": connection.is_missed,
    }


def journal_row(batch: Batch, body: bytes, last_seq: int, last_action: int) -> dict[str, Any]:
    """Row of `journal`.

    Args:
        body: The batch's requests and events as `segment` writes them.
        last_seq: Number of its last event, or of the last one before it.
        last_action: The same for requests.
    """
    events, requests = batch.envelopes, batch.actions
    return {
        "events": len(events),
        "last_seq": last_seq,
        "actions": len(requests),
        "last_action": last_action,
        "time": max([each.time for each in events] or [each.received for each in requests]),
        "body": body,
    }


def command_row(command: Command, idempotency_key: str | None) -> dict[str, Any]:
    """Row of `commands`."""
    return {
        "id": command.id,
        "phone": command.phone,
        "created": command.created,
        "is_final": command.state.is_final,
        "idempotency_key": idempotency_key,
        "command": _ENCODER.encode(command),
    }


def read_phone(record: bytes) -> PhoneRecord:
    """Read `phones.record`."""
    return _PHONE.decode(record)


def read_call(record: bytes) -> CallRecord:
    """Read `calls.record`."""
    return _CALL.decode(record)


def read_command(command: bytes) -> Command:
    """Read `commands.command`."""
    return _COMMAND.decode(command)


def plain_text(text: str) -> str:
    """Write a text so that every database takes it; the JSON beside it keeps what was sent."""
    return text.replace("\x00", "\ufffd")
