"""Calls and hook: what is reported, in which order, whatever the engine says and when."""

import pytest

from offhook.callmodel.connection import Cause, ConnectionState
from offhook.callmodel.transfer import TransferState
from offhook.errors import NotPossibleNow
from offhook.phone.call_control import BUSY_TONE_S, HOLD_WAIT_S
from offhook.phone.engine.port import (
    CallAnswered,
    CallEnded,
    CallHeld,
    CallPlaced,
    CallRef,
    CallReplaced,
    CallRetrieved,
    IncomingCall,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)
from offhook.phone.settings import FeatureSettings, ForwardSettings
from offhook.phone.soft_keys import Situation
from offhook.phone.transfer_control import LAST_WORD_S
from offhook.protocol.events import Event
from offhook.protocol.keys import parse_key
from offhook.protocol.sip_uri import PartyAddress
from offhook.protocol.variables import Variable
from tests.phone.bench import Bench, BenchPhone

E = Event
_BEGIN = [E.OFF_HOOK, E.IDLE_TO_BUSY, E.OUTGOING]
_END = [E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE]


def test_a_call_from_both_sides() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    assert ann.take_events() == _BEGIN
    assert bob.take_events() == [E.INCOMING, E.IDLE_TO_BUSY]
    assert (bob.call.number, bob.call.name) == ("1001", "Ann")
    bob.press("OK")
    assert ann.take_events() == [E.ESTABLISHED]
    assert bob.take_events() == [E.OFF_HOOK, E.ESTABLISHED]
    assert (ann.call.name, ann.call.call_id) == ("Bob", bob.call.call_id)
    ann.press("X")
    assert ann.take_events() == _END
    assert bob.take_events() == _END


def test_a_caller_who_gives_up_is_missed() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    ann.press("X")
    assert ann.take_events() == [*_BEGIN, *_END]
    assert bob.take_events() == [E.INCOMING, E.IDLE_TO_BUSY, E.MISSED, E.BUSY_TO_IDLE]
    assert bob.device.status.missed == 1


def test_a_call_that_nobody_answers_is_missed() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    bob.take_events()
    bench.pass_time(60)
    assert bob.take_events() == [E.MISSED, E.BUSY_TO_IDLE]
    assert ann.device.status.situation is Situation.BUSY_TONE


def test_a_call_that_is_rejected_is_not_missed() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    bob.take_events()
    bob.press("X")
    assert bob.take_events() == [E.TERMINATED, E.BUSY_TO_IDLE]
    assert bob.device.status.missed == 0
    assert ann.device.status.notice == "1002: declined"


def test_a_call_that_fails_leaves_the_busy_tone_and_then_the_hook() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.dial("7777")
    assert ann.take_events() == [*_BEGIN, E.TERMINATED]
    assert (ann.device.status.situation, ann.device.status.notice) == (
        Situation.BUSY_TONE,
        "7777: unknown number",
    )
    bench.pass_time(BUSY_TONE_S)
    assert ann.take_events() == [E.ON_HOOK, E.BUSY_TO_IDLE]


def test_a_call_that_never_got_out_is_no_call_to_report() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.engine.unregister("1001@127.0.0.1")
    ann.dial("1002")
    bench.pass_time(BUSY_TONE_S)
    assert ann.take_events() == [E.OFF_HOOK, E.IDLE_TO_BUSY, E.ON_HOOK, E.BUSY_TO_IDLE]


@pytest.mark.parametrize(
    "features",
    [
        FeatureSettings(dnd=True),
        FeatureSettings(always=ForwardSettings(is_on=True, target="1003")),
        FeatureSettings(dnd=True, busy=ForwardSettings(is_on=True, target="1003")),
    ],
    ids=["dnd", "always forward", "busy forward"],
)
def test_a_call_that_never_rang_fires_nothing(features: FeatureSettings) -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002", features=features), bench.phone("1003")
    ann.dial("1002")
    assert bob.take_events() == []
    has_target = features.always.is_on or features.busy.is_on
    assert cleo.take_events() == ([E.INCOMING, E.IDLE_TO_BUSY] if has_target else [])
    assert bool(ann.states) is has_target


def test_a_call_that_rang_too_long_is_forwarded_and_not_missed() -> None:
    bench = Bench()
    features = FeatureSettings(no_answer=ForwardSettings(is_on=True, target="1003"), no_answer_s=8)
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002", features=features), bench.phone("1003")
    ann.dial("1002")
    bench.pass_time(7.9)
    assert bob.take_events() == [E.INCOMING, E.IDLE_TO_BUSY]
    bench.pass_time(0.1)
    assert bob.take_events() == [E.TERMINATED, E.BUSY_TO_IDLE]
    assert cleo.take_events() == [E.INCOMING, E.IDLE_TO_BUSY]
    assert cleo.call.call_id == ann.call.call_id


