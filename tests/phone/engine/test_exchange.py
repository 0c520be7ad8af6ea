"""The exchange's own rules, each seen by stations that only listen."""

import dataclasses

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine.exchange import MAX_REDIRECTS, Exchange, Leg
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountRefused,
    AccountSettings,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallPlaced,
    CallRef,
    CommandReceived,
    CommandRef,
    EngineFact,
    IncomingCall,
    NumberState,
    NumberStatus,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)


class Listener:
    """A station that keeps what it is told."""

    def __init__(self) -> None:
        self.legs: dict[CallRef, Leg] = {}
        self.facts: list[EngineFact] = []

    def take(self, fact: EngineFact) -> None:
        self.facts.append(fact)

    @property
    def leg(self) -> Leg:
        (leg,) = self.legs.values()
        return leg

    def ends(self) -> list[tuple[Cause, int, bool]]:
        return [(f.cause, f.status, f.by_remote) for f in self.facts if isinstance(f, CallEnded)]

    def statuses(self) -> list[int]:
        return [fact.status for fact in self.facts if isinstance(fact, TransferProgress)]


class Desk:
    """An exchange, a clock, and a listener for each number."""

    def __init__(self, *users: str, ring_timeout_s: float = 60.0) -> None:
        self.now = 100.0
        numbers = iter(range(100))
        self.exchange = Exchange(
            ring_timeout_s=ring_timeout_s, now=lambda: self.now, make_id=lambda: f"id{next(numbers)}"
        )
        self.at: dict[str, Listener] = {}
        for user in users:
            self.exchange.add_subscriber(user, "pw", f"Name {user}")
            self.at[user] = Listener()
            self.exchange.register(self.at[user], account(user))
        self.exchange.run()
        for listener in self.at.values():
            listener.facts.clear()

    def place(self, caller: str, target: str) -> CallRef:
        ref = self.exchange.place(self.at[caller], account(caller), target)
        self.exchange.run()
        return ref

    def talk(self, caller: str, callee: str) -> tuple[Leg, Leg]:
        ref = self.place(caller, callee)
        leg = self.at[caller].legs[ref]
        other = leg.call.callee
        assert other is not None
        self.exchange.answer(other)
        self.exchange.run()
        return leg, other


def account(number: str, **changes: str) -> AccountSettings:
    plain = AccountSettings(number, number, "127.0.0.1", password="pw")
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"password": "wrong"}, 401),
        ({"auth_user": "somebody"}, 401),
        ({"user": "9"}, 404),
        ({"host": "192.0.2.1"}, 408),
    ],
)
def test_registrations_that_are_refused(changes: dict[str, str], status: int) -> None:
    desk = Desk("1")
    listener = Listener()
    desk.exchange.register(listener, account("1", **changes))
    desk.exchange.run()
    (refused,) = listener.facts
    assert isinstance(refused, AccountRefused)
    assert refused.status == status


def test_a_refused_registration_ends_the_one_before() -> None:
    desk = Desk("1", "2")
    desk.exchange.register(desk.at["1"], account("1", password="wrong"))
    desk.place("2", "1")
    assert desk.at["2"].ends() == [(Cause.DEST_NOT_OBTAINABLE, 480, True)]


def test_the_host_may_have_a_port_and_any_case() -> None:
    exchange = Exchange(host="pbx.example")
    exchange.add_subscriber("1")
    listener = Listener()
    exchange.register(listener, AccountSettings("a", "1", "PBX.Example:5060"))
    exchange.run()
    assert listener.facts == [AccountAccepted("a")]


def test_a_new_password_counts_from_the_next_registration() -> None:
    desk = Desk("1", "2")
    desk.exchange.add_subscriber("1", "other", "New name")
    desk.place("2", "1")
    offered = desk.at["1"].facts[0]
    assert isinstance(offered, IncomingCall)
    assert offered.local.display == "New name"
    desk.exchange.register(desk.at["1"], account("1"))
    desk.exchange.run()
    assert isinstance(desk.at["1"].facts[-1], AccountRefused)


