"""What people and programs get to read; hostile names stay text."""

import msgspec
import pytest

from offhook.cli.printing import Printer, plain
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import CommandState, Forwarding, Phone, Verb
from tests.console.planning import phone
from tests.console.test_transfers import started

HOSTILE = "[red]\x1b[2J\u202eanna"
EVENT = Envelope(
    id="e-1",
    seq=1,
    epoch="e",
    type=EventType.CALL_HELD,
    time="2026-01-05T09:12:03.418Z",
    received="2026-01-05T09:12:03.418Z",
    origin=Origin.REPORTED,
    phone="p",
    connection_state="held",
    detail={"mode": "blind", "nested": {}},
)


def test_control_characters_are_escaped_and_long_text_cut() -> None:
    assert plain(HOSTILE) == "[red]\\x1b[2J\\u202eanna"
    assert len(plain("x" * 1000)) == 201


def test_phones_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    shown = phone(name=HOSTILE, dnd=True, forwarding=Forwarding(busy=True), is_set_up=False, missed_calls=3)
    Printer(is_json=False).phones([shown])
    out = capsys.readouterr().out
    assert "\x1b[2J" not in out and "[red]\\x1b[2J" in out.replace("\n", "")
    Printer(is_json=False).phones([])
    assert "No phone" in capsys.readouterr().out


def test_phones_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(is_json=True).phones([phone(name=HOSTILE)])
    assert msgspec.json.decode(capsys.readouterr().out, type=list[Phone]) == [phone(name=HOSTILE)]
    Printer(is_json=True).calls([], {})
    assert msgspec.json.decode(capsys.readouterr().out) == []


def test_what_became_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    command = started(Verb.HANG_UP, CommandState.REJECTED, "phone p answered 409")
    Printer(is_json=False).command(command)
    assert capsys.readouterr().out == "hang up: rejected (phone p answered 409)\n"
    proved = msgspec.structs.replace(command, state=CommandState.CONFIRMED, reason=None, round_trip_ms=12.3)
    Printer(is_json=False).command(proved)
    assert capsys.readouterr().out == "hang up: confirmed, proved by the phone's own report after 12 ms\n"


def test_an_event_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    Printer(is_json=False).event(EVENT, {"p": HOSTILE})
    out = capsys.readouterr().out
    assert out.count("\n") == 1 and "call.held" in out and "mode=blind" in out and "\x1b[2J" not in out
    Printer(is_json=True).event(EVENT, {})
    assert msgspec.json.decode(capsys.readouterr().out, type=Envelope) == EVENT