def test_an_answered_call_is_not_forwarded_later() -> None:
    bench = Bench()
    features = FeatureSettings(no_answer=ForwardSettings(is_on=True, target="1003"), no_answer_s=8)
    ann, bob = bench.phone("1001"), bench.phone("1002", features=features)
    ann.dial("1002")
    bob.press("OK")
    bench.pass_time(100)
    assert bob.states == [("1001", "connected")]


def test_hold_is_reported_when_the_engine_says_so() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    ann.device.press(parse_key("F_HOLD"))
    assert ann.take_events() == []
    held = []
    bench.exchange.run()
    held.append(bob.call.is_held_by_remote)
    assert ann.take_events() == [E.HOLD]
    ann.press("F_HOLD")
    held.append(bob.call.is_held_by_remote)
    assert ann.take_events() == [E.UNHOLD]
    assert held == [True, False]
    assert bob.take_events() == []


def test_a_waiting_call_is_answered_after_the_first_is_held() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    cleo.dial("1002")
    assert bob.take_events() == [E.INCOMING]
    assert bob.device.status.situation is Situation.CALL_WAITING
    bob.press("OK")
    assert bob.take_events() == [E.HOLD, E.ESTABLISHED]
    assert sorted(bob.states) == [("1001", "held"), ("1003", "connected")]
    cleo.press("X")
    assert bob.take_events() == [E.TERMINATED]
    bob.press("F_HOLD")
    assert bob.take_events() == [E.UNHOLD]


def test_the_third_call_of_an_account_is_busy() -> None:
    bench = Bench()
    ann, bob, cleo, dan = (bench.phone(user) for user in ("1001", "1002", "1003", "1004"))
    bench.talk(ann, bob)
    cleo.dial("1002")
    dan.dial("1002")
    assert dan.device.status.notice == "1002: busy"
    assert len(bob.states) == 2
    with pytest.raises(NotPossibleNow) as refused:
        bob.device.dial("1004")
    assert refused.value.error_id == "no-free-line"


def test_eight_accounts_have_two_calls_each_and_one_has_the_voice() -> None:
    bench = Bench()
    users = [f"20{number:02}" for number in range(8)]
    for user in users:
        bench.exchange.add_subscriber(user, f"secret{user}")
    ann = bench.phone(*users)
    party = PartyAddress("1", "h")
    for number in range(3 * len(users)):
        own = PartyAddress(users[number % 8], "127.0.0.1")
        account = f"{own.user}@{own.host}"
        ann.device.on_fact(IncomingCall(CallRef(f"in{number}"), account, f"id{number}", own, party))
    assert [call.account for call in ann.device.status.calls] == [f"{user}@127.0.0.1" for user in users] * 2
    assert ann.take_events().count(E.INCOMING) == 16
    for position in range(1, 9):
        ann.press(f"L{position}")
        for call in ann.device.status.calls:
            # The exchange knows nothing of these calls: the test says what an engine would.
            ref = CallRef(call.ref)
            if call.state is ConnectionState.CONNECTED:
                ann.device.on_fact(CallHeld(ref))
        answering = CallRef(f"in{position - 1}")
        ann.device.on_fact(CallAnswered(answering, party))
    states = [call.state for call in ann.device.status.calls]
    assert states.count(ConnectionState.CONNECTED) == 1
    assert states.count(ConnectionState.HELD) == 7
    assert states.count(ConnectionState.ALERTING) == 8


def test_dialling_in_a_talk_holds_it_first() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.dial("1003")
    assert ann.take_events() == [E.HOLD, E.OUTGOING]
    cleo.press("OK")
    assert sorted(ann.states) == [("1002", "held"), ("1003", "connected")]


def test_a_waiting_call_that_is_gone_before_the_hold_is_not_answered() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    cleo.dial("1002")
    bob.take_events()
    cleo.device.press(parse_key("X"))
    bob.press_at_once("OK")
    assert bob.take_events() == [E.MISSED, E.HOLD]
    assert bob.states == [("1001", "held")]


def test_a_hold_that_never_comes_gives_up_the_answer() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    cleo.dial("1002")
    bob.engine.connect(lambda fact: None)
    bob.device.press(parse_key("OK"))
    bench.pass_time(HOLD_WAIT_S)
    assert bob.device.status.notice == "The other call could not be held"
    assert bob.device.status.situation is Situation.CALL_WAITING