def test_the_last_phone_to_register_a_number_has_it() -> None:
    desk = Desk("1", "2")
    newer = Listener()
    desk.exchange.register(newer, account("1"))
    desk.exchange.unregister(desk.at["1"], account("1"))
    desk.place("2", "1")
    assert any(isinstance(fact, IncomingCall) for fact in newer.facts)


def test_nobody_answers_for_a_minute() -> None:
    desk = Desk("1", "2")
    desk.place("1", "2")
    assert desk.exchange.next_deadline() == 160.0
    desk.exchange.handle_deadline(159.9)
    desk.exchange.run()
    assert desk.at["1"].ends() == []
    desk.exchange.handle_deadline(160.0)
    desk.exchange.run()
    assert desk.at["1"].ends() == [(Cause.CALL_NOT_ANSWERED, 480, True)]
    assert desk.at["2"].ends() == [(Cause.CALL_NOT_ANSWERED, 480, True)]
    assert desk.exchange.next_deadline() is None


def test_an_answered_call_has_no_deadline() -> None:
    desk = Desk("1", "2")
    desk.talk("1", "2")
    assert desk.exchange.next_deadline() is None


def test_redirections_are_followed_so_far_and_no_further() -> None:
    users = [str(number) for number in range(9)]
    desk = Desk(*users)
    desk.place("0", "1")
    followed = 0
    while not desk.at["0"].ends():
        here = str(followed + 1)
        desk.exchange.redirect(desk.at[here].leg, str(followed + 2))
        desk.exchange.run()
        followed += 1
    assert followed == MAX_REDIRECTS + 1
    assert desk.at["0"].ends() == [(Cause.DEST_NOT_OBTAINABLE, 482, True)]


def test_a_call_that_goes_round_in_a_circle_ends() -> None:
    desk = Desk("1", "2", "3")
    desk.place("1", "2")
    desk.exchange.redirect(desk.at["2"].leg, "3")
    desk.exchange.run()
    desk.exchange.redirect(desk.at["3"].leg, "sip:2@127.0.0.1")
    desk.exchange.run()
    assert desk.at["1"].ends() == [(Cause.DEST_NOT_OBTAINABLE, 482, True)]
    assert desk.at["2"].ends() == desk.at["3"].ends() == [(Cause.REDIRECTED, 302, False)]


def test_a_redirected_call_rings_for_its_own_time() -> None:
    desk = Desk("1", "2", "3")
    desk.place("1", "2")
    desk.now = 150.0
    desk.exchange.redirect(desk.at["2"].leg, "3")
    desk.exchange.run()
    assert desk.exchange.next_deadline() == 210.0


@pytest.mark.parametrize("target", ["", "sip:127.0.0.1", "@127.0.0.1", "1@192.0.2.9", "\ufffd", "x" * 1000])
def test_targets_that_lead_nowhere(target: str) -> None:
    desk = Desk("1")
    desk.place("1", target)
    assert isinstance(desk.at["1"].facts[0], CallPlaced)
    assert desk.at["1"].ends() == [(Cause.DEST_NOT_OBTAINABLE, 404, True)]
    assert desk.at["1"].legs == {}


def test_a_phone_that_calls_itself_is_busy() -> None:
    desk = Desk("1")
    desk.place("1", "1")
    assert desk.at["1"].ends() == [(Cause.BUSY, 486, True)]


def test_a_phone_cannot_be_joined_with_itself() -> None:
    desk = Desk("1", "2")
    first, _ = desk.talk("1", "2")
    second, _ = desk.talk("1", "2")
    desk.exchange.refer_replaces(first, second)
    desk.exchange.run()
    assert desk.at["1"].statuses() == [100, 486]
    assert len(desk.at["1"].legs) == 2


def test_hold_is_told_once_however_often_it_is_ordered() -> None:
    desk = Desk("1", "2")
    leg, _ = desk.talk("1", "2")
    desk.exchange.hold(leg)
    desk.exchange.hold(leg)
    desk.exchange.run()
    assert sum(isinstance(fact, CallHeld) for fact in desk.at["1"].facts) == 2
    assert sum(isinstance(fact, RemoteHeld) for fact in desk.at["2"].facts) == 1


