"""Phones used at random: state machines that hypothesis drives, and what must hold whatever it does.

`RandomUse` has three phones on one exchange; facts arrive now or later or twice, engines lose accounts and orders.
`AnyFact` has one phone whose engine says anything in any order.
Two witnesses that know nothing of the phone's insides follow each phone: `Journal` reads what it reports, `Witness`
also what made it report; and the exchange knows which calls there are.
"""

import itertools
import random
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from offhook.callmodel.connection import Cause, ConnectionState
from offhook.errors import CommandError
from offhook.phone.engine.exchange import Leg, Phase, Station
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountLost,
    AccountRefused,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallPlaced,
    CallRef,
    CallReplaced,
    CallRetrieved,
    CallRinging,
    EngineFact,
    IncomingCall,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.reports import Report
from offhook.phone.settings import FeatureSettings, ForwardSettings
from offhook.phone.soft_keys import Situation
from offhook.phone.transfer_control import LAST_WORD_S
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.sip_uri import PartyAddress
from offhook.protocol.variables import Variable
from tests.phone.bench import Bench, BenchPhone

__all__ = ["AnyFact", "Journal", "RandomUse", "Witness", "call_at_random"]

E = Event
_USERS = ["1001", "1002", "1003"]
_TARGETS = [*_USERS, "1004", "7777"]
_REFS = st.integers(1, 60).map(lambda number: CallRef(str(number)))
_PARTY = st.sampled_from([PartyAddress("1002", "127.0.0.1", "Bob"), PartyAddress("")])
_FACTS: st.SearchStrategy[EngineFact] = st.one_of(
    st.builds(AccountLost, st.sampled_from([f"{user}@127.0.0.1" for user in _USERS])),
    st.builds(CallPlaced, _REFS, st.just("x"), _PARTY),
    st.builds(CallRinging, _REFS),
    st.builds(CallAnswered, _REFS, _PARTY),
    st.builds(CallEnded, _REFS, st.sampled_from(Cause), st.sampled_from([200, 486, 487, 480]), st.booleans()),
    st.builds(CallHeld, _REFS),
    st.builds(CallRetrieved, _REFS),
    st.builds(RemoteHeld, _REFS, st.booleans()),
    st.builds(TransferProgress, _REFS, st.sampled_from([100, 180, 200, 486])),
    st.builds(TransferAsked, _REFS, _REFS, st.just("y"), _PARTY),
    st.builds(CallReplaced, _REFS, _REFS, st.just("y"), _PARTY),
    st.builds(IncomingCall, _REFS, st.sampled_from(["1001@127.0.0.1", "?"]), st.just("z"), _PARTY, _PARTY),
)


class Journal:
    """Checks the rules that every phone's reports obey, report by report."""

    def __init__(self, phone: BenchPhone) -> None:
        self.phone = phone
        self.is_busy = self.is_off_hook = False
        self.talking: set[str] = set()
        self.live: set[str] = set()

    def check(self) -> None:
        for report in self.phone.reports:
            call = report.values.get(Variable.CALL_ID, "")
            self._check_hook(report.event)
            match report.event:
                case E.INCOMING | E.OUTGOING:
                    self.live.add(call)
                case E.ESTABLISHED:
                    assert call in self.live
                    assert call not in self.talking
                    self.talking.add(call)
                case E.MISSED:
                    assert call not in self.talking
                    self.live.remove(call)
                case E.TERMINATED:
                    self.live.remove(call)
                    self.talking.discard(call)
        self.phone.reports.clear()
        status = self.phone.device.status
        assert self.is_off_hook is status.is_off_hook
        assert self.is_busy is (status.is_off_hook or bool(status.calls))

    def _check_hook(self, event: Event) -> None:
        match event:
            case E.OFF_HOOK | E.ON_HOOK:
                assert self.is_off_hook is (event is E.ON_HOOK)
                self.is_off_hook = event is E.OFF_HOOK
            case E.IDLE_TO_BUSY | E.BUSY_TO_IDLE:
                assert self.is_busy is (event is E.BUSY_TO_IDLE)
                self.is_busy = event is E.IDLE_TO_BUSY


