"""Phones, calls and commands as JSON, both ways."""

from typing import Any

import msgspec
import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.resources import (
    Call,
    Command,
    CommandState,
    Connection,
    Direction,
    Forwarding,
    Line,
    Party,
    Phone,
    PhoneRequestLog,
    PhoneState,
    Problem,
    Snapshot,
    Transfer,
    TransferFlow,
    TransferState,
    Verb,
)

NOW = "2026-01-05T09:12:03.418Z"

PHONE = Phone(
    id="0021f2aabbcc",
    name="Desk 1",
    extension="1001",
    account="1001@127.0.0.1",
    is_set_up=True,
    address="127.0.0.1",
    model="offhook",
    firmware="0.1.0",
    dialect="base",
    control_url="http://127.0.0.1:8081",
    control_user="admin",
    state=PhoneState.RINGING,
    hook="on",
    is_busy=True,
    dnd=None,
    forwarding=Forwarding(always=False),
    lines=[Line(uri="1001@127.0.0.1", state="registered")],
    missed_calls=2,
    last_report=NOW,
    verbs=[Verb.DIAL, Verb.SET_DND],
)
CALL = Call(
    id="c_9f2",
    call_id="3b7f@pbx",
    is_live=True,
    began=NOW,
    answered=None,
    ended=None,
    connections=[
        Connection(
            id="c_9f2:0021f2aabbcc",
            phone="0021f2aabbcc",
            state=ConnectionState.ALERTING,
            direction=Direction.INCOMING,
            line="1001@127.0.0.1",
            remote=Party(number="1002", name="<b>Zoë</b>"),
            began=NOW,
            answered=None,
            ended=None,
            cause=None,
            is_missed=False,
            is_transferring=False,
            confidence=1.0,
            verbs=[Verb.ANSWER, Verb.REJECT],
        )
    ],
)
COMMAND = Command(
    id="cmd_1",
    phone="0021f2aabbcc",
    verb=Verb.PRESS_KEYS,
    arguments={"keys": ["OK", "X"], "number": "1002", "held": True},
    state=CommandState.ACKNOWLEDGED,
    reason=None,
    call="c_9f2",
    connection=None,
    created=NOW,
    changed=NOW,
    requests=[PhoneRequestLog(request="/cgi-bin/ConfigManApp.com?key=OK", status=None, ms=4.5)],
    proof=None,
    round_trip_ms=None,
)
SNAPSHOT = Snapshot(epoch="c7f1", seq=48213, time=NOW, phones=[PHONE], calls=[CALL])
TRANSFER = Transfer(
    id="cmd_1",
    flow=TransferFlow.ATTENDED,
    phone="0021f2aabbcc",
    call="c_9f2",
    target="1003",
    consultation=None,
    state=TransferState.STARTING,
    reason=None,
    verbs=[Verb.CANCEL_TRANSFER],
    command=COMMAND,
)
PROBLEM = Problem(error_id="no-free-line", message="No line is free.", details={"phone": "1001", "lines": ["1", "2"]})


@pytest.mark.parametrize(
    "resource",
    [PHONE, CALL, COMMAND, TRANSFER, SNAPSHOT, PROBLEM, Party(), Forwarding()],
    ids=lambda r: type(r).__name__,
)
def test_json_round_trip(resource: msgspec.Struct) -> None:
    written = msgspec.json.encode(resource)
    assert msgspec.json.decode(written, type=type(resource)) == resource
    # Every field is there, unknown or not, so that a client needs no defaults of its own.
    assert list(msgspec.json.decode(written)) == [field.name for field in msgspec.structs.fields(resource)]


def test_words_at_the_wire() -> None:
    written: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(SNAPSHOT))
    (phone,), (call,) = written["phones"], written["calls"]
    assert (phone["state"], phone["verbs"], phone["dnd"]) == ("ringing", ["dial", "set_dnd"], None)
    (connection,) = call["connections"]
    assert (connection["state"], connection["direction"]) == ("alerting", "incoming")
    assert connection["remote"] == {
        "number": "1002",
        "name": "<b>Zoë</b>",
        "uri": "",
        "phone": None,
        "display": "",
        "contact": None,
    }


def test_a_problem_needs_no_details() -> None:
    assert msgspec.json.decode(b'{"error_id":"x","message":"y"}', type=Problem).details == {}


@pytest.mark.parametrize("state", CommandState)
def test_final_states(state: CommandState) -> None:
    assert state.is_final is (state.value not in {"queued", "sent", "acknowledged"})


def test_a_password_is_nowhere_in_what_is_shown() -> None:
    for resource in (Phone, Call, Command, Snapshot):
        assert not [field.name for field in msgspec.structs.fields(resource) if "password" in field.name]


@pytest.mark.parametrize(("entry", "value"), [("state", "asleep"), ("verbs", ["toggle"]), ("missed_calls", "2")])
def test_nonsense_is_refused(entry: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.to_builtins(PHONE), entry: value}, Phone)


def test_which_states_end_a_transfer() -> None:
    live = {TransferState.STARTING, TransferState.RINGBACK, TransferState.ANSWERED}
    assert {state for state in TransferState if not state.is_final} == live


def test_which_verbs_a_report_can_prove() -> None:
    assert Verb.DIAL.is_provable
    assert not Verb.SEND_DIGITS.is_provable
