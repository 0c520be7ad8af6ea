"""Every verb of a call against every state of the call, alone and beside others."""

from dataclasses import replace
from itertools import product

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import CALL_VERBS, plan_command
from offhook.console.plan_parts import AlreadySo, Patience, Proof, Situation
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Connection, Verb
from offhook.dialects.dialect import Dialect
from offhook.protocol.active_uri import PressKeys
from offhook.protocol.keys import Key
from tests.console.planning import BASE, OWN, S, connection, outcome, phone, planned, refused, situation

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
    Verb.ATTENDED_TRANSFER: {
        S.NULL: "call-not-connected",
        S.INITIATED: "call-not-connected",
        S.ALERTING: "call-not-connected",
        S.CONNECTED: "F_TRANSFER 1 0 0 3 OK",
        S.HELD: "F_TRANSFER 1 0 0 3 OK",
        S.FAILED: "call-not-connected",
    },
    Verb.COMPLETE_TRANSFER: dict.fromkeys(S, "no-transfer-running"),
    Verb.CANCEL_TRANSFER: {**dict.fromkeys(S, "no-transfer-running"), S.CONNECTED: "already"},
    Verb.CONFERENCE: dict.fromkeys(S, "call-not-at-phone"),
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
        (Verb.HANG_UP, (S.CONNECTED, S.CONNECTED), "X"),  # a conference
        (Verb.HANG_UP, (S.CONNECTED, S.CONNECTED, S.HELD), "several-calls"),
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
        (Verb.ATTENDED_TRANSFER, (S.CONNECTED, S.HELD), "F_TRANSFER 1 0 0 3 OK"),
        (Verb.ATTENDED_TRANSFER, (S.HELD, S.HELD), "another-call-active"),
        (Verb.CONFERENCE, (S.CONNECTED, S.HELD), "F_CONFERENCE"),
        (Verb.CONFERENCE, (S.HELD, S.CONNECTED), "F_CONFERENCE"),
        (Verb.CONFERENCE, (S.CONNECTED, S.CONNECTED), "already"),
        (Verb.CONFERENCE, (S.HELD, S.HELD), "no-pair-to-join"),
        (Verb.CONFERENCE, (S.CONNECTED, S.ALERTING), "no-pair-to-join"),
        (Verb.CONFERENCE, (S.CONNECTED, S.HELD, S.HELD), "several-calls"),
    ],
)
def test_a_key_that_could_reach_another_call_is_not_sent(
    verb: Verb, states: tuple[ConnectionState, ...], expected: str
) -> None:
    assert outcome(verb, *states) == expected


@pytest.mark.parametrize("verb", CALL_VERBS)
def test_a_call_that_is_not_at_the_phone(verb: Verb) -> None:
    assert outcome(verb) == "call-not-at-phone"


@pytest.mark.parametrize("verb", [Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER])
@pytest.mark.parametrize("target", ["anna@pbx", "+39010", " - "])
def test_a_transfer_is_keyed_in(verb: Verb, target: str) -> None:
    assert refused(verb, situation(S.CONNECTED), target=target) == "target-not-on-keypad"


@pytest.mark.parametrize("digits", ["", "12a", "1 2"])
def test_digits_are_keys(digits: str) -> None:
    assert refused(Verb.SEND_DIGITS, situation(S.CONNECTED), digits=digits) == "digits-not-valid"


def test_one_request_where_the_phone_takes_sequences() -> None:
    dialect = replace(BASE, control=replace(BASE.control, has_sequences=True))
    seen = replace(situation(S.CONNECTED), dialect=dialect)
    plan = planned(Verb.BLIND_TRANSFER, seen, target="(10) 0-3")
    assert plan.requests == (
        PressKeys((Key.F_TRANSFER, Key.DIGIT_1, Key.DIGIT_0, Key.DIGIT_0, Key.DIGIT_3, Key.F_TRANSFER)),
    )
    assert plan.patience is Patience.PEOPLE


def transferring(*others: Connection, dialect: Dialect = BASE) -> Situation:
    """A held call that is being transferred, and other calls."""
    target = connection(S.HELD, is_transferring=True)
    return Situation(phone(), [target, *others], target, dialect)


@pytest.mark.parametrize("verb", [Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER])
def test_a_second_transfer_waits_for_the_first(verb: Verb) -> None:
    assert refused(verb, transferring()) == "transfer-running"
    running, talked_on = connection(S.HELD, "c2", is_transferring=True), connection(S.CONNECTED)
    seen = Situation(phone(), [talked_on, running], talked_on, BASE)
    assert refused(verb, seen) == "transfer-running"