_HOOK = frozenset({E.OFF_HOOK, E.ON_HOOK, E.IDLE_TO_BUSY, E.BUSY_TO_IDLE})
_OVER = frozenset({E.ON_HOOK, E.BUSY_TO_IDLE})
_FEATURES = frozenset(event for event in Event if event.value.startswith(("dnd_", "always_", "busy_f", "no_answer_")))
_OF_FACT: Mapping[type, frozenset[Event]] = {
    AccountAccepted: frozenset({E.REGISTERED}),
    AccountRefused: frozenset({E.REGISTRATION_FAILED}),
    AccountLost: frozenset({E.UNREGISTERED}),
    IncomingCall: frozenset({E.INCOMING, E.IDLE_TO_BUSY}),
    CallPlaced: frozenset({E.OUTGOING}),
    CallAnswered: frozenset({E.ESTABLISHED, E.TERMINATED, E.OFF_HOOK}),
    # A call that ends may free the voice for what waited for it: a line that is opened goes off hook.
    CallEnded: frozenset({E.TERMINATED, E.MISSED, E.OFF_HOOK}) | _OVER,
    CallHeld: frozenset({E.HOLD, E.OFF_HOOK}),
    CallRetrieved: frozenset({E.UNHOLD}),
    TransferProgress: frozenset({E.BLIND_TRANSFER, E.ATTENDED_TRANSFER}),
    TransferAsked: frozenset({E.OUTGOING}),
    CallReplaced: frozenset({E.INCOMING, E.ESTABLISHED, E.TERMINATED, E.OFF_HOOK}),
}
"""What a phone may report because of each fact; nothing for the others."""
_OF_KEYS = _HOOK | _FEATURES | {E.TRANSFER}
_OF_TIME = _HOOK
_FIRST = frozenset({E.INCOMING, E.OUTGOING, E.ESTABLISHED, E.HOLD, E.UNHOLD, E.MISSED})
"""Events of one call that are about the very call that the fact is about."""


class Witness:
    """Stands between engine and phone: every report needs a cause that was just there."""

    def __init__(self, phone: BenchPhone) -> None:
        self.phone = phone
        self.journal = Journal(phone)
        self.last: EngineFact | None = None
        self._call_ids: dict[CallRef, str] = {}
        phone.engine.connect(self.take)

    def take(self, fact: EngineFact) -> None:
        """Pass a fact on, and look at what the phone reports because of it."""
        self.last = fact
        match fact:
            case IncomingCall() | CallPlaced():
                self._call_ids[fact.call] = fact.call_id
            case TransferAsked() | CallReplaced():
                self._call_ids[fact.new_call] = fact.call_id
        self.caused_by(_OF_FACT.get(type(fact), frozenset()), lambda: self.phone.device.on_fact(fact), fact)

    def say_again(self) -> None:
        """Say the last fact a second time: it is no news."""
        if (fact := self.last) is not None:
            self.caused_by(frozenset(), lambda: self.phone.device.on_fact(fact))

    def caused_by(self, allowed: frozenset[Event], act: Callable[[], None], fact: EngineFact | None = None) -> None:
        """Do something to the phone that may be a cause of ``allowed``, and of nothing else."""
        before = len(self.phone.reports)
        act()
        for report in self.phone.reports[before:]:
            assert report.event in allowed, (report.event, fact)
            if fact is not None and report.event in _FIRST:
                self._check_call(report, fact)

    def _check_call(self, report: Report, fact: EngineFact) -> None:
        ref = getattr(fact, "new_call", None) or getattr(fact, "call", None)
        assert ref is not None
        assert report.values[Variable.CALL_ID] == self._call_ids[ref]

    def agrees_with_exchange(self, *, may_talk_twice: bool) -> None:
        """Once all is said, phone, reports and exchange know the same calls, in the same state."""
        self.journal.check()
        shown = {call.ref: call for call in self.phone.device.status.calls}
        assert set(shown) == set(self.phone.engine.legs)
        for ref, leg in self.phone.engine.legs.items():
            call = shown[ref]
            assert call.state is _state_of(leg), (call, leg.call.phase)
            assert (call.call_id in self.journal.talking) is (leg.call.phase is Phase.UP)
            assert call.call_id in self.journal.live
        joined = set(self.phone.engine.joined)
        active = [call.ref for call in shown.values() if call.state is ConnectionState.CONNECTED]
        assert len(active) <= 1 or set(active) == joined or may_talk_twice


