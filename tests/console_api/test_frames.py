"""Frames of the event feed: told apart by `op`, in both directions."""

from typing import Any

import msgspec
import pytest

from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.frames import (
    FEED_VERSION,
    CloseCode,
    EventFrame,
    Hello,
    HelloFrame,
    Ping,
    Pong,
    PongFrame,
    ResyncFrame,
    ServerFrame,
    Subscribe,
    SubscribedFrame,
)
from offhook.console_api.resources import Snapshot

NOW = "2026-01-05T09:12:03.418Z"
SNAPSHOT = Snapshot(epoch="c7f1", seq=7, time=NOW, phones=[], calls=[])
ENVELOPE = Envelope(
    id="1", seq=8, epoch="c7f1", type=EventType.CALL_HELD, time=NOW, received=NOW, origin=Origin.REPORTED
)
HELLO = Hello(version=FEED_VERSION, epoch="c7f1", seq=7, snapshot=SNAPSHOT)

SERVER: list[tuple[str, Any]] = [
    ("hello", HelloFrame(data=HELLO)),
    ("event", EventFrame(data=ENVELOPE)),
    ("resync_required", ResyncFrame(data=HELLO)),
    ("subscribed", SubscribedFrame(data={"phones": ["p1"], "types": None})),
    ("pong", PongFrame()),
    ("pong", PongFrame(data=Pong(seq=7))),
]
CLIENT: list[tuple[str, Any]] = [
    ("subscribe", Subscribe()),
    ("subscribe", Subscribe(phones=["p1"], types=["call."], groups=["Sales"])),
    ("ping", Ping()),
]


@pytest.mark.parametrize(("op", "frame"), SERVER)
def test_what_the_server_sends(op: str, frame: Any) -> None:
    written = msgspec.json.encode(frame)
    assert msgspec.json.decode(written)["op"] == op
    read: ServerFrame = msgspec.json.decode(written, type=ServerFrame)
    assert read == frame
    assert type(read) is type(frame)


@pytest.mark.parametrize(("op", "frame"), CLIENT)
def test_what_the_client_sends(op: str, frame: Any) -> None:
    written = msgspec.json.encode(frame)
    assert msgspec.json.decode(written)["op"] == op
    read: Any = msgspec.json.decode(written, type=Subscribe | Ping)
    assert read == frame


def test_hello_says_where_to_go_on_from() -> None:
    written = msgspec.json.decode(msgspec.json.encode(HelloFrame(data=HELLO)))
    assert written["data"] == {
        "version": 1,
        "epoch": "c7f1",
        "seq": 7,
        "snapshot": {"epoch": "c7f1", "seq": 7, "time": NOW, "phones": [], "calls": []},
    }


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"ping",
        b"[]",
        b"{}",
        b'{"op":"hello"}',
        b'{"op":"event"}',
        b'{"op":5}',
        b'{"op":"subscribe","phones":"p1"}',
    ],
)
def test_what_no_client_may_send(raw: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(raw, type=Subscribe | Ping)


def test_close_codes() -> None:
    assert {code.name: code.value for code in CloseCode} == {
        "GOING_AWAY": 1001,
        "NO_TOKEN": 4001,
        "REFUSED": 4002,
        "EXPIRED": 4003,
        "PROTOCOL_ERROR": 4004,
        "TOO_SLOW": 4008,
    }
