"""One transfer: every state with every input; a call is never lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.transfer import (
    TRANSFER_TRANSITIONS,
    TransferEffect,
    TransferGiven,
    TransferState,
    TransferStep,
    advance_transfer,
)
from offhook.errors import InvalidTransition

S, G, E = TransferState, TransferGiven, TransferEffect

LEGAL = {
    (S.NONE, G.START): TransferStep(S.COLLECTING, (E.HOLD_PRIMARY, E.REPORT_STARTED)),
    (S.NONE, G.LEAVE): TransferStep(S.LEAVING, (E.REFER_REPLACES,)),
    (S.COLLECTING, G.SEND_BLIND): TransferStep(S.REFERRING, (E.REFER,)),
    (S.COLLECTING, G.CONSULT): TransferStep(S.CONSULTING, (E.PLACE_CONSULTATION,)),
    (S.COLLECTING, G.CANCEL): TransferStep(S.NONE, (E.RETRIEVE_PRIMARY,)),
    (S.COLLECTING, G.PRIMARY_ENDED): TransferStep(S.NONE),
    (S.REFERRING, G.SUCCEEDED): TransferStep(S.NONE, (E.REPORT_BLIND, E.CLEAR_PRIMARY)),
    (S.REFERRING, G.FAILED): TransferStep(S.NONE, (E.RETRIEVE_PRIMARY, E.SHOW_FAILURE)),
    (S.REFERRING, G.PRIMARY_ENDED): TransferStep(S.NONE, (E.SHOW_FAILURE,)),
    (S.CONSULTING, G.COMPLETE): TransferStep(S.COMPLETING, (E.REFER_REPLACES,)),
    (S.CONSULTING, G.JOIN): TransferStep(S.NONE),
    (S.CONSULTING, G.CANCEL): TransferStep(S.NONE, (E.CLEAR_CONSULTATION, E.RETRIEVE_PRIMARY)),
    (S.CONSULTING, G.CONSULTATION_ENDED): TransferStep(S.NONE, (E.RETRIEVE_PRIMARY,)),
    (S.CONSULTING, G.PRIMARY_ENDED): TransferStep(S.NONE),
    (S.COMPLETING, G.SUCCEEDED): TransferStep(S.NONE, (E.REPORT_ATTENDED, E.CLEAR_BOTH)),
    (S.COMPLETING, G.FAILED): TransferStep(S.NONE, (E.CLEAR_CONSULTATION, E.RETRIEVE_PRIMARY, E.SHOW_FAILURE)),
    (S.COMPLETING, G.CONSULTATION_ENDED): TransferStep(S.COMPLETING),
    (S.COMPLETING, G.PRIMARY_ENDED): TransferStep(S.COMPLETING),
    (S.LEAVING, G.SUCCEEDED): TransferStep(S.NONE, (E.REPORT_ATTENDED, E.CLEAR_BOTH)),
    (S.LEAVING, G.FAILED): TransferStep(S.NONE, (E.CLEAR_BOTH,)),
    (S.LEAVING, G.CANCEL): TransferStep(S.NONE, (E.CLEAR_BOTH,)),
    (S.LEAVING, G.CONSULTATION_ENDED): TransferStep(S.LEAVING),
    (S.LEAVING, G.PRIMARY_ENDED): TransferStep(S.LEAVING),
}


@pytest.mark.parametrize(("state", "given_"), [(state, given_) for state in S for given_ in G])
def test_every_pair(state: TransferState, given_: TransferGiven) -> None:
    if (state, given_) in LEGAL:
        assert advance_transfer(state, given_) == LEGAL[state, given_]
        return
    with pytest.raises(InvalidTransition) as refused:
        advance_transfer(state, given_)
    assert (refused.value.state, refused.value.given) == (state, given_)


def test_every_state_is_reached_and_left() -> None:
    assert set(TRANSFER_TRANSITIONS) == set(S)
    assert {step.state for steps in TRANSFER_TRANSITIONS.values() for step in steps.values()} == set(S)
    for state, steps in TRANSFER_TRANSITIONS.items():
        assert any(step.state is not state for step in steps.values())
        # Everything under way can be over in one step.
        assert state is S.NONE or any(step.state is S.NONE for step in steps.values())


@given(st.lists(st.sampled_from(G), max_size=40))
def test_the_primary_call_is_given_back_cleared_or_over(givens: list[TransferGiven]) -> None:
    state, is_held, is_consulting = S.NONE, False, False
    for given_ in givens:
        if given_ not in TRANSFER_TRANSITIONS[state]:
            continue
        step = advance_transfer(state, given_)
        is_held = is_held or given_ is G.LEAVE
        is_consulting = is_consulting or given_ is G.LEAVE
        if given_ in (G.JOIN, G.PRIMARY_ENDED) and step.state is S.NONE:
            is_held = is_consulting = False
        if given_ is G.CONSULTATION_ENDED and step.state is S.NONE:
            is_consulting = False
        for effect in step.effects:
            match effect:
                case E.HOLD_PRIMARY:
                    is_held = True
                case E.RETRIEVE_PRIMARY | E.CLEAR_PRIMARY:
                    assert is_held
                    is_held = False
                case E.PLACE_CONSULTATION:
                    is_consulting = True
                case E.CLEAR_CONSULTATION:
                    assert is_consulting
                    is_consulting = False
                case E.CLEAR_BOTH:
                    assert is_held and is_consulting
                    is_held = is_consulting = False
                case _:
                    pass
        state = step.state
        assert is_held is (state is not S.NONE)
        assert is_consulting is (state in (S.CONSULTING, S.COMPLETING, S.LEAVING))


def test_blind_and_attended_are_reported_when_they_worked_and_only_then() -> None:
    reporting = {
        (state, given_): effect
        for state, steps in TRANSFER_TRANSITIONS.items()
        for given_, step in steps.items()
        for effect in step.effects
        if effect in (E.REPORT_STARTED, E.REPORT_BLIND, E.REPORT_ATTENDED)
    }
    assert reporting == {
        (S.NONE, G.START): E.REPORT_STARTED,
        (S.REFERRING, G.SUCCEEDED): E.REPORT_BLIND,
        (S.COMPLETING, G.SUCCEEDED): E.REPORT_ATTENDED,
        (S.LEAVING, G.SUCCEEDED): E.REPORT_ATTENDED,
    }
