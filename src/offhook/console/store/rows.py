"""Between records and rows of the SQL store.

Source: `schema`; JSON by msgspec.
"""

from typing import Any

import msgspec

from offhook.console.records import ActionRecord, CallRecord, CommandProgress, ConnectionRecord, PhoneRecord
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command

__all__ = [
    "action_row",
    "call_row",
    "command_row",
    "connection_row",
    "event_row",
    "phone_row",
    "plain_text",
    "read_call",
    "read_command",
    "read_envelope",
    "read_phone",
]

_ENCODER = msgspec.json.Encoder()
_PHONE = msgspec.json.Decoder(PhoneRecord)
_CALL = msgspec.json.Decoder(CallRecord)
_ENVELOPE = msgspec.json.Decoder(Envelope)
_COMMAND = msgspec.json.Decoder(Command)


def phone_row(phone: PhoneRecord) -> dict[str, Any]:
    """Row of `phones`, without the password; what is rebuilt from the calls is left out."""
    stored = msgspec.structs.replace(phone, calls=(), ended=())
    return {
        "id": phone.id,
        "is_set_up": phone.is_set_up,
        "name": plain_text(phone.name),
        "record": _ENCODER.encode(stored),
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


def action_row(action: ActionRecord) -> dict[str, Any]:
    """Row of `actions`."""
    return {
        "number": action.number,
        "received": action.received,
        "phone": action.phone,
        "source_address": action.source_address,
        "event": plain_text(action.event),
        "request": action.request,
    }


def event_row(envelope: Envelope) -> dict[str, Any]:
    """Row of `events`."""
    return {
        "seq": envelope.seq,
        "type": str(envelope.type),
        "phone": envelope.phone,
        "call": envelope.call,
        "time": envelope.time,
        "envelope": _ENCODER.encode(envelope),
    }


def command_row(progress: CommandProgress) -> dict[str, Any]:
    """Row of `commands`."""
    command = progress.command
    return {
        "id": command.id,
        "phone": command.phone,
        "created": command.created,
        "is_final": command.state.is_final,
        "idempotency_key": progress.idempotency_key,
        "command": _ENCODER.encode(command),
    }


def read_phone(record: bytes) -> PhoneRecord:
    """Read `phones.record`."""
    return _PHONE.decode(record)


def read_call(record: bytes) -> CallRecord:
    """Read `calls.record`."""
    return _CALL.decode(record)


def read_envelope(envelope: bytes) -> Envelope:
    """Read `events.envelope`."""
    return _ENVELOPE.decode(envelope)


def read_command(command: bytes) -> Command:
    """Read `commands.command`."""
    return _COMMAND.decode(command)


def plain_text(text: str) -> str:
    """Write a text so that every database takes it; the JSON beside it keeps what was sent."""
    return text.replace("\x00", "\ufffd")
