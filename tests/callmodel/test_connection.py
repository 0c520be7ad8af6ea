"""One connection: every state with every input, by both entrances, then long random stories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.connection import (
    TRANSITIONS,
    Cause,
    ConnectionState,
    Discrepancy,
    Effect,
    Given,
    Step,
    advance,
    follow,
)
from offhook.errors import InvalidTransition

S, G, E, D = ConnectionState, Given, Effect, Discrepancy
BEFORE_ANSWER = {S.INITIATED, S.ALERTING, S.FAILED}
AFTER_ANSWER = {S.CONNECTED, S.HELD}
PAIRS = [(state, given) for state in S for given in G]

LEGAL: dict[tuple[ConnectionState, Given], tuple[ConnectionState, tuple[Effect, ...]]] = {
    (S.NULL, G.SERVICE_INITIATED): (S.INITIATED, (E.BEGAN,)),
    (S.NULL, G.ORIGINATED): (S.INITIATED, (E.BEGAN,)),
    (S.NULL, G.DELIVERED): (S.ALERTING, (E.BEGAN,)),
    (S.INITIATED, G.ORIGINATED): (S.INITIATED, ()),
    (S.INITIATED, G.ESTABLISHED): (S.CONNECTED, (E.ANSWERED,)),
    (S.INITIATED, G.FAILED): (S.FAILED, ()),
    (S.INITIATED, G.CLEARED): (S.NULL, (E.ENDED,)),
    (S.ALERTING, G.ESTABLISHED): (S.CONNECTED, (E.ANSWERED,)),
    (S.ALERTING, G.CLEARED): (S.NULL, (E.ENDED,)),
    (S.CONNECTED, G.HELD): (S.HELD, (E.PAUSED,)),
    (S.CONNECTED, G.TRANSFERRED): (S.CONNECTED, ()),
    (S.CONNECTED, G.CLEARED): (S.NULL, (E.ENDED,)),
    (S.HELD, G.RETRIEVED): (S.CONNECTED, (E.RESUMED,)),
    (S.HELD, G.TRANSFERRED): (S.HELD, ()),
    (S.HELD, G.CLEARED): (S.NULL, (E.ENDED,)),
    (S.FAILED, G.CLEARED): (S.NULL, (E.ENDED,)),
}
"""What is possible, written down a second time: a change of the table has to be meant."""

ODD: dict[tuple[ConnectionState, Given], Step] = {
    (S.NULL, G.CLEARED): Step(S.NULL, (), D.REPEATED),
    (S.INITIATED, G.SERVICE_INITIATED): Step(S.INITIATED, (), D.REPEATED),
    (S.ALERTING, G.DELIVERED): Step(S.ALERTING, (), D.REPEATED),
    (S.CONNECTED, G.ESTABLISHED): Step(S.CONNECTED, (), D.REPEATED),
    (S.CONNECTED, G.RETRIEVED): Step(S.CONNECTED, (), D.REPEATED),
    (S.HELD, G.HELD): Step(S.HELD, (), D.REPEATED),
    (S.FAILED, G.FAILED): Step(S.FAILED, (), D.REPEATED),
    # The answer overtaken by what followed it.
    (S.HELD, G.ESTABLISHED): Step(S.HELD, (), D.LATE),
    # The call's beginning, after the beginning.
    (S.INITIATED, G.DELIVERED): Step(S.INITIATED, (), D.LATE),
    **{(s, g): Step(s, (), D.LATE) for s in (S.ALERTING, S.FAILED) for g in (G.SERVICE_INITIATED, G.ORIGINATED)},
    (S.FAILED, G.DELIVERED): Step(S.FAILED, (), D.LATE),
    **{
        (s, g): Step(s, (), D.LATE)
        for s in (S.CONNECTED, S.HELD)
        for g in (G.SERVICE_INITIATED, G.ORIGINATED, G.DELIVERED, G.FAILED)
    },
    # Reports before it never came.
    (S.NULL, G.ESTABLISHED): Step(S.CONNECTED, (E.BEGAN, E.ANSWERED), D.SKIPPED),
    (S.NULL, G.RETRIEVED): Step(S.CONNECTED, (E.BEGAN, E.ANSWERED), D.SKIPPED),
    (S.NULL, G.HELD): Step(S.HELD, (E.BEGAN, E.ANSWERED, E.PAUSED), D.SKIPPED),
    (S.NULL, G.TRANSFERRED): Step(S.HELD, (E.BEGAN, E.ANSWERED, E.PAUSED), D.SKIPPED),
    (S.NULL, G.FAILED): Step(S.FAILED, (E.BEGAN,), D.SKIPPED),
    (S.ALERTING, G.FAILED): Step(S.FAILED, (), D.SKIPPED),
    (S.FAILED, G.ESTABLISHED): Step(S.CONNECTED, (E.ANSWERED,), D.SKIPPED),
    **{(s, G.RETRIEVED): Step(S.CONNECTED, (E.ANSWERED,), D.SKIPPED) for s in (S.INITIATED, S.ALERTING, S.FAILED)},
    **{
        (s, g): Step(S.HELD, (E.ANSWERED, E.PAUSED), D.SKIPPED)
        for s in (S.INITIATED, S.ALERTING, S.FAILED)
        for g in (G.HELD, G.TRANSFERRED)
    },
}
"""What `follow` makes of every report that is not legal."""


def test_the_two_tables_of_this_file_name_every_pair_once() -> None:
    assert set(LEGAL) | set(ODD) == set(PAIRS)
    assert not set(LEGAL) & set(ODD)


@pytest.mark.parametrize(("state", "given_"), PAIRS)
def test_own_command(state: ConnectionState, given_: Given) -> None:
    if (state, given_) in LEGAL:
        assert advance(state, given_) == Step(*LEGAL[state, given_])
        return
    with pytest.raises(InvalidTransition) as refused:
        advance(state, given_)
    assert (refused.value.state, refused.value.given) == (state, given_)


@pytest.mark.parametrize(("state", "given_"), PAIRS)
def test_observed_report(state: ConnectionState, given_: Given) -> None:
    expected = ODD[state, given_] if (state, given_) in ODD else Step(*LEGAL[state, given_])
    assert follow(state, given_) == expected


@pytest.mark.parametrize(("state", "given_"), PAIRS)
def test_never_back_to_an_earlier_stage(state: ConnectionState, given_: Given) -> None:
    after = follow(state, given_).state
    if state in AFTER_ANSWER:
        assert after not in BEFORE_ANSWER
    if after is S.NULL:
        assert given_ is G.CLEARED


@pytest.mark.parametrize(("state", "given_"), PAIRS)
def test_what_is_odd_and_late_or_repeated_changes_nothing(state: ConnectionState, given_: Given) -> None:
    step = follow(state, given_)
    if step.discrepancy in (D.LATE, D.REPEATED):
        assert (step.state, step.effects) == (state, ())
    assert (step.discrepancy is None) is (given_ in TRANSITIONS[state])


def test_every_state_is_reached_and_left() -> None:
    reached = {step.state for steps in TRANSITIONS.values() for step in steps.values()}
    assert reached == set(S)
    assert all(any(step.state is not state for step in TRANSITIONS[state].values()) for state in S)


def check_story(givens: list[Given]) -> None:
    """Follow reports and hold the effects against what a call can be."""
    state, is_on, is_answered, is_paused = S.NULL, False, False, False
    for given_ in givens:
        step = follow(state, given_)
        for effect in step.effects:
            match effect:
                case E.BEGAN:
                    assert not is_on
                    is_on = True
                case E.ANSWERED:
                    assert is_on and not is_answered
                    is_answered = True
                case E.PAUSED:
                    assert is_answered and not is_paused
                    is_paused = True
                case E.RESUMED:
                    assert is_paused
                    is_paused = False
                case E.ENDED:
                    assert is_on
                    is_on = is_answered = is_paused = False
        state = step.state
        assert is_on is (state is not S.NULL)
        assert is_answered is (state in AFTER_ANSWER)
        assert is_paused is (state is S.HELD)


@given(st.lists(st.sampled_from(G), max_size=40))
def test_any_reports_in_any_order_keep_the_ends_consistent(givens: list[Given]) -> None:
    check_story(givens)


STORIES = [
    [G.SERVICE_INITIATED, G.ORIGINATED, G.ESTABLISHED, G.HELD, G.RETRIEVED, G.CLEARED],
    [G.DELIVERED, G.ESTABLISHED, G.HELD, G.TRANSFERRED, G.CLEARED],
    [G.DELIVERED, G.CLEARED],
    [G.ORIGINATED, G.FAILED, G.CLEARED],
]


@given(st.data(), st.sampled_from(STORIES))
def test_a_real_call_lost_doubled_and_shuffled(data: st.DataObject, story: list[Given]) -> None:
    received = [report for report in story for _ in range(data.draw(st.integers(0, 2)))]
    check_story(data.draw(st.permutations(received)))


@pytest.mark.parametrize("story", STORIES)
def test_a_real_call_is_legal_from_end_to_end(story: list[Given]) -> None:
    state = S.NULL
    for given_ in story:
        assert follow(state, given_) == advance(state, given_)
        state = advance(state, given_).state
    assert state is S.NULL


def test_the_words_are_cstas() -> None:
    assert [state.value for state in S] == ["null", "initiated", "alerting", "connected", "held", "failed"]
    assert {"normal", "busy", "call_cancelled", "call_forward", "call_not_answered", "dest_not_obtainable"} < set(Cause)
