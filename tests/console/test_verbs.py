"""What is listed is not refused; what is not listed is refused, or true already."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import CALL_VERBS, plan_command
from offhook.console.plan_parts import Arguments, Plan, Situation
from offhook.console.verbs import Standing, connection_verbs, phone_verbs, typical_wishes
from offhook.console_api.resources import PhoneState, Verb
from offhook.dialects.dialect import Dialect
from offhook.errors import NotPossibleNow
from offhook.protocol.keys import Key
from tests.console.planning import BASE, OWN, S, connection, phone

STANDINGS = st.builds(
    Standing, st.sampled_from([state for state in S if state is not S.NULL]), st.booleans(), st.booleans()
)
FORWARD_KEYS = st.dictionaries(
    st.sampled_from(["always_on", "always_off", "busy_on", "no_answer_off"]), st.sampled_from(["*72{target} OK", "D1"])
)


def lacking(dialect: Dialect, keys: list[Key]) -> Dialect:
    return replace(dialect, key_spellings={key: at for key, at in dialect.key_spellings.items() if key not in keys})


def without(*keys: Key) -> Dialect:
    return lacking(BASE, list(keys))


DIALECTS = st.builds(lacking, st.sampled_from([BASE, OWN]), st.lists(st.sampled_from(list(Key)), max_size=20))


def is_refused(verb: Verb, wish: Arguments, seen: Situation) -> bool:
    try:
        plan_command(verb, wish, seen)
    except NotPossibleNow:
        return True
    return False


def is_sent(verb: Verb, wish: Arguments, seen: Situation) -> bool:
    if is_refused(verb, wish, seen):
        return False
    plan = plan_command(verb, wish, seen)
    if isinstance(plan, Plan):
        assert (plan.proof is not None) is verb.is_provable
    return isinstance(plan, Plan)


@given(STANDINGS, st.lists(STANDINGS, max_size=3), DIALECTS)
def test_the_verbs_of_a_connection_are_those_that_work(
    own: Standing, others: Sequence[Standing], dialect: Dialect
) -> None:
    connections = [
        connection(each.state, f"c{number}", is_transferring=each.is_transferring, is_uncertain=each.is_uncertain)
        for number, each in enumerate([own, *others])
    ]
    seen = Situation(phone(), connections, connections[0], dialect)
    listed = connection_verbs(own, others, dialect)
    for verb in CALL_VERBS:
        wishes = [wish for other in range(1, 4) for wish in typical_wishes(verb, f"c{other}")]
        assert any(is_sent(verb, wish, seen) for wish in wishes) is (verb in listed), verb


@given(st.sampled_from(PhoneState), st.lists(STANDINGS, max_size=3), FORWARD_KEYS, DIALECTS)
def test_the_verbs_of_a_phone_are_those_that_work(
    state: PhoneState, standings: Sequence[Standing], forward_keys: dict[str, str], dialect: Dialect
) -> None:
    connections = [
        connection(each.state, f"c{number}", is_uncertain=each.is_uncertain) for number, each in enumerate(standings)
    ]
    seen = Situation(phone(state=state, forward_keys=forward_keys), connections, None, dialect)
    listed = phone_verbs(state, standings, forward_keys, dialect)
    for verb in set(Verb) - set(CALL_VERBS):
        assert any(is_sent(verb, wish, seen) for wish in typical_wishes(verb)) is (verb in listed), verb


ALONE: dict[ConnectionState, list[Verb]] = {
    S.NULL: [],
    S.INITIATED: [Verb.HANG_UP],
    S.ALERTING: [Verb.ANSWER, Verb.REJECT, Verb.HANG_UP],
    S.CONNECTED: [Verb.HANG_UP, Verb.HOLD, Verb.SEND_DIGITS, Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER],
    S.HELD: [Verb.HANG_UP, Verb.RETRIEVE, Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER],
    S.FAILED: [Verb.HANG_UP],
}


@pytest.mark.parametrize("state", S)
def test_alone_a_connection_has_what_its_state_allows(state: ConnectionState) -> None:
    assert connection_verbs(Standing(state), [], BASE) == ALONE[state]


@pytest.mark.parametrize(
    ("own", "others", "expected"),
    [
        (Standing(S.CONNECTED), [Standing(S.HELD)], [*ALONE[S.CONNECTED], Verb.CONFERENCE]),
        (Standing(S.HELD), [Standing(S.CONNECTED)], [Verb.CONFERENCE]),
        (Standing(S.CONNECTED), [Standing(S.INITIATED)], []),
        (Standing(S.ALERTING), [Standing(S.ALERTING)], []),
        (
            Standing(S.HELD, is_transferring=True),
            [Standing(S.CONNECTED)],
            [Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER, Verb.CONFERENCE],
        ),
        (Standing(S.HELD, is_transferring=True), [Standing(S.INITIATED)], [Verb.CANCEL_TRANSFER]),
    ],
)
def test_beside_another_call(own: Standing, others: list[Standing], expected: list[Verb]) -> None:
    assert connection_verbs(own, others, BASE) == expected


def test_an_idle_phone_and_one_in_a_call() -> None:
    idle = phone_verbs(PhoneState.IDLE, [], {}, BASE)
    assert set(Verb) - set(CALL_VERBS) - set(idle) == {Verb.SET_MIC, Verb.SET_FORWARDING, Verb.SET_AUDIO_PATH}
    talking = phone_verbs(PhoneState.TALKING, [Standing(S.CONNECTED)], {"busy_on": "D1"}, BASE)
    assert set(Verb) - set(CALL_VERBS) - set(talking) == {Verb.REDIAL, Verb.VOICEMAIL, Verb.RESTART, Verb.PROVISION}


def test_forwards_are_listed_where_the_make_or_the_set_up_says_how() -> None:
    assert Verb.SET_FORWARDING in phone_verbs(PhoneState.IDLE, [], {}, OWN)
    assert Verb.SET_FORWARDING in phone_verbs(PhoneState.TALKING, [Standing(S.CONNECTED)], {}, OWN)
    assert Verb.SET_FORWARDING not in phone_verbs(PhoneState.IDLE, [], {}, BASE)


def test_a_transfer_to_a_ringing_target_is_listed_where_the_phone_does_it() -> None:
    primary, ringing = Standing(S.HELD, is_transferring=True), [Standing(S.INITIATED)]
    assert Verb.COMPLETE_TRANSFER in connection_verbs(primary, ringing, OWN)
    assert Verb.COMPLETE_TRANSFER not in connection_verbs(primary, ringing, BASE)


def test_a_key_that_a_phone_lacks_is_not_offered() -> None:
    assert Verb.REDIAL not in phone_verbs(PhoneState.IDLE, [], {}, without(Key.RD))
    assert Verb.HOLD not in connection_verbs(Standing(S.CONNECTED), [], without(Key.F_HOLD))
