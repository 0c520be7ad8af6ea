"""Every verb against every state of a call, alone and beside another."""

from dataclasses import replace
from itertools import product

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import AlreadySo, Arguments, Patience, Plan, Proof, Situation, plan_command
from offhook.console.verbs import connection_verbs
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import (
    Connection,
    Direction,
    Forwarding,
    Party,
    Phone,
    PhoneState,
    Verb,
)
from offhook.dialects.registry import Registry
from offhook.errors import NotPossibleNow, NotValid
from offhook.protocol.active_uri import DialNumber, PressKeys
from offhook.protocol.keys import Key

S = ConnectionState
BASE = Registry().base
ARGUMENTS: dict[Verb, Arguments] = {
    Verb.DIAL: {"number": "1002"},
    Verb.SEND_DIGITS: {"digits": "1#"},
    Verb.BLIND_TRANSFER: {"target": "1003"},
    Verb.SET_DND: {"on": True},
    Verb.PRESS_KEYS: {"keys": ["F1", "83"]},
}
CALL_VERBS = (
    Verb.ANSWER,
    Verb.REJECT,
    Verb.HANG_UP,
    Verb.HOLD,
    Verb.RETRIEVE,
    Verb.SEND_DIGITS,
    Verb.BLIND_TRANSFER,
)


