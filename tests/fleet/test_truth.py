from typing import Any

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.resources import (
    Call,
    Connection,
    Direction,
    Forwarding,
    Party,
    Phone,
    PhoneState,
    Snapshot,
)
from offhook.fleet.truth import Comparison, Difference, PhoneTruth, compare, glance

S = ConnectionState
WHEN = "2026-01-01T00:00:00Z"


def truth(calls: dict[str, ConnectionState] | None = None, **changes: Any) -> PhoneTruth:
    made = {"id": "p1", "number": "100001", "is_off_hook": bool(calls), "dnd": False, "address": "127.16.0.1"}
    return PhoneTruth(calls=calls or {}, **{**made, **changes})


def phone(state: PhoneState = PhoneState.IDLE, *, doubts: list[str] | None = None, dnd: bool | None = None) -> Phone:
    return Phone(
        id="p1",
        name="p1",
        extension="",
        account="",
        is_set_up=True,
        address="127.16.0.1",
        model="",
        firmware="",
        dialect="",
        control_url="",
        control_user="",
        state=state,
        hook="on",
        is_busy=None,
        dnd=dnd,
        forwarding=Forwarding(),
        lines=[],
        missed_calls=0,
        last_report=None,
        verbs=[],
        doubts=doubts or [],
    )


def call(call_id: str | None, state: ConnectionState, *, is_uncertain: bool = False, ended: str | None = None) -> Call:
    connection = Connection(
        id="c",
        phone="p1",
        state=state,
        direction=Direction.INCOMING,
        line="",
        remote=Party(),
        began=WHEN,
        answered=None,
        ended=ended,
        cause=None,
        is_missed=False,
        is_transferring=False,
        confidence=1.0,
        verbs=[],
        is_uncertain=is_uncertain,
    )
    return Call(
        id="c", call_id=call_id, is_live=ended is None, began=WHEN, answered=None, ended=ended, connections=[connection]
    )


def against(so: PhoneTruth, shown: Phone | None, *calls: Call) -> Comparison:
    phones = [] if shown is None else [shown]
    return compare([so], Snapshot(epoch="e", seq=1, time=WHEN, phones=phones, calls=list(calls)))


@pytest.mark.parametrize(
    ("so", "shown"),
    [
        (S.CONNECTED, PhoneState.TALKING),
        (S.ALERTING, PhoneState.RINGING),
        (S.INITIATED, PhoneState.CALLING),
        (S.FAILED, PhoneState.CALLING),
        (S.HELD, PhoneState.ON_HOLD),
    ],
)
def test_a_call_shown_as_it_is(so: ConnectionState, shown: PhoneState) -> None:
    assert glance(truth({"a1": so})) is shown
    result = against(truth({"a1": so}), phone(shown), call("a1", so), call("old", S.NULL, ended=WHEN))
    assert (result.phones, result.calls, result.equal, result.is_good) == (1, 1, 1, True)
    assert result.uncertain == result.untold == result.wrong == []


def test_a_wrong_console_that_is_sure_is_found_out() -> None:
    result = against(truth({"a1": S.HELD}), phone(PhoneState.TALKING), call("a1", S.CONNECTED))
    assert result.wrong == [Difference(phone="p1", what="call a1", truth="held", shown="connected")]
    assert not result.is_good and result.equal == 0


def test_a_call_that_is_missing_and_one_too_many() -> None:
    result = against(truth({"a1": S.CONNECTED}), phone(PhoneState.TALKING), call("b2", S.CONNECTED))
    assert {(each.what, each.truth, each.shown) for each in result.wrong} == {
        ("call a1", "connected", "no such call"),
        ("call b2", "no such call", "connected"),
    }


def test_what_the_console_is_not_sure_of_counts_apart() -> None:
    result = against(truth(), phone(PhoneState.TALKING), call("a1", S.CONNECTED, is_uncertain=True))
    assert len(result.uncertain) == 1 and result.is_good and result.equal == 0
    result = against(truth({"a1": S.CONNECTED}), phone(doubts=["calls"]))
    assert len(result.uncertain) == 1 and result.is_good


def test_what_nobody_told_it_counts_apart() -> None:
    lost = truth({"a1": S.HELD}, untold=frozenset({"a1"}))
    result = against(lost, phone(PhoneState.TALKING), call("a1", S.CONNECTED))
    assert len(result.untold) == 1 and result.is_good and result.equal == 0
    other = truth({"a1": S.HELD}, untold=frozenset({"b2"}))
    assert not against(other, phone(PhoneState.TALKING), call("a1", S.CONNECTED)).is_good


def test_a_glance_that_does_not_follow_from_the_calls_is_wrong() -> None:
    result = against(truth({"a1": S.HELD}), phone(PhoneState.TALKING), call("a1", S.HELD))
    assert [each.what for each in result.wrong] == ["state"]
    unsure = against(truth({"a1": S.HELD}), phone(PhoneState.TALKING, doubts=["calls"]), call("a1", S.HELD))
    assert unsure.is_good and len(unsure.uncertain) == 1


def test_off_hook_without_a_call_is_a_tone() -> None:
    tone = truth(is_off_hook=True)
    assert against(tone, phone(PhoneState.DIALLING), call(None, S.INITIATED)).equal == 1
    assert against(tone, phone(PhoneState.IDLE)).equal == 1
    left = against(truth(), phone(PhoneState.DIALLING), call(None, S.INITIATED))
    assert [each.what for each in left.wrong] == ["call"]
    lost = against(truth(untold=frozenset({"hook"})), phone(PhoneState.DIALLING), call(None, S.INITIATED))
    assert lost.is_good and len(lost.untold) == 1


def test_do_not_disturb() -> None:
    assert against(truth(), phone(dnd=None)).equal == 1
    assert against(truth(dnd=True), phone(dnd=True)).equal == 1
    assert [each.what for each in against(truth(dnd=True), phone(dnd=None)).wrong] == ["dnd"]
    assert against(truth(), phone(dnd=True, doubts=["dnd"])).uncertain[0].shown == "on"
    assert against(truth(dnd=True, untold=frozenset({"dnd"})), phone(dnd=False)).untold[0].truth == "on"


def test_a_phone_that_the_console_does_not_know() -> None:
    assert [each.what for each in against(truth(), None).wrong] == ["phone"]
