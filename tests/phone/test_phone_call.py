import pytest

from offhook.callmodel.connection import TRANSITIONS, ConnectionState, Given
from offhook.phone.engine.port import CallRef
from offhook.phone.phone_call import PhoneCall
from offhook.protocol.sip_uri import PartyAddress


def make_call(state: ConnectionState = ConnectionState.NULL) -> PhoneCall:
    call = PhoneCall(
        CallRef("1"),
        "a",
        is_incoming=True,
        local=PartyAddress("1001", "pbx"),
        remote=PartyAddress("1002", "pbx"),
        now=0.0,
    )
    call.state = state
    return call


@pytest.mark.parametrize("given", Given)
@pytest.mark.parametrize("state", ConnectionState)
def test_a_step_follows_the_call_model_or_changes_nothing(state: ConnectionState, given: Given) -> None:
    call = make_call(state)
    expected = TRANSITIONS[state].get(given)
    assert call.step(given) == expected
    assert call.state is (expected.state if expected else state)


def test_a_call_that_is_about_to_end_is_in_no_state_any_more() -> None:
    call = make_call(ConnectionState.CONNECTED)
    assert call.is_in(ConnectionState.CONNECTED)
    call.is_ending = True
    assert not call.is_in(ConnectionState.CONNECTED)


def test_only_ringing_leaves_the_phone_on_hook() -> None:
    kept = {state for state in ConnectionState if make_call(state).keeps_off_hook()}
    assert kept == set(ConnectionState) - {ConnectionState.ALERTING}
    answering = make_call(ConnectionState.ALERTING)
    answering.is_answering = True
    assert answering.keeps_off_hook()


def test_who_has_the_voice() -> None:
    having = {state for state in ConnectionState if make_call(state).has_voice()}
    assert having == {ConnectionState.CONNECTED, ConnectionState.INITIATED}
    coming_back = make_call(ConnectionState.HELD)
    coming_back.is_retrieving = True
    assert coming_back.has_voice()
