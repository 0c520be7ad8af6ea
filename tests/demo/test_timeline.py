import io
from typing import Any

import pytest
from rich.console import Console

from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Command, CommandState, Verb
from offhook.demo.timeline import Timeline


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def timeline(out: io.StringIO) -> Timeline:
    return Timeline(Console(file=out, width=200), lambda: 12.34, {"02000f001001": "1001"})


def event(kind: EventType, **more: Any) -> Envelope:
    facts: dict[str, Any] = {"id": "e-1", "seq": 1, "epoch": "e", "time": "t", "received": "t"}
    facts |= {"origin": Origin.REPORTED, "phone": "02000f001001"}
    return Envelope(type=kind, **(facts | more))


def source(action: int, request: str = "/hold.xml?mac=02000f001001") -> Source:
    return Source(action=action, dialect="base", event="hold", vars={}, request=request)


def test_a_request_is_printed_once_however_much_it_meant(timeline: Timeline, out: io.StringIO) -> None:
    timeline.event(event(EventType.CALL_HELD, source=source(1), connection_state="held"))
    timeline.event(event(EventType.PHONE_BUSY_CHANGED, source=source(1), detail={"busy": True}))
    timeline.event(event(EventType.CALL_RETRIEVED, source=source(2)))
    text = out.getvalue()
    assert text.count("GET /hold.xml") == 2
    assert "12.3 ms  ← 1001  GET /hold.xml?mac=02000f001001" in text
    assert "● 1001  call.held → held" in text
    assert "phone.busy_changed busy=True" in text


def test_how_a_command_ended(timeline: Timeline, out: io.StringIO) -> None:
    detail = {"verb": "hold", "round_trip_ms": 7.04, "reason": None}
    timeline.event(event(EventType.COMMAND_CONFIRMED, origin=Origin.OPERATOR, command="k", detail=detail))
    timeline.event(
        event(EventType.COMMAND_REJECTED, origin=Origin.OPERATOR, command="k", detail={"verb": "hold", "reason": "no"})
    )
    assert "→ 1001  hold confirmed after 7.0 ms" in out.getvalue()
    assert "→ 1001  hold rejected: no" in out.getvalue()


def test_hostile_text_is_text(timeline: Timeline, out: io.StringIO) -> None:
    hostile = "/incoming.xml?display_remote=[bold red]\x1b[2J\r\nfake" + "x" * 1000
    timeline.event(event(EventType.CALL_DELIVERED, source=source(3, hostile)))
    text = out.getvalue()
    assert "[bold red]\\x1b[2J\\r\\nfake" in text
    assert "\x1b" not in text and "\r" not in text
    assert len(text) < 700


@pytest.mark.parametrize(
    ("state", "proof", "reason", "words"),
    [
        (CommandState.CONFIRMED, "e-5", None, "confirmed by the phone's own report e-5"),
        (CommandState.CONFIRMED, None, None, "was true already"),
        (CommandState.TIMED_OUT, None, "no answer within 5 s", "timed_out: no answer within 5 s"),
        (CommandState.UNREACHABLE, None, None, "unreachable: no reason given"),
    ],
)
def test_outcome_in_words(
    timeline: Timeline, state: CommandState, proof: str | None, reason: str | None, words: str
) -> None:
    command = Command(
        id="k",
        phone="02000f001001",
        verb=Verb.HOLD,
        arguments={},
        state=state,
        reason=reason,
        call=None,
        connection=None,
        created="t",
        changed="t",
        requests=[],
        proof=proof,
        round_trip_ms=None,
    )
    assert timeline.outcome(command) == words
