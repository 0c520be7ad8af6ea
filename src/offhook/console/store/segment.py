"""A stretch of the journal as one row of the SQL store: the requests of a batch and the events they led to.

What an event says of its request is left out where the request is in the same segment, and read from it again.
Source: architecture decision 3; docs/performance.md (what a row costs).
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from offhook.console.records import ActionRecord, Batch, CallRecord, PhoneRecord
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.protocol.action_url import parse_target

__all__ = ["Changes", "Segment", "pack", "pack_changes", "read_actions", "unpack", "unpack_changes"]


class _Event(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """An envelope without what its number and its request say; fields are only ever added, at the end."""

    seq: int
    type: EventType
    time: str
    received: str
    origin: Origin
    confidence: float
    phone: str | None
    line: str | None
    call: str | None
    connection: str | None
    connection_state: str | None
    cause: str | None
    command: str | None
    detail: dict[str, Any]
    action: int | None
    """Number of the request, where it is in the segment."""
    dialect: str
    source: Source | None
    """All that is known of the request, where it is not."""


class _Body(msgspec.Struct, array_like=True, frozen=True, gc=False):
    actions: list[ActionRecord]
    events: list[_Event]


class Segment(msgspec.Struct, frozen=True):
    """What a row holds."""

    actions: list[ActionRecord]
    envelopes: list[Envelope]


class Changes(msgspec.Struct, array_like=True, frozen=True):
    """Records that a batch changed; kept until the tables have them."""

    phones: Sequence[PhoneRecord]
    removed_phones: Sequence[str]
    calls: Sequence[CallRecord]
    removed_calls: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was changed."""
        return not (self.phones or self.removed_phones or self.calls or self.removed_calls)


_ENCODER = msgspec.msgpack.Encoder()
_BODY = msgspec.msgpack.Decoder(_Body)
_CHANGES = msgspec.msgpack.Decoder(Changes)


def pack(batch: Batch) -> bytes:
    """Write the requests and events of a batch."""
    numbers = {each.number for each in batch.actions}
    return _ENCODER.encode(_Body(batch.actions, [_event(each, numbers) for each in batch.envelopes]))


def unpack(body: bytes, epoch: str) -> Segment:
    """Read what `pack` wrote.

    Args:
        epoch: Of the journal, see `Envelope.epoch`.
    Raises:
        msgspec.MsgspecError: It is no such thing.
    """
    read = _BODY.decode(body)
    requests = {each.number: each for each in read.actions}
    return Segment(read.actions, [_envelope(each, requests, epoch) for each in read.events])


def read_actions(body: bytes) -> list[ActionRecord]:
    """Read only the requests."""
    return _BODY.decode(body).actions


def pack_changes(changes: Changes) -> bytes:
    """Write changed records."""
    return _ENCODER.encode(changes)


def unpack_changes(body: bytes) -> Changes:
    """Read what `pack_changes` wrote."""
    return _CHANGES.decode(body)


def _event(envelope: Envelope, numbers: set[int]) -> _Event:
    source = envelope.source
    is_here = source is not None and source.action in numbers
    return _Event(
        envelope.seq,
        envelope.type,
        envelope.time,
        envelope.received,
        envelope.origin,
        envelope.confidence,
        envelope.phone,
        envelope.line,
        envelope.call,
        envelope.connection,
        envelope.connection_state,
        envelope.cause,
        envelope.command,
        envelope.detail,
        source.action if source is not None and is_here else None,
        source.dialect if source is not None and is_here else "",
        None if is_here else source,
    )


def _envelope(event: _Event, requests: dict[int, ActionRecord], epoch: str) -> Envelope:
    return Envelope(
        id=f"{epoch}-{event.seq}",
        seq=event.seq,
        epoch=epoch,
        type=event.type,
        time=event.time,
        received=event.received,
        origin=event.origin,
        confidence=event.confidence,
        phone=event.phone,
        line=event.line,
        call=event.call,
        connection=event.connection,
        connection_state=event.connection_state,
        cause=event.cause,
        command=event.command,
        detail=event.detail,
        source=event.source if event.action is None else _source(requests[event.action], event.dialect),
    )


def _source(action: ActionRecord, dialect: str) -> Source:
    return Source(
        action=action.number,
        dialect=dialect,
        event=action.event,
        vars=parse_target(action.request).values,
        request=action.request.decode("latin-1"),
    )
