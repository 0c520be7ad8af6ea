"""The envelope around everything that happened, the same in REST, WebSocket and journal.

Source: console-api.md §2.
"""

from typing import Any

import msgspec

from offhook.console_api.event_types import EventType, Origin

__all__ = ["Envelope", "Source"]


class Source(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """The Action URL request that an event came from."""

    action: int
    """Number of the request in the console's journal; events of one request share it."""
    dialect: str
    event: str
    """The document's slug, or the word as it arrived when the dialect does not know it."""
    vars: dict[str, str]
    """Decoded values as they arrived, hostile text included: show, never interpret."""
    request: str
    """The request target as it arrived, one Latin-1 character a byte, a secret in it replaced by `***`."""


class Envelope(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One thing that happened."""

    id: str
    """Globally unique; clients recognise doubles by it."""
    seq: int
    """Rises by one from event to event within an epoch; the position to resume from."""
    epoch: str
    """Names the journal; another epoch means another journal, and positions of the old one mean nothing."""
    type: EventType
    time: str
    """RFC 3339, UTC, milliseconds: best estimate of when it happened."""
    received: str
    """Same form: when the console got to know."""
    origin: Origin
    confidence: float = 1.0
    """1.0 when a report said so; less when the console had to guess which call was meant."""
    phone: str | None = None
    line: str | None = None
    call: str | None = None
    connection: str | None = None
    connection_state: str | None = None
    """State of `connection` after the event."""
    cause: str | None = None
    command: str | None = None
    detail: dict[str, Any] = {}
    """What the type adds, e.g. `on`, `busy`, `mode`, `discrepancy`; for command.* the `Command` itself."""
    source: Source | None = None