def test_an_attended_transfer_is_proved_by_the_call_to_its_target() -> None:
    plan = planned(Verb.ATTENDED_TRANSFER, situation(S.CONNECTED))
    assert plan.proof == Proof(EventType.CALL_ORIGINATED, "p", but="c1:p")


@pytest.mark.parametrize(
    ("states", "complete", "cancel"),
    [
        ((), "no-transfer-running", "no-transfer-running"),
        ((S.INITIATED,), "target-not-answered", "X"),
        ((S.FAILED,), "target-not-answered", "X"),
        ((S.CONNECTED,), "F_TRANSFER", "X"),
        ((S.HELD,), "several-calls", "several-calls"),
        ((S.ALERTING,), "several-calls", "several-calls"),
        ((S.CONNECTED, S.ALERTING), "several-calls", "several-calls"),
    ],
)
def test_an_attended_transfer_is_completed_or_cancelled(
    states: tuple[ConnectionState, ...], complete: str, cancel: str
) -> None:
    seen = transferring(*(connection(state, f"c{number}") for number, state in enumerate(states, 2)))
    for verb, expected in ((Verb.COMPLETE_TRANSFER, complete), (Verb.CANCEL_TRANSFER, cancel)):
        if expected.isupper():
            (request,) = planned(verb, seen).requests
            assert request == PressKeys((Key[expected],))
        else:
            assert refused(verb, seen) == expected


def test_what_proves_the_end_of_an_attended_transfer() -> None:
    seen = transferring(connection(S.CONNECTED, "c2"))
    complete = planned(Verb.COMPLETE_TRANSFER, seen)
    assert complete.proof == Proof(EventType.CALL_TRANSFERRED, "p", "c1:p", {"mode": "attended"})
    assert [each.is_final for each in complete.refutations] == [True, False]
    cancel = planned(Verb.CANCEL_TRANSFER, seen)
    assert cancel.proof == Proof(EventType.CALL_RETRIEVED, "p", "c1:p")


def test_a_target_that_rings_gets_the_call_where_the_phone_is_known_to_do_that() -> None:
    complete = planned(Verb.COMPLETE_TRANSFER, transferring(connection(S.INITIATED, "c2"), dialect=OWN))
    assert complete.requests == (PressKeys((Key.F_TRANSFER,)),)
    assert complete.proof == Proof(EventType.CALL_TRANSFERRED, "p", "c1:p"), "as a blind one, or as an attended one"
    failed = transferring(connection(S.FAILED, "c2"), dialect=OWN)
    assert refused(Verb.COMPLETE_TRANSFER, failed) == "target-not-answered"


def two_talked_on(*, target_uncertain: bool = False, other_uncertain: bool = False) -> Situation:
    target = connection(S.CONNECTED, is_uncertain=target_uncertain)
    return Situation(phone(), [target, connection(S.CONNECTED, "c2", is_uncertain=other_uncertain)], target, BASE)


def test_x_ends_a_conference_and_never_the_one_of_two_calls_that_may_be_held() -> None:
    plan = planned(Verb.HANG_UP, two_talked_on())
    assert (plan.requests, plan.patience) == ((PressKeys((Key.X,)),), Patience.PEOPLE)
    assert plan.proof == Proof(EventType.CALL_CONNECTION_CLEARED, "p", "c1:p")
    # One of the two is in a conference, or on hold without a report: the other one is in front either way.
    assert planned(Verb.HANG_UP, two_talked_on(other_uncertain=True)).requests == (PressKeys((Key.X,)),)
    assert refused(Verb.HANG_UP, two_talked_on(target_uncertain=True)) == "several-calls"


@pytest.mark.parametrize(
    ("verb", "state"), [(Verb.ANSWER, S.CONNECTED), (Verb.HOLD, S.HELD), (Verb.RETRIEVE, S.CONNECTED)]
)
def test_what_is_so_already_is_sure_only_when_its_state_is(verb: Verb, state: ConnectionState) -> None:
    for is_uncertain in (False, True):
        target = connection(state, is_uncertain=is_uncertain)
        plan = plan_command(verb, {}, Situation(phone(), [target], target, BASE))
        assert isinstance(plan, AlreadySo) and plan.is_sure is not is_uncertain


@pytest.mark.parametrize("states", [(S.CONNECTED, S.HELD), (S.HELD, S.CONNECTED)])
def test_a_conference_is_proved_by_the_held_call_coming_back(states: tuple[ConnectionState, ...]) -> None:
    plan = planned(Verb.CONFERENCE, situation(*states))
    assert plan.proof == Proof(EventType.CALL_RETRIEVED, "p", "c2:p" if states[1] is S.HELD else "c1:p")
