import pytest

from offhook.callmodel.transfer import TransferState
from offhook.phone.engine.port import CallRef, TransferProgress
from offhook.phone.soft_keys import Situation
from offhook.phone.transfer_control import LAST_WORD_S, OUTCOME_S
from offhook.protocol.events import Event
from tests.phone.bench import Bench, BenchPhone, digits

E = Event
_DONE = [E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def phones(bench: Bench) -> tuple[BenchPhone, BenchPhone, BenchPhone]:
    """Ann, who talks to Bob, and Cleo."""
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    return ann, bob, cleo


def lose_progress(phone: BenchPhone) -> None:
    """From now on the phone never hears how its transfer went."""
    take = phone.device.on_fact
    phone.engine.connect(lambda fact: None if isinstance(fact, TransferProgress) else take(fact))


Three = tuple[BenchPhone, BenchPhone, BenchPhone]


def test_a_blind_transfer_is_reported_when_it_worked(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER")
    assert ann.take_events() == [E.TRANSFER, E.HOLD]
    ann.press(*digits("1003"), "F_TRANSFER")
    assert ann.take_events() == []
    assert ann.device.status.transfer is TransferState.REFERRING
    cleo.press("OK")
    assert ann.take_events() == [E.BLIND_TRANSFER, *_DONE]
    assert ann.device.status.notice == "Transferred"
    assert bob.states == [("1003", "connected")]
    assert cleo.states == [("1002", "connected")]


def test_a_blind_transfer_in_one_breath(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press_at_once("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    cleo.press("OK")
    assert E.BLIND_TRANSFER in ann.take_events()
    assert bob.states == [("1003", "connected")]


def test_a_blind_transfer_that_is_refused_gives_the_call_back(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    ann.take_events()
    cleo.press("X")
    assert ann.take_events() == [E.UNHOLD]
    assert ann.device.status.notice == "The transfer failed"
    assert ann.states == [("1002", "connected")]
    assert bob.states == [("1001", "connected")]


def test_an_attended_transfer(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    assert ann.take_events() == [E.TRANSFER, E.HOLD, E.OUTGOING]
    cleo.press("OK")
    assert ann.take_events() == [E.ESTABLISHED]
    ann.press("F_TRANSFER")
    assert ann.take_events() == [E.ATTENDED_TRANSFER, E.TERMINATED, *_DONE]
    assert bob.states == [("1003", "connected")]
    assert cleo.states == [("1002", "connected")]
    assert bob.call.call_id == cleo.call.call_id


def test_an_attended_transfer_while_the_target_rings(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK", "F_TRANSFER")
    assert ann.device.status.transfer is TransferState.COMPLETING
    assert cleo.call.number == "1002"
    assert cleo.device.status.missed == 0
    ann.take_events()
    cleo.press("OK")
    assert ann.take_events() == [E.ATTENDED_TRANSFER, *_DONE]
    assert bob.states == [("1003", "connected")]


def test_a_ringing_target_that_refuses_gives_the_call_back(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK", "F_TRANSFER")
    cleo.press("X")
    assert ann.states == [("1002", "connected")]
    assert bob.states == [("1001", "connected")]
    assert ann.device.status.notice == "The transfer failed"


@pytest.mark.parametrize("is_answered", [True, False])
def test_x_goes_back_to_the_held_call(phones: Three, is_answered: bool) -> None:
    ann, _, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    if is_answered:
        cleo.press("OK")
    ann.take_events()
    ann.press("X")
    assert ann.take_events() == [E.TERMINATED, E.UNHOLD]
    assert ann.states == [("1002", "connected")]
    assert cleo.states == []


def test_x_while_the_number_is_entered_goes_back(phones: Three) -> None:
    ann, *_ = phones
    ann.press("F_TRANSFER", "1", "0", "X")
    assert ann.take_events() == [E.TRANSFER, E.HOLD, E.UNHOLD]
    assert ann.device.status.entered == ""


def test_x_before_the_hold_is_confirmed_goes_back_as_well(phones: Three) -> None:
    ann, *_ = phones
    ann.press_at_once("F_TRANSFER", "X")
    assert ann.states == [("1002", "connected")]
    ann.press_at_once("F_TRANSFER", "1", "OK", "X")
    assert ann.states == [("1002", "connected")]
    assert ann.device.status.transfer is TransferState.NONE


def test_a_consultation_may_become_a_conference(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK", "F_CONFERENCE")
    assert ann.device.status.notice == "Nobody has answered yet"
    cleo.press("OK")
    ann.take_events()
    ann.press("F_CONFERENCE")
    assert ann.take_events() == [E.UNHOLD]
    assert (ann.device.status.transfer, ann.device.status.situation) == (TransferState.NONE, Situation.CONFERENCE)
    cleo.press("X")
    assert ann.states == [("1002", "connected")]
    assert bob.states == [("1001", "connected")]


def test_a_consultation_that_fails_gives_the_call_back(phones: Three) -> None:
    ann, *_ = phones
    ann.press("F_TRANSFER", *digits("7777"), "OK")
    assert ann.take_events() == [E.TRANSFER, E.HOLD, E.OUTGOING, E.TERMINATED, E.UNHOLD]
    assert ann.device.status.notice == "7777: unknown number"


def test_without_a_number_nothing_is_sent(phones: Three) -> None:
    ann, *_ = phones
    ann.press("F_TRANSFER", "F_TRANSFER", "OK")
    assert ann.device.status.situation is Situation.TRANSFER_COLLECTING


@pytest.mark.parametrize("keys", [["F_TRANSFER", "1"], ["F_TRANSFER", *digits("1003"), "OK"]])
def test_the_other_party_hangs_up_in_between(phones: Three, keys: list[str]) -> None:
    ann, bob, _ = phones
    ann.press(*keys)
    bob.press("X")
    assert ann.device.status.transfer is TransferState.NONE
    assert ("1002", "held") not in ann.states
    ann.press("X")
    assert ann.states == []
    assert not ann.device.status.is_off_hook


def test_the_other_party_hangs_up_while_being_transferred(phones: Three) -> None:
    ann, bob, _ = phones
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    bob.press("X")
    assert ann.device.status.notice == "The transfer failed"
    assert ann.states == [("1002", "connected")]


def test_a_transfer_without_an_outcome_is_given_up(bench: Bench, phones: Three) -> None:
    ann, _, _ = phones
    lose_progress(ann)
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    bench.pass_time(OUTCOME_S)
    assert ann.device.status.notice == "The transfer failed"
    assert ann.states == [("1002", "connected")]


def test_when_the_transferred_call_is_over_the_last_word_is_not_waited_for_long(bench: Bench, phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    cleo.press("OK")
    lose_progress(ann)
    ann.press("F_TRANSFER")
    before = ann.device.status
    bench.pass_time(LAST_WORD_S)
    after = ann.device.status
    assert [before.transfer, after.transfer] == [TransferState.COMPLETING, TransferState.NONE]
    assert before.situation is Situation.IDLE
    assert bob.states == [("1003", "connected")]


def test_waiting_for_the_last_word_keeps_nobody_from_calling_or_transferring(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    cleo.press("OK")
    lose_progress(ann)
    ann.press("F_TRANSFER")
    bob.press("X")
    ann.dial("1002")
    bob.press("OK")
    ann.press("F_TRANSFER")
    assert ann.device.status.transfer is TransferState.COLLECTING


def test_progress_of_another_call_is_not_ours(phones: Three) -> None:
    ann, *_ = phones
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    ann.device.on_fact(TransferProgress(CallRef("other"), 200))
    assert ann.device.status.transfer is TransferState.REFERRING


def test_a_failed_transfer_leaves_a_call_answered_meanwhile_alone(bench: Bench, phones: Three) -> None:
    ann, _, cleo = phones
    dan = bench.phone("1004")
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER")
    dan.dial("1001")
    ann.press("OK")
    cleo.press("X")
    assert sorted(ann.states) == [("1002", "held"), ("1004", "connected")]
    assert ann.device.status.notice == "The transfer failed"


def test_hanging_up_does_not_stop_a_transfer(phones: Three) -> None:
    ann, bob, cleo = phones
    ann.press("F_TRANSFER", *digits("1003"), "F_TRANSFER", "X")
    assert ann.states == []
    cleo.press("OK")
    assert bob.states == [("1003", "connected")]


def test_a_consultation_needs_a_line(bench: Bench, phones: Three) -> None:
    ann, *_ = phones
    dan = bench.phone("1004")
    dan.dial("1001")
    ann.press("F_TRANSFER", *digits("1003"), "OK")
    assert ann.device.status.notice == "No line is free to call"
    assert ann.device.status.situation is Situation.TRANSFER_COLLECTING
