import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.verbs import CONNECTION_VERBS, PHONE_VERBS, connection_verbs, phone_verbs
from offhook.console_api.resources import PhoneState, Verb


def test_the_tables_know_every_state() -> None:
    assert set(CONNECTION_VERBS) == set(ConnectionState)
    assert set(PHONE_VERBS) == set(PhoneState)


@pytest.mark.parametrize("state", ConnectionState)
def test_alone_a_connection_has_what_its_state_allows(state: ConnectionState) -> None:
    assert connection_verbs(state) == list(CONNECTION_VERBS[state])


def test_what_is_over_can_do_nothing() -> None:
    assert connection_verbs(ConnectionState.NULL, [ConnectionState.CONNECTED]) == []


def test_while_another_call_rings_x_would_reject_that_one() -> None:
    verbs = connection_verbs(ConnectionState.CONNECTED, [ConnectionState.ALERTING])
    assert Verb.HANG_UP not in verbs
    assert Verb.HOLD in verbs


def test_a_held_call_behind_one_that_is_talked_on_cannot_be_reached() -> None:
    assert connection_verbs(ConnectionState.HELD, [ConnectionState.CONNECTED]) == []


@pytest.mark.parametrize("state", ConnectionState)
def test_of_two_equal_calls_none_can_be_chosen_by_a_key(state: ConnectionState) -> None:
    assert connection_verbs(state, [state]) == []


def test_a_call_being_placed_takes_the_keys() -> None:
    assert connection_verbs(ConnectionState.CONNECTED, [ConnectionState.INITIATED]) == []


def test_the_call_in_front_keeps_its_verbs() -> None:
    assert connection_verbs(ConnectionState.ALERTING, [ConnectionState.CONNECTED]) == [Verb.ANSWER, Verb.REJECT]


@pytest.mark.parametrize("state", PhoneState)
def test_a_phone_that_nobody_set_up_cannot_be_commanded(state: PhoneState) -> None:
    assert phone_verbs(state, is_set_up=False) == []
    assert phone_verbs(state, is_set_up=True) == list(PHONE_VERBS[state])


def test_a_phone_in_a_call_is_not_restarted() -> None:
    assert Verb.RESTART not in phone_verbs(PhoneState.TALKING, is_set_up=True)
    assert Verb.RESTART in phone_verbs(PhoneState.IDLE, is_set_up=True)