class UnwillingExchange(VirtualExchange):
    """Does not carry out orders that an engine promises nothing about; says no more of it than the port demands."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.is_unwilling = False
        """About the next such order."""
        self.let_down: list[Station] = []
        """Those whose hold was not carried out: they cannot know that two calls are talked on."""

    def _is_refused(self) -> bool:
        is_refused, self.is_unwilling = self.is_unwilling, False
        return is_refused

    def hold(self, leg: Leg) -> None:
        if self._is_refused():
            self.let_down.append(leg.station)
        else:
            super().hold(leg)

    def retrieve(self, leg: Leg) -> None:
        if not self._is_refused():
            super().retrieve(leg)

    def answer(self, leg: Leg) -> None:
        if not self._is_refused():
            super().answer(leg)

    def refer(self, leg: Leg, target: str) -> None:
        if self._is_refused():
            self._emit(leg.station, TransferProgress(leg.ref, 603))
        else:
            super().refer(leg, target)

    def refer_replaces(self, leg: Leg, other: Leg) -> None:
        if self._is_refused():
            self._emit(leg.station, TransferProgress(leg.ref, 603))
        else:
            super().refer_replaces(leg, other)


def _state_of(leg: Leg) -> ConnectionState:
    """Say what state a call has for a phone, from what the exchange knows of it."""
    if leg.call.phase is Phase.UP:
        return ConnectionState.HELD if leg.is_held else ConnectionState.CONNECTED
    return ConnectionState.INITIATED if leg is leg.call.caller else ConnectionState.ALERTING


class RandomUse(RuleBasedStateMachine):
    """Three phones, pressed and called at random, facts delivered now or later, or twice; engines that fail."""

    @initialize(no_answer=st.booleans())
    def begin(self, no_answer: bool) -> None:
        self.bench = Bench(UnwillingExchange)
        assert isinstance(self.bench.exchange, UnwillingExchange)
        self.exchange = self.bench.exchange
        forward = ForwardSettings(is_on=no_answer, target="1003")
        self.phones = [
            self.bench.phone("1001", "1004"),
            self.bench.phone("1002", features=FeatureSettings(no_answer=forward)),
            self.bench.phone("1003"),
        ]
        self.witnesses = [Witness(phone) for phone in self.phones]

    @rule(index=st.integers(0, 2), key=st.sampled_from(Key), is_run=st.booleans())
    def press(self, index: int, key: Key, is_run: bool) -> None:
        self.witnesses[index].caused_by(_OF_KEYS, lambda: self.phones[index].device.press(key))
        if is_run:
            self.bench.exchange.run()

    @rule(index=st.integers(0, 2), is_up=st.booleans())
    def use_the_handset(self, index: int, is_up: bool) -> None:
        device = self.phones[index].device
        self.witnesses[index].caused_by(_HOOK, device.lift if is_up else device.put_down)

    @rule(index=st.integers(0, 2), number=st.sampled_from(_TARGETS))
    def dial(self, index: int, number: str) -> None:
        try:
            self.witnesses[index].caused_by(_HOOK, lambda: self.phones[index].device.dial(number, None))
        except CommandError as refused:
            assert refused.error_id

    @rule(caller=st.integers(0, 2), callee=st.integers(0, 2))
    def talk(self, caller: int, callee: int) -> None:
        self.dial(caller, _USERS[callee])
        self.bench.exchange.run()
        self.press(callee, Key.OK, True)

    @rule(index=st.integers(0, 2), number=st.sampled_from(_USERS), is_blind=st.booleans())
    def transfer(self, index: int, number: str, is_blind: bool) -> None:
        self.press(index, Key.F_TRANSFER, True)
        self.witnesses[index].caused_by(_OF_KEYS, lambda: self.phones[index].device.enter(number))
        self.press(index, Key.F_TRANSFER if is_blind else Key.OK, True)

    @rule(maker=st.integers(0, 2))
    def conference(self, maker: int) -> None:
        """Call both others, who answer, and join them."""
        first, second = (index for index in range(3) if index != maker)
        self.talk(maker, first)
        self.transfer(maker, _USERS[second], False)
        self.press(second, Key.OK, True)
        self.press(maker, Key.F_CONFERENCE, True)

    @rule(seconds=st.sampled_from([0.5, 5.0, 30.0, 130.0]))
    def wait(self, seconds: float) -> None:
        self.bench.pass_time(seconds)

    @rule(limit=st.integers(1, 3))
    def deliver_some(self, limit: int) -> None:
        self.bench.exchange.run(limit)

    @rule(index=st.integers(0, 2))
    def a_fact_comes_twice(self, index: int) -> None:
        self.witnesses[index].say_again()

    @rule()
    def the_next_order_is_not_carried_out(self) -> None:
        self.exchange.is_unwilling = True

    @rule(index=st.integers(0, 2))
    def the_engine_breaks_down(self, index: int) -> None:
        """As the port says: the calls are over, the accounts lost, and registered again."""
        phone, witness = self.phones[index], self.witnesses[index]
        self.bench.exchange.run()
        for leg in list(phone.engine.legs.values()):
            self.bench.exchange.hang_up(leg)
        self.bench.exchange.run()
        for account in phone.device.status.accounts:
            witness.take(AccountLost(account.uri))
            witness.take(AccountAccepted(account.uri))

    @invariant()
    def reports_obey_their_rules(self) -> None:
        for witness in self.witnesses:
            witness.journal.check()

    @invariant()
    def timers_are_right(self) -> None:
        for phone in self.phones:
            assert phone.armed == phone.device.next_deadline()

    @invariant()
    def everybody_knows_the_same_once_all_is_said(self) -> None:
        if not self.bench.exchange.has_facts():
            for witness in self.witnesses:
                witness.agrees_with_exchange(may_talk_twice=witness.phone.engine in self.exchange.let_down)
                assert witness.phone.device.status.situation is not Situation.ENDING

    def teardown(self) -> None:
        if not hasattr(self, "phones"):
            return
        for _ in range(3):
            for phone in self.phones:
                for call in list(phone.engine.legs):
                    phone.engine.hang_up(call)
            self.bench.exchange.run()
            self.bench.pass_time(400)
        for phone, witness in zip(self.phones, self.witnesses, strict=True):
            phone.device.put_down()
            phone.press(*["X"] * 6)
            journal = witness.journal
            journal.check()
            assert phone.states == []
            assert phone.engine.legs == {}
            assert (journal.is_busy, journal.is_off_hook) == (False, False)
            assert journal.live == journal.talking == set()


def call_at_random(phones: Mapping[str, BenchPhone], choose: random.Random) -> None:
    """Make one call between phones, by number, let anything happen to it, and end what is left."""
    (number, callee), (other, third), (_, caller) = choose.sample(list(phones.items()), 3)
    caller.dial(number)
    match choose.randrange(8):
        case 0:
            caller.press("X")
        case 1:
            callee.press("X")
        case 2:
            callee.press("OK", "F_HOLD", "F_HOLD", "1", "MUTE", "X")
        case 3:
            callee.press("OK", "F_TRANSFER", *other, "F_TRANSFER")
            third.press("OK")
        case 4:
            callee.press("OK", "F_TRANSFER", *other, "OK")
            third.press("OK")
            callee.press("F_TRANSFER")
        case 5:
            callee.press("OK", "F_TRANSFER", *other, "OK")
            third.press("OK")
            callee.press("F_CONFERENCE", "X")
        case 6:
            callee.press("OK")
            third.dial(number)
            callee.press("OK", "F_HOLD", "RD")
        case _:
            caller.bench.pass_time(70)
    for phone in phones.values():
        for ref in list(phone.engine.legs):
            phone.engine.hang_up(ref)
    caller.bench.exchange.run()
    caller.bench.pass_time(LAST_WORD_S)
    for phone in phones.values():
        assert not phone.reports or phone.reports[-1].event is E.BUSY_TO_IDLE
        phone.reports.clear()


class AnyFact(RuleBasedStateMachine):
    """One phone whose engine says anything in any order."""

    @initialize()
    def begin(self) -> None:
        self.bench = Bench()
        self.phone = self.bench.phone("1001", "1004")
        self.journal = Journal(self.phone)
        self.numbers = itertools.count(1)

    @rule(fact=_FACTS)
    def say(self, fact: EngineFact) -> None:
        self.phone.device.on_fact(self._with_own_call_id(fact))

    def _with_own_call_id(self, fact: EngineFact) -> EngineFact:
        call_id = f"any{next(self.numbers)}"
        match fact:
            case CallPlaced():
                return CallPlaced(fact.call, call_id, fact.remote)
            case IncomingCall():
                return IncomingCall(fact.call, fact.account, call_id, fact.local, fact.remote)
            case TransferAsked():
                return TransferAsked(fact.call, fact.new_call, call_id, fact.remote)
            case CallReplaced():
                return CallReplaced(fact.call, fact.new_call, call_id, fact.remote)
        return fact

    @rule(key=st.sampled_from(Key))
    def press(self, key: Key) -> None:
        self.phone.device.press(key)

    @rule(data=st.data())
    def say_about_a_known_call(self, data: st.DataObject) -> None:
        calls = self.phone.device.status.calls
        if calls:
            ref = CallRef(data.draw(st.sampled_from([call.ref for call in calls])))
            facts = [CallAnswered, CallHeld, CallRetrieved, CallEnded, TransferProgress]
            kind = data.draw(st.sampled_from(facts))
            party = PartyAddress("1002", "127.0.0.1")
            made: dict[type, EngineFact] = {
                CallAnswered: CallAnswered(ref, party),
                CallHeld: CallHeld(ref),
                CallRetrieved: CallRetrieved(ref),
                CallEnded: CallEnded(ref, Cause.NORMAL, 200, by_remote=True),
                TransferProgress: TransferProgress(ref, 200),
            }
            self.phone.device.on_fact(made[kind])

    @rule(seconds=st.sampled_from([1.0, 6.0, 130.0]))
    def wait(self, seconds: float) -> None:
        self.bench.clock.seconds += seconds
        self.phone.device.handle_deadline(self.bench.clock())

    @invariant()
    def the_timer_is_right(self) -> None:
        assert self.phone.armed == self.phone.device.next_deadline()

    @invariant()
    def hook_and_busy_alternate(self) -> None:
        self.journal.check()

    def teardown(self) -> None:
        if not hasattr(self, "phone"):
            return
        self.phone.device.shut_down()
        self.journal.check()
        assert (self.journal.is_busy, self.journal.is_off_hook) == (False, False)
        assert self.journal.live == set()
        assert self.phone.states == []


_RUNS = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,  # the same on every machine; to go hunting, take it out and raise the number of examples
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
RandomUse.TestCase.settings = _RUNS
AnyFact.TestCase.settings = _RUNS
