"""The envelope, in the shape of console-api.md §2."""

from typing import Any

import msgspec
import pytest

from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin

EXAMPLE: dict[str, Any] = {
    "id": "01J9",
    "seq": 48213,
    "epoch": "c7f1",
    "type": "call.established",
    "time": "2026-01-05T09:12:03.418Z",
    "received": "2026-01-05T09:12:03.431Z",
    "origin": "reported",
    "phone": "0021f2aabbcc",
    "line": "201@pbx",
    "call": "c_9f2",
    "connection": "c_9f2:0021f2aabbcc",
    "connection_state": "connected",
    "cause": "new_call",
    "source": {
        "action": 7,
        "dialect": "base",
        "event": "established",
        "vars": {"call_id": "3b7f@pbx", "display_remote": "<img src=x>\r\n"},
        "request": "/established.xml?call_id=3b7f@pbx",
    },
}


def test_the_example_is_read_and_written_back() -> None:
    envelope = msgspec.json.decode(msgspec.json.encode(EXAMPLE), type=Envelope)
    assert envelope.type is EventType.CALL_ESTABLISHED
    assert envelope.origin is Origin.REPORTED
    assert envelope.confidence == 1.0
    assert envelope.source is not None
    assert envelope.source.vars["display_remote"] == "<img src=x>\r\n"
    assert msgspec.json.decode(msgspec.json.encode(envelope)) == EXAMPLE


def test_what_is_not_known_is_left_out() -> None:
    bare = Envelope(
        id="1",
        seq=1,
        epoch="e",
        type=EventType.PHONE_ADDED,
        time="2026-01-05T09:12:03.418Z",
        received="2026-01-05T09:12:03.418Z",
        origin=Origin.OPERATOR,
    )
    written = msgspec.json.decode(msgspec.json.encode(bare))
    assert set(written) == {"id", "seq", "epoch", "type", "time", "received", "origin"}
    assert msgspec.convert(written, Envelope) == bare


def test_a_guess_says_how_sure_it_is() -> None:
    guess = msgspec.structs.replace(msgspec.convert(EXAMPLE, Envelope), origin=Origin.INFERRED, confidence=0.5)
    written = msgspec.json.decode(msgspec.json.encode(guess))
    assert (written["origin"], written["confidence"]) == ("inferred", 0.5)


def test_details_of_one_envelope_are_not_those_of_another() -> None:
    first, second = (msgspec.convert({**EXAMPLE, "id": each}, Envelope) for each in ("1", "2"))
    first.detail["on"] = True
    assert second.detail == {}


@pytest.mark.parametrize(
    ("entry", "value"),
    [("type", "call.exploded"), ("origin", "dreamt"), ("seq", "48213"), ("phone", 5), ("source", {"dialect": "base"})],
)
def test_nonsense_is_refused(entry: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**EXAMPLE, entry: value}, Envelope)


@pytest.mark.parametrize("entry", ["id", "seq", "epoch", "type", "time", "received", "origin"])
def test_what_every_event_has(entry: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=entry):
        msgspec.convert({name: value for name, value in EXAMPLE.items() if name != entry}, Envelope)


def test_a_source_is_hashed_and_compared_by_value() -> None:
    source = msgspec.convert(EXAMPLE["source"], Source)
    assert source == msgspec.json.decode(msgspec.json.encode(source), type=Source)