def test_what_makes_no_sense_now_is_not_done() -> None:
    desk = Desk("1", "2")
    desk.place("1", "2")
    caller, callee = desk.at["1"].leg, desk.at["2"].leg
    before = len(desk.at["1"].facts), len(desk.at["2"].facts)
    desk.exchange.answer(caller)
    desk.exchange.ring(caller)
    desk.exchange.reject(caller, 486)
    desk.exchange.redirect(caller, "2")
    desk.exchange.hold(callee)
    desk.exchange.send_digits(caller, "1")
    desk.exchange.run()
    assert (len(desk.at["1"].facts), len(desk.at["2"].facts)) == before


def test_digits_that_are_none_are_left_out() -> None:
    desk = Desk("1", "2")
    leg, _ = desk.talk("1", "2")
    desk.at["2"].facts.clear()
    desk.exchange.send_digits(leg, "1 a\u0662#")
    desk.exchange.run()
    assert [getattr(fact, "digit", None) for fact in desk.at["2"].facts] == ["1", "#"]


def test_hanging_up_a_ringing_call_declines_it() -> None:
    desk = Desk("1", "2")
    desk.place("1", "2")
    desk.exchange.hang_up(desk.at["2"].leg)
    desk.exchange.run()
    assert desk.at["1"].ends() == [(Cause.CALL_CANCELLED, 603, True)]


def test_a_transfer_to_somebody_who_never_answers() -> None:
    desk = Desk("1", "2", "3")
    leg, _ = desk.talk("1", "2")
    desk.exchange.refer(leg, "3")
    desk.exchange.handle_deadline(1000.0)
    desk.exchange.run()
    assert desk.at["1"].statuses() == [100, 480]
    assert desk.at["1"].ends() == []


def test_a_transferred_phone_may_cancel() -> None:
    desk = Desk("1", "2", "3")
    leg, _ = desk.talk("1", "2")
    desk.exchange.refer(leg, "3")
    desk.exchange.run()
    (asked,) = [fact for fact in desk.at["2"].facts if isinstance(fact, TransferAsked)]
    desk.exchange.hang_up(desk.at["2"].legs[asked.new_call])
    desk.exchange.run()
    assert desk.at["1"].statuses() == [100, 487]


def test_whoever_hangs_up_after_a_transfer_hears_no_more_of_it() -> None:
    desk = Desk("1", "2", "3")
    leg, _ = desk.talk("1", "2")
    desk.exchange.refer(leg, "3")
    desk.exchange.hang_up(leg)
    desk.exchange.run()
    desk.exchange.answer(desk.at["3"].leg)
    desk.exchange.run()
    assert desk.at["1"].statuses() == [100]
    assert isinstance(desk.at["2"].facts[-1], CallAnswered)


def test_transfers_that_cannot_be() -> None:
    desk = Desk("1", "2", "3")
    desk.place("1", "2")
    ringing = desk.at["1"].leg
    desk.exchange.refer(ringing, "3")
    desk.exchange.refer_replaces(ringing, ringing)
    desk.exchange.run()
    assert desk.at["1"].statuses() == [481, 481]


def test_a_call_that_rings_here_is_no_target() -> None:
    desk = Desk("1", "2", "3")
    leg, _ = desk.talk("1", "2")
    desk.place("3", "1")
    ringing = next(each for each in desk.at["1"].legs.values() if each is not leg)
    desk.exchange.refer_replaces(leg, ringing)
    desk.exchange.run()
    assert desk.at["1"].statuses() == [481]
    assert desk.at["3"].ends() == []


