import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.phone.call_list import CALLS_PER_LINE, CallList
from offhook.phone.engine.port import CallRef
from offhook.phone.phone_call import PhoneCall
from offhook.protocol.sip_uri import PartyAddress

S = ConnectionState


def add(calls: CallList, state: ConnectionState, account: str = "a") -> PhoneCall:
    ref = CallRef(str(len(calls.calls)))
    party = PartyAddress("1", "h")
    call = PhoneCall(ref, account, is_incoming=True, local=party, remote=party, now=0.0)
    call.state = state
    calls.calls[ref] = call
    return call


def test_each_question_finds_its_call() -> None:
    calls = CallList()
    placing, ringing = add(calls, S.INITIATED), add(calls, S.ALERTING)
    active, held = add(calls, S.CONNECTED), add(calls, S.HELD)
    assert (calls.placing(), calls.ringing(), calls.active(), calls.held()) == (placing, ringing, active, held)


def test_an_empty_list_finds_nothing() -> None:
    calls = CallList()
    assert (calls.placing(), calls.ringing(), calls.active(), calls.held(), calls.current()) == (None,) * 5
    assert calls.conference() == []
    assert not calls.is_voice_taken()


def test_a_call_about_to_end_is_not_found_and_still_has_the_voice() -> None:
    calls = CallList()
    add(calls, S.CONNECTED).is_ending = True
    assert calls.active() is None
    assert calls.is_voice_taken()


def test_a_call_being_answered_is_on_its_way_and_rings_no_more() -> None:
    calls = CallList()
    call = add(calls, S.ALERTING)
    call.is_answering = True
    assert calls.ringing() is None
    assert calls.placing() is call


def test_the_longest_ringing_and_the_last_held_come_first() -> None:
    calls = CallList()
    first, _ = add(calls, S.ALERTING), add(calls, S.ALERTING)
    _, last = add(calls, S.HELD), add(calls, S.HELD)
    assert calls.ringing() is first
    assert calls.held() is last


def test_asked_about_one_account() -> None:
    calls = CallList()
    add(calls, S.ALERTING, "a")
    there = add(calls, S.ALERTING, "b")
    held = add(calls, S.HELD, "b")
    add(calls, S.HELD, "a")
    assert calls.ringing("b") is there
    assert calls.held("b") is held
    assert calls.ringing("c") is calls.held("c") is None


def test_a_line_is_free_until_it_has_two_calls() -> None:
    calls = CallList()
    for _ in range(CALLS_PER_LINE):
        assert calls.has_free_line("a")
        add(calls, S.HELD, "a")
    assert not calls.has_free_line("a")
    assert calls.has_free_line("b")


@pytest.mark.parametrize(
    ("states", "index"),
    [
        ([S.HELD, S.ALERTING, S.CONNECTED, S.INITIATED], 3),
        ([S.HELD, S.ALERTING, S.CONNECTED], 2),
        ([S.HELD, S.ALERTING], 1),
        ([S.HELD], 0),
    ],
)
def test_the_current_call(states: list[ConnectionState], index: int) -> None:
    calls = CallList()
    added = [add(calls, state) for state in states]
    assert calls.current() is added[index]


def test_another_one_of_several_can_be_put_in_front() -> None:
    calls = CallList()
    first, second = add(calls, S.ALERTING), add(calls, S.ALERTING)
    held = add(calls, S.HELD)
    calls.choose(1)
    assert calls.ringing() is second
    calls.choose(1)
    assert calls.ringing() is first
    calls.choose(-1)
    assert calls.ringing() is second
    assert calls.held() is held


def test_held_calls_are_chosen_where_none_rings() -> None:
    calls = CallList()
    calls.choose(1)
    first, last = add(calls, S.HELD, "a"), add(calls, S.HELD, "b")
    assert calls.held() is last
    calls.choose(1)
    assert calls.held() is first
    assert calls.held("b") is last
    first.is_ending = True
    assert calls.held() is last