def phone(**changes: object) -> Phone:
    fields: dict[str, object] = {
        "id": "p",
        "name": "Anna",
        "extension": "1001",
        "account": "1001@pbx",
        "is_set_up": True,
        "address": "127.0.0.1",
        "model": "",
        "firmware": "",
        "dialect": "base",
        "control_url": "http://127.0.0.1:1",
        "control_user": "admin",
        "state": PhoneState.IDLE,
        "hook": "on",
        "is_busy": None,
        "dnd": None,
        "forwarding": Forwarding(),
        "lines": [],
        "missed_calls": 0,
        "last_report": None,
        "verbs": [],
    }
    return Phone(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name, for short tests


def connection(state: ConnectionState, call: str = "c1", *, is_transferring: bool = False) -> Connection:
    return Connection(
        id=f"{call}:p",
        phone="p",
        state=state,
        direction=Direction.INCOMING,
        line="",
        remote=Party(),
        began="",
        answered=None,
        ended=None,
        cause=None,
        is_missed=False,
        is_transferring=is_transferring,
        confidence=1.0,
        verbs=[],
    )


def situation(*states: ConnectionState) -> Situation:
    """The first state is the target's; the others are other calls of the phone."""
    connections = [connection(state, f"c{index}") for index, state in enumerate(states, 1)]
    return Situation(phone(), connections, connections[0] if connections else None, BASE)


def outcome(verb: Verb, *states: ConnectionState) -> str:
    """Keys sent, `already`, or the id of the refusal."""
    try:
        plan = plan_command(verb, ARGUMENTS.get(verb, {}), situation(*states))
    except NotPossibleNow as refusal:
        return refusal.error_id
    if isinstance(plan, AlreadySo):
        return "already"
    return " ".join(
        item.value if isinstance(item, Key) else item
        for request in plan.requests
        if isinstance(request, PressKeys)
        for item in request.items
    )


ALONE: dict[Verb, dict[ConnectionState, str]] = {
    Verb.ANSWER: {
        S.NULL: "call-not-ringing",
        S.INITIATED: "call-not-ringing",
        S.ALERTING: "OK",
        S.CONNECTED: "already",
        S.HELD: "already",
        S.FAILED: "call-not-ringing",
    },
    Verb.REJECT: {
        S.NULL: "already",
        S.INITIATED: "call-not-ringing",
        S.ALERTING: "X",
        S.CONNECTED: "call-not-ringing",
        S.HELD: "call-not-ringing",
        S.FAILED: "call-not-ringing",
    },
    Verb.HANG_UP: {
        S.NULL: "already",
        S.INITIATED: "X",
        S.ALERTING: "X",
        S.CONNECTED: "X",
        S.HELD: "X",
        S.FAILED: "X",
    },
    Verb.HOLD: {
        S.NULL: "call-not-connected",
        S.INITIATED: "call-not-connected",
        S.ALERTING: "call-not-connected",
        S.CONNECTED: "F_HOLD",
        S.HELD: "already",
        S.FAILED: "call-not-connected",
    },
    Verb.RETRIEVE: {
        S.NULL: "call-not-held",
        S.INITIATED: "call-not-held",
        S.ALERTING: "call-not-held",
        S.CONNECTED: "already",
        S.HELD: "F_HOLD",
        S.FAILED: "call-not-held",
    },
    Verb.SEND_DIGITS: {
        S.NULL: "call-not-connected",
        S.INITIATED: "call-not-connected",
        S.ALERTING: "call-not-connected",
        S.CONNECTED: "1 POUND",
        S.HELD: "call-on-hold",
        S.FAILED: "call-not-connected",
    },
    Verb.BLIND_TRANSFER: {
        S.NULL: "call-not-connected",
        S.INITIATED: "call-not-connected",
        S.ALERTING: "call-not-connected",
        S.CONNECTED: "F_TRANSFER 1 0 0 3 F_TRANSFER",
        S.HELD: "F_TRANSFER 1 0 0 3 F_TRANSFER",
        S.FAILED: "call-not-connected",
    },
}


@pytest.mark.parametrize(("verb", "state"), list(product(CALL_VERBS, S)))
def test_every_verb_in_every_state(verb: Verb, state: ConnectionState) -> None:
    assert outcome(verb, state) == ALONE[verb][state]


@pytest.mark.parametrize(
    ("verb", "states", "expected"),
    [
        (Verb.ANSWER, (S.ALERTING, S.CONNECTED), "OK"),
        (Verb.ANSWER, (S.ALERTING, S.HELD), "OK"),
        (Verb.ANSWER, (S.ALERTING, S.ALERTING), "several-calls-ring"),
        (Verb.REJECT, (S.ALERTING, S.CONNECTED), "X"),
        (Verb.REJECT, (S.ALERTING, S.ALERTING), "several-calls"),
        (Verb.HANG_UP, (S.CONNECTED, S.ALERTING), "several-calls"),
        (Verb.HANG_UP, (S.CONNECTED, S.CONNECTED), "several-calls"),
        (Verb.HANG_UP, (S.CONNECTED, S.HELD), "X"),
        (Verb.HANG_UP, (S.HELD, S.CONNECTED), "several-calls"),
        (Verb.HANG_UP, (S.HELD, S.HELD), "several-calls"),
        (Verb.HOLD, (S.CONNECTED, S.ALERTING), "F_HOLD"),
        (Verb.HOLD, (S.CONNECTED, S.CONNECTED), "another-call-active"),
        (Verb.RETRIEVE, (S.HELD, S.CONNECTED), "another-call-active"),
        (Verb.RETRIEVE, (S.HELD, S.HELD), "several-calls-held"),
        (Verb.SEND_DIGITS, (S.CONNECTED, S.INITIATED), "another-call-active"),
        (Verb.BLIND_TRANSFER, (S.HELD, S.CONNECTED), "another-call-active"),
        (Verb.BLIND_TRANSFER, (S.CONNECTED, S.HELD), "F_TRANSFER 1 0 0 3 F_TRANSFER"),
    ],
)
def test_a_key_that_could_reach_another_call_is_not_sent(
    verb: Verb, states: tuple[ConnectionState, ...], expected: str
) -> None:
    assert outcome(verb, *states) == expected


@pytest.mark.parametrize(("state", "other"), list(product([state for state in S if state is not S.NULL], S)))
def test_every_verb_that_is_offered_can_be_planned(state: ConnectionState, other: ConnectionState) -> None:
    for verb in connection_verbs(state, [] if other is S.NULL else [other]):
        assert isinstance(plan_command(verb, ARGUMENTS.get(verb, {}), situation(state, other)), Plan), verb


@pytest.mark.parametrize("verb", list(Verb))
def test_a_phone_that_nobody_set_up_is_not_commanded(verb: Verb) -> None:
    seen = replace(situation(S.CONNECTED), phone=phone(is_set_up=False))
    with pytest.raises(NotPossibleNow) as refusal:
        plan_command(verb, ARGUMENTS.get(verb, {}), seen)
    assert refusal.value.error_id == "phone-not-set-up"


@pytest.mark.parametrize("verb", CALL_VERBS)
def test_a_call_that_is_not_at_the_phone(verb: Verb) -> None:
    assert outcome(verb) == "call-not-at-phone"


def test_dialling_names_the_account_only_when_there_is_one() -> None:
    plan = plan_command(Verb.DIAL, {"number": "+39 010-1"}, situation())
    assert isinstance(plan, Plan)
    assert plan.requests == (DialNumber("+390101", "1001@pbx"),)
    assert plan.proof == Proof(EventType.CALL_ORIGINATED, "p")
    anonymous = plan_command(Verb.DIAL, {"number": "7"}, replace(situation(), phone=phone(account="")))
    assert isinstance(anonymous, Plan)
    assert anonymous.requests == (DialNumber("7", None),)


@pytest.mark.parametrize(
    ("verb", "arguments", "error_id"),
    [
        (Verb.DIAL, {"number": "a\nb"}, "number-not-valid"),
        (Verb.DIAL, {"number": "1&key=Reboot#<"}, "number-not-valid"),
        (Verb.SEND_DIGITS, {"digits": "12a"}, "digits-not-valid"),
        (Verb.SEND_DIGITS, {"digits": ""}, "digits-not-valid"),
        (Verb.BLIND_TRANSFER, {"target": "anna@pbx"}, "target-not-on-keypad"),
        (Verb.BLIND_TRANSFER, {"target": "+39010"}, "target-not-on-keypad"),
        (Verb.PRESS_KEYS, {"keys": ["NOPE"]}, "unknown-key"),
        (Verb.PRESS_KEYS, {"keys": []}, "keys-missing"),
        (Verb.PRESS_KEYS, {"keys": ["0" * 65]}, "too-many-keys"),
    ],
)
def test_what_no_phone_could_do(verb: Verb, arguments: Arguments, error_id: str) -> None:
    with pytest.raises(NotValid) as refusal:
        plan_command(verb, arguments, situation(S.CONNECTED))
    assert refusal.value.error_id == error_id


def test_keys_in_any_case_and_digits_in_runs() -> None:
    plan = plan_command(Verb.PRESS_KEYS, {"keys": ["speaker", "83#", "enter", "#"]}, situation())
    assert isinstance(plan, Plan)
    assert [request.items for request in plan.requests if isinstance(request, PressKeys)] == [
        (Key.SPEAKER,),
        (Key.DIGIT_8,),
        (Key.DIGIT_3,),
        (Key.POUND,),
        (Key.ENTER,),
        (Key.POUND,),
    ]
    assert plan.proof is None


def test_one_request_where_the_phone_takes_sequences() -> None:
    dialect = replace(BASE, control=replace(BASE.control, has_sequences=True))
    plan = plan_command(Verb.BLIND_TRANSFER, {"target": "(10) 0-3"}, replace(situation(S.CONNECTED), dialect=dialect))
    assert isinstance(plan, Plan)
    assert plan.requests == (
        PressKeys((Key.F_TRANSFER, Key.DIGIT_1, Key.DIGIT_0, Key.DIGIT_0, Key.DIGIT_3, Key.F_TRANSFER)),
    )
    assert plan.patience is Patience.PEOPLE


def test_a_key_the_phone_does_not_have() -> None:
    without_hold: dict[Key, str] = dict(BASE.key_spellings)
    del without_hold[Key.F_HOLD]
    with pytest.raises(NotPossibleNow) as refusal:
        plan_command(Verb.HOLD, {}, replace(situation(S.CONNECTED), dialect=replace(BASE, key_spellings=without_hold)))
    assert refusal.value.error_id == "key-not-on-phone"


@pytest.mark.parametrize(("on", "key"), [(True, Key.DND_ON), (False, Key.DND_OFF)])
def test_do_not_disturb(on: bool, key: Key) -> None:
    plan = plan_command(Verb.SET_DND, {"on": on}, situation())
    assert isinstance(plan, Plan)
    assert plan.requests == (PressKeys((key,)),)
    assert plan.proof == Proof(EventType.PHONE_DND_CHANGED, "p", detail={"on": on})
    known = replace(situation(), phone=phone(dnd=on))
    assert isinstance(plan_command(Verb.SET_DND, {"on": on}, known), AlreadySo)


def test_a_second_transfer_waits_for_the_first() -> None:
    target = connection(S.HELD, is_transferring=True)
    with pytest.raises(NotPossibleNow) as refusal:
        plan_command(Verb.BLIND_TRANSFER, {"target": "1"}, Situation(phone(), [target], target, BASE))
    assert refusal.value.error_id == "transfer-running"


def test_restart_waits_for_the_phone_to_start() -> None:
    plan = plan_command(Verb.RESTART, {}, situation())
    assert isinstance(plan, Plan)
    assert plan.requests == (PressKeys((Key.REBOOT,)),)
    assert (plan.proof, plan.patience) == (Proof(EventType.PHONE_STARTED, "p"), Patience.RESTART)


@pytest.mark.parametrize(
    ("changes", "is_proof"),
    [
        ({}, True),
        ({"type": EventType.CALL_HELD}, False),
        ({"phone": "q"}, False),
        ({"connection": "c2:p"}, False),
        ({"detail": {"mode": "attended"}}, False),
        ({"detail": {}}, False),
        ({"detail": {"mode": "blind", "merged_into": "c3"}}, False),
    ],
)
def test_what_counts_as_proof(changes: dict[str, object], is_proof: bool) -> None:
    fields: dict[str, object] = {
        "id": "e",
        "seq": 1,
        "epoch": "e",
        "type": EventType.CALL_TRANSFERRED,
        "time": "",
        "received": "",
        "origin": Origin.REPORTED,
        "phone": "p",
        "connection": "c1:p",
        "detail": {"mode": "blind"},
    }
    event = Envelope(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name, for short tests
    assert Proof(EventType.CALL_TRANSFERRED, "p", "c1:p", {"mode": "blind"}).is_met_by(event) is is_proof