def test_after_an_attended_transfer_the_old_calls_are_over() -> None:
    desk = Desk("1", "2", "3")
    first, _ = desk.talk("1", "2")
    second, _ = desk.talk("1", "3")
    desk.exchange.refer_replaces(first, second)
    desk.exchange.run()
    assert desk.at["1"].legs == {}
    assert desk.at["1"].ends() == [(Cause.TRANSFER, 200, False)] * 2
    assert desk.at["2"].leg.call is desk.at["3"].leg.call


def test_run_may_be_limited() -> None:
    desk = Desk("1", "2")
    for _ in range(3):
        desk.exchange.register(desk.at["1"], account("1"))
    assert desk.exchange.run(2) == 2
    assert desk.exchange.has_facts()
    assert desk.exchange.run() == 1
    assert not desk.exchange.has_facts()


def test_a_command_gets_the_phones_answer_once() -> None:
    desk = Desk("1001")
    sent = desk.exchange.command("1001", "key=OK")
    desk.exchange.run()
    (fact,) = desk.at["1001"].facts
    assert isinstance(fact, CommandReceived)
    assert (fact.text, fact.source, fact.is_from_registrar) == ("key=OK", "127.0.0.1", True)
    assert sent.status == 0
    desk.exchange.reply(fact.command, 400, "unknown key")
    desk.exchange.reply(fact.command, 200, "OK")
    desk.exchange.reply(CommandRef("none"), 200, "OK")
    assert (sent.status, sent.reason) == (400, "unknown key")


def test_a_command_of_a_stranger_is_known_as_one() -> None:
    desk = Desk("1001")
    desk.exchange.command("1001", "key=OK", source="192.0.2.66")
    desk.exchange.run()
    (fact,) = desk.at["1001"].facts
    assert isinstance(fact, CommandReceived)
    assert (fact.source, fact.is_from_registrar) == ("192.0.2.66", False)


def test_a_command_to_nobody_is_answered_by_the_exchange() -> None:
    desk = Desk("1001")
    desk.exchange.unregister(desk.at["1001"], account("1001"))
    assert desk.exchange.command("1001", "key=OK").status == 480
    assert desk.exchange.command("4711", "key=OK").status == 404


def _seen(listener: Listener) -> list[NumberStatus]:
    return [fact.state for fact in listener.facts if isinstance(fact, NumberState)]


def test_a_number_that_is_watched_is_told_at_each_change_and_not_between() -> None:
    desk = Desk("1", "2", "3")
    desk.exchange.watch(desk.at["3"], account("3"), "three", "2")
    desk.place("1", "2")
    desk.exchange.ring(desk.at["2"].leg)
    desk.exchange.answer(desk.at["2"].leg)
    desk.exchange.hold(desk.at["2"].leg)
    desk.exchange.hang_up(desk.at["1"].leg)
    desk.exchange.unregister(desk.at["2"], account("2"))
    desk.exchange.run()
    S = NumberStatus
    assert _seen(desk.at["3"]) == [S.IDLE, S.RINGING, S.BUSY, S.IDLE, S.UNKNOWN]
    assert {fact.account for fact in desk.at["3"].facts if isinstance(fact, NumberState)} == {"three"}


def test_whoever_calls_is_busy_and_is_no_more_when_it_is_not_watched() -> None:
    desk = Desk("1", "2", "3")
    desk.exchange.watch(desk.at["3"], account("3"), "three", "1")
    desk.place("1", "2")
    desk.exchange.unwatch(desk.at["3"], "three", "1")
    desk.exchange.hang_up(desk.at["1"].leg)
    desk.exchange.run()
    assert _seen(desk.at["3"]) == [NumberStatus.IDLE, NumberStatus.BUSY]


def test_who_logs_out_watches_no_more() -> None:
    desk = Desk("1", "2", "3")
    desk.exchange.watch(desk.at["3"], account("3"), "3", "1")
    desk.exchange.unregister(desk.at["3"], account("3"))
    desk.place("1", "2")
    assert len(_seen(desk.at["3"])) <= 1
    desk.exchange.watch(desk.at["3"], account("3"), "3", "1")
    desk.exchange.run()
    assert _seen(desk.at["3"])[-1] is NumberStatus.UNKNOWN
