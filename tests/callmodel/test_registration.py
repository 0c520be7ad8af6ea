"""One account's registration: every state with every input, and reports on change only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.registration import (
    REGISTRATION_TRANSITIONS,
    RegistrationEffect,
    RegistrationGiven,
    RegistrationState,
    RegistrationStep,
    advance_registration,
)
from offhook.errors import InvalidTransition

S, G, E = RegistrationState, RegistrationGiven, RegistrationEffect

LEGAL = {
    (S.UNREGISTERED, G.REGISTER): RegistrationStep(S.REGISTERING, (E.SEND_REGISTER,)),
    (S.REGISTERING, G.ACCEPTED): RegistrationStep(S.REGISTERED, (E.REPORT_REGISTERED,)),
    (S.REGISTERING, G.REFUSED): RegistrationStep(S.FAILED, (E.REPORT_FAILED, E.RETRY_LATER)),
    (S.REGISTERING, G.LOST): RegistrationStep(S.REGISTERING),
    (S.REGISTERING, G.UNREGISTER): RegistrationStep(S.UNREGISTERED, (E.SEND_UNREGISTER,)),
    (S.REGISTERED, G.ACCEPTED): RegistrationStep(S.REGISTERED),
    (S.REGISTERED, G.REFUSED): RegistrationStep(S.FAILED, (E.REPORT_FAILED, E.RETRY_LATER)),
    (S.REGISTERED, G.LOST): RegistrationStep(S.REGISTERING, (E.REPORT_UNREGISTERED,)),
    (S.REGISTERED, G.UNREGISTER): RegistrationStep(S.UNREGISTERED, (E.SEND_UNREGISTER, E.REPORT_UNREGISTERED)),
    (S.FAILED, G.REGISTER): RegistrationStep(S.FAILED, (E.SEND_REGISTER,)),
    (S.FAILED, G.ACCEPTED): RegistrationStep(S.REGISTERED, (E.REPORT_REGISTERED,)),
    (S.FAILED, G.REFUSED): RegistrationStep(S.FAILED, (E.RETRY_LATER,)),
    (S.FAILED, G.LOST): RegistrationStep(S.FAILED),
    (S.FAILED, G.UNREGISTER): RegistrationStep(S.UNREGISTERED),
}
REPORTS = {E.REPORT_REGISTERED: S.REGISTERED, E.REPORT_FAILED: S.FAILED, E.REPORT_UNREGISTERED: S.UNREGISTERED}


@pytest.mark.parametrize(("state", "given_"), [(state, given_) for state in S for given_ in G])
def test_every_pair(state: RegistrationState, given_: RegistrationGiven) -> None:
    if (state, given_) in LEGAL:
        assert advance_registration(state, given_) == LEGAL[state, given_]
        return
    with pytest.raises(InvalidTransition) as refused:
        advance_registration(state, given_)
    assert (refused.value.state, refused.value.given) == (state, given_)


def test_every_state_is_reached_and_left() -> None:
    assert set(REGISTRATION_TRANSITIONS) == set(S)
    assert {step.state for steps in REGISTRATION_TRANSITIONS.values() for step in steps.values()} == set(S)
    assert all(any(step.state is not s for step in steps.values()) for s, steps in REGISTRATION_TRANSITIONS.items())


@given(st.lists(st.sampled_from(G), max_size=30))
def test_a_report_tells_the_state_and_never_twice(givens: list[RegistrationGiven]) -> None:
    state, last_told = S.UNREGISTERED, S.UNREGISTERED
    for given_ in givens:
        if given_ not in REGISTRATION_TRANSITIONS[state]:
            continue
        step = advance_registration(state, given_)
        told = [REPORTS[effect] for effect in step.effects if effect in REPORTS]
        assert len(told) <= 1
        for word in told:
            assert word is step.state or given_ is G.LOST
            assert word is not last_told or state is S.REGISTERING
            last_told = word
        # Whoever is told nothing was told before; only leaving FAILED by logging out is silent.
        if not told and step.state is not S.REGISTERING:
            assert step.state in (last_told, S.UNREGISTERED)
        state = step.state


def test_a_failure_is_always_tried_again() -> None:
    for steps in REGISTRATION_TRANSITIONS.values():
        for given_, step in steps.items():
            assert (E.RETRY_LATER in step.effects) is (given_ is G.REFUSED)