def test_hanging_up_with_a_call_ringing_goes_on_hook_and_stays_busy() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    cleo.dial("1002")
    bob.take_events()
    ann.press("X")
    assert bob.take_events() == [E.TERMINATED, E.ON_HOOK]
    bob.press("OK")
    assert bob.take_events() == [E.OFF_HOOK, E.ESTABLISHED]


def test_two_retrievals_at_once_leave_one_talking() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001", "1004"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.dial("1003", "1004")
    cleo.press("OK")
    ann.press("F_HOLD")
    assert [state for _, state in ann.states] == ["held", "held"]
    ann.press_at_once("L1", "L2")
    assert sorted(state for _, state in ann.states) == ["connected", "held"]


def test_a_conference_joins_two_calls() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.dial("1003")
    cleo.press("OK")
    ann.take_events()
    ann.press("F_CONFERENCE")
    assert ann.take_events() == [E.UNHOLD]
    assert set(ann.engine.joined) == {call.ref for call in ann.device.status.calls}
    assert ann.device.status.situation is Situation.CONFERENCE
    ann.press("MUTE")
    assert [call.is_muted for call in ann.device.status.calls] == [True, True]


def test_a_conference_that_one_leaves_is_a_talk_again() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.dial("1003")
    cleo.press("OK")
    ann.press("F_CONFERENCE")
    bob.press("X")
    assert ann.device.status.situation is Situation.TALKING
    assert ann.engine.joined == ()


def situation(phone: BenchPhone) -> Situation:
    return phone.device.status.situation


