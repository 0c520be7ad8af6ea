"""Frames of the event feed, `GET /api/v1/events` (WebSocket, JSON text).

The server speaks first: `hello`, with a snapshot when none is to be resumed from; then `event` frames. The client may
send `subscribe` to narrow what it gets, and `ping`. With `?after_seq=N&epoch=E` the feed replays what came after N
before it goes live; `resync_required` says that this is not possible and carries a snapshot instead, at the beginning
or, when the reader was overtaken by what is thrown away, later. `phones`, `types` and `groups` in the query narrow the
feed, and its snapshot, from the start.

Source: console-api.md §1 nos. 2 and 8; docs/programs.md.
"""

from enum import IntEnum
from typing import Any

import msgspec

from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Snapshot

__all__ = [
    "FEED_VERSION",
    "CloseCode",
    "EventFrame",
    "Hello",
    "HelloFrame",
    "Ping",
    "Pong",
    "PongFrame",
    "ResyncFrame",
    "ServerFrame",
    "Subscribe",
    "SubscribedFrame",
]

FEED_VERSION = 1


class CloseCode(IntEnum):
    """Why the server closed the feed."""

    GOING_AWAY = 1001
    """The console stops; connect again."""
    NO_TOKEN = 4001
    REFUSED = 4002
    EXPIRED = 4003
    PROTOCOL_ERROR = 4004
    TOO_SLOW = 4008
    """The reader fell too far behind what happens; connect again with `after_seq`, and nothing is missed."""


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    """What the feed starts with."""

    version: int
    epoch: str
    seq: int
    """Position the feed continues from."""
    snapshot: Snapshot | None = None


class HelloFrame(msgspec.Struct, frozen=True, kw_only=True, tag="hello", tag_field="op"):
    """First frame."""

    data: Hello


class EventFrame(msgspec.Struct, frozen=True, kw_only=True, tag="event", tag_field="op"):
    """Something happened."""

    data: Envelope


class ResyncFrame(msgspec.Struct, frozen=True, kw_only=True, tag="resync_required", tag_field="op"):
    """What was to be resumed from is gone; start from this."""

    data: Hello


class SubscribedFrame(msgspec.Struct, frozen=True, kw_only=True, tag="subscribed", tag_field="op"):
    """Answer to `Subscribe`: the filter now in force."""

    data: dict[str, Any]


class Pong(msgspec.Struct, frozen=True, kw_only=True):
    """How far the feed is."""

    seq: int | None = None
    """Everything up to here that was asked for has been sent: whoever follows little resumes from here, not from the
    last event it got. None before the first frame."""


class PongFrame(msgspec.Struct, frozen=True, kw_only=True, tag="pong", tag_field="op"):
    """Answer to `Ping`."""

    data: Pong = Pong()


ServerFrame = HelloFrame | EventFrame | ResyncFrame | SubscribedFrame | PongFrame


class Subscribe(msgspec.Struct, frozen=True, kw_only=True, tag="subscribe", tag_field="op"):
    """Narrow the feed; None means all. Replaces what was asked for before."""

    phones: list[str] | None = None
    types: list[str] | None = None
    """Event types, or their beginnings: `call.` for all of a kind."""
    groups: list[str] | None = None
    """Groups of users: the phones of their members, beside those named in `phones`."""


class Ping(msgspec.Struct, frozen=True, kw_only=True, tag="ping", tag_field="op"):
    """Ask for a sign of life."""