def a_conference(bench: Bench) -> tuple[BenchPhone, BenchPhone, BenchPhone]:
    """Ann's, with Bob and Cleo, the reports about it forgotten."""
    ann, bob, cleo = bench.phone("1001", "1004"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.dial("1003")
    cleo.press("OK")
    ann.press("F_CONFERENCE")
    for phone in bench.phones:
        phone.reports.clear()
    return ann, bob, cleo


def test_holding_a_conference_holds_everybody_and_takes_everybody_back() -> None:
    bench = Bench()
    ann, bob, _ = a_conference(bench)
    ann.press("F_HOLD")
    assert [state for _, state in ann.states] == ["held", "held"]
    assert situation(ann) is Situation.HELD
    ann.press("F_HOLD")
    assert ann.take_events() == [E.HOLD, E.HOLD, E.UNHOLD, E.UNHOLD]
    assert situation(ann) is Situation.CONFERENCE
    assert set(ann.engine.joined) == set(ann.engine.legs)
    ann.press("F_HOLD")
    bob.press("X")
    ann.press("F_HOLD")
    assert ann.states == [("1003", "connected")]
    assert situation(ann) is Situation.TALKING


def test_a_call_answered_in_a_conference_holds_it_and_it_comes_back() -> None:
    bench = Bench()
    ann, *_ = a_conference(bench)
    dan = bench.phone("1002")
    dan.dial("1004")
    ann.press("OK")
    assert sorted(state for _, state in ann.states) == ["connected", "held", "held"]
    assert situation(ann) is Situation.TALKING
    ann.press("F_CONFERENCE")
    assert ann.device.status.notice == "A conference has room for three"
    ann.press("X", "F_HOLD")
    assert situation(ann) is Situation.CONFERENCE


def test_a_conference_is_no_call_to_transfer() -> None:
    bench = Bench()
    ann, *_ = a_conference(bench)
    ann.press("F_HOLD", "F_TRANSFER")
    assert ann.device.status.notice == "A conference cannot be transferred"
    assert situation(ann) is Situation.HELD


@pytest.mark.parametrize("is_held", [False, True])
def test_whoever_leaves_a_conference_lets_the_others_go_on(is_held: bool) -> None:
    bench = Bench()
    ann, bob, cleo = a_conference(bench)
    if is_held:
        ann.press("F_HOLD")
    ann.take_events()
    ann.press("X")
    assert ann.take_events() == [E.ATTENDED_TRANSFER, E.TERMINATED, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE]
    assert (bob.states, cleo.states) == ([("1003", "connected")], [("1002", "connected")])


def test_leaving_a_conference_is_not_overheard_and_the_end_does_not_wait_long() -> None:
    bench = Bench()
    ann, bob, cleo = a_conference(bench)
    take = ann.device.on_fact
    bob.engine.connect(lambda fact: None)
    ann.engine.connect(lambda fact: None if isinstance(fact, TransferProgress | CallEnded) else take(fact))
    ann.press("X")
    assert [leg.is_muted for leg in ann.engine.legs.values()] == [True] * len(ann.engine.legs)
    assert situation(ann) is Situation.TRANSFERRING
    assert [call.is_muted for call in ann.device.status.calls] == [True, True]
    ann.engine.connect(take)
    bench.pass_time(LAST_WORD_S)
    assert ann.device.status.transfer is TransferState.NONE
    assert cleo.states == [("1002", "connected")]


def test_who_cannot_leave_the_others_together_ends_the_conference() -> None:
    bench = Bench()
    ann, both = bench.phone("1001"), bench.phone("1002", "1003")
    ann.dial("1002")
    both.press("OK")
    ann.dial("1003")
    both.press("OK")
    ann.press("F_CONFERENCE")
    assert situation(ann) is Situation.CONFERENCE
    ann.take_events()
    ann.press("X")
    assert ann.take_events() == [E.TERMINATED, E.TERMINATED, E.ON_HOOK, E.BUSY_TO_IDLE]
    assert both.states == []


def test_x_with_a_call_waiting_in_a_conference_rejects_and_the_soft_key_leaves() -> None:
    bench = Bench()
    ann, _, cleo = a_conference(bench)
    dan = bench.phone("1002")
    dan.dial("1004")
    assert situation(ann) is Situation.CALL_WAITING
    ann.press("F4")
    assert situation(ann) is Situation.RINGING
    assert cleo.states == [("1002", "connected")]


def test_a_party_of_a_conference_that_transfers_us_leaves_its_place_to_the_other() -> None:
    bench = Bench()
    ann, bob, _ = a_conference(bench)
    dan = bench.phone("1004")
    bob.press("F_TRANSFER", *"1004", "F_TRANSFER")
    dan.press("OK")
    assert sorted(ann.states) == [("1003", "connected"), ("1004", "connected")]
    assert situation(ann) is Situation.CONFERENCE
    assert set(ann.engine.joined) == set(ann.engine.legs)


def test_being_transferred_gives_the_new_call_its_own_call_id() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    old = bob.call.call_id
    ann.press("F_TRANSFER", "1", "0", "0", "3", "F_TRANSFER")
    new = bob.last(E.OUTGOING)[Variable.CALL_ID]
    cleo.press("OK")
    assert bob.take_events() == [E.OUTGOING, E.TERMINATED, E.ESTABLISHED]
    assert bob.call.call_id == new != old
    assert bob.states == [("1003", "connected")]


def test_facts_that_come_late_or_about_nothing_change_nothing() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    ref, gone = CallRef(ann.call.ref), CallRef("gone")
    party = PartyAddress("1", "h")
    for fact in (
        CallPlaced(ref, "x", party),
        CallAnswered(ref, party),
        CallRetrieved(ref),
        IncomingCall(ref, "1001@127.0.0.1", "x", party, party),
        TransferAsked(ref, ref, "x", party),
        CallReplaced(ref, ref, "x", party),
        CallPlaced(gone, "x", party),
        CallAnswered(gone, party),
        CallEnded(gone, Cause.NORMAL, 200, by_remote=True),
        CallHeld(gone),
        CallRetrieved(gone),
        RemoteHeld(gone, is_held=True),
        TransferAsked(gone, CallRef("new"), "x", party),
        CallReplaced(gone, CallRef("new"), "x", party),
    ):
        ann.device.on_fact(fact)
    bench.exchange.run()
    assert ann.take_events() == []
    assert ann.states == [("1002", "connected")]


def test_a_call_answered_elsewhere_is_not_missed() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    bob.take_events()
    bob.device.on_fact(CallEnded(CallRef(bob.call.ref), Cause.NORMAL, 200, by_remote=True))
    assert bob.take_events() == [E.TERMINATED, E.BUSY_TO_IDLE]


def test_a_call_for_an_account_that_is_not_ours_is_refused() -> None:
    bench = Bench()
    bob = bench.phone("1002")
    party = PartyAddress("1", "h")
    bob.device.on_fact(IncomingCall(CallRef("9"), "nobody@pbx", "x", party, party))
    assert bob.take_events() == []
    assert bob.states == []


def test_digits_go_to_the_other_side_and_mute_toggles() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    heard: list[object] = []
    bob.engine.connect(heard.append)
    ann.press("1", "POUND", "*")
    assert [getattr(fact, "digit", None) for fact in heard] == ["1", "#", "*"]
    muted = []
    for _ in range(2):
        ann.press("MUTE")
        muted.append((ann.call.is_muted, next(iter(ann.engine.legs.values())).is_muted))
    assert muted == [(True, True), (False, False)]
