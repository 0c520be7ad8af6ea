from collections import Counter

from offhook.callmodel.connection import ConnectionState
from offhook.fleet.call_centre import CallCentre
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.tally import Tally
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.reports import Report
from offhook.phone.soft_keys import Situation
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.fleet.kit import SmallFleet


class Centre(SmallFleet):
    def __init__(self, count: int, *, seed: int = 7, **habits: float) -> None:
        self.centre: CallCentre | None = None
        super().__init__(count)
        self.switch_on()
        self.tally = Tally()
        wished = CallCentreHabits(phones=count, ring_s=(1.0, 3.0), **habits)
        self.centre = CallCentre(self.phones, self.exchange, self.timetable, wished, seed, self.tally)

    def reported(self, phone: VirtualPhone, report: Report) -> None:
        super().reported(phone, report)
        if self.centre is not None:
            self.centre.rang(phone, report)

    def work(self, seconds: float) -> None:
        assert self.centre is not None
        self.centre.start()
        self.pass_time(seconds)

    @property
    def live_calls(self) -> int:
        return sum(len(phone.engine.legs) for phone in self.phones)


def test_everything_that_happens_in_a_call_centre_happens() -> None:
    centre = Centre(40, calls_per_second=1.0, talk_s=20.0, answer=0.8)
    centre.work(600.0)
    count = Counter(centre.events)
    assert centre.tally.calls_placed > 400
    assert count[Event.INCOMING] > 400 and count[Event.ESTABLISHED] > 500
    for event in (Event.HOLD, Event.UNHOLD, Event.BLIND_TRANSFER, Event.ATTENDED_TRANSFER, Event.MISSED):
        assert count[event] >= 1, event
    assert count[Event.DND_ON] >= 1 and count[Event.DND_OFF] >= 1
    assert centre.centre is not None and 0 < centre.centre.calls_up <= 40


def test_the_same_seed_is_the_same_day() -> None:
    def day(seed: int) -> list[tuple[int, Event]]:
        centre = Centre(10, seed=seed, calls_per_second=0.5, talk_s=10.0)
        centre.work(60.0)
        return [(phone.index, report.event) for phone, report in centre.reports]

    assert day(3) == day(3)
    assert day(3) != day(4)


def test_every_call_ends_in_the_end() -> None:
    centre = Centre(12, calls_per_second=0.8, talk_s=8.0)
    centre.work(200.0)
    assert centre.centre is not None
    centre.centre._place = lambda planned: None  # type: ignore[method-assign]  # noqa: SLF001 - the day is over
    centre.pass_time(400.0)
    assert centre.live_calls == 0 and centre.centre.calls_up == 0
    assert not centre.centre._scripts  # noqa: SLF001 - nothing is kept of calls that are over
    assert {phone.device.situation for phone in centre.phones} == {Situation.IDLE}


def test_a_call_nobody_planned_is_answered_and_ended_too() -> None:
    centre = Centre(2, calls_per_second=0.0, answer=1.0, talk_s=5.0)
    centre.phones[0].device.dial(centre.phones[1].number)
    centre.pass_time(4.0)
    assert centre.events.count(Event.ESTABLISHED) == 2
    centre.pass_time(200.0)
    assert centre.live_calls == 0


def test_a_call_that_somebody_else_changes_is_left_alone_and_ends() -> None:
    centre = Centre(2, calls_per_second=0.0, answer=1.0, talk_s=4.0)
    caller, callee = centre.phones
    caller.device.dial(callee.number)
    centre.pass_time(4.0)
    # The operator puts it on hold at both ends and goes away.
    for phone in (caller, callee):
        phone.device.press(Key.F_HOLD)
    centre.settle()
    assert {each.state for each in caller.device.status.calls} == {ConnectionState.HELD}
    centre.pass_time(200.0)
    assert centre.live_calls == 0


def test_what_the_keys_cannot_end_the_exchange_ends() -> None:
    centre = Centre(2, calls_per_second=0.0, answer=1.0, talk_s=1.0)
    caller, callee = centre.phones
    caller.device.dial(callee.number)
    centre.pass_time(4.0)
    for phone in (caller, callee):
        phone.device.press(Key.F_TRANSFER)
    centre.pass_time(200.0)
    assert centre.live_calls == 0


def test_where_nobody_is_free_nothing_is_placed() -> None:
    centre = Centre(3, calls_per_second=2.0)
    for phone in centre.phones:
        phone.device.press(Key.DND_ON)
    centre.work(20.0)
    assert centre.tally.calls_placed == 0 and centre.tally.calls_not_placed > 20


def test_a_call_to_a_phone_that_restarts_is_over_at_once() -> None:
    centre = Centre(2, calls_per_second=1.0)
    centre.phones[0].is_up = True
    centre.phones[1].device.shut_down()
    centre.work(30.0)
    assert Event.ESTABLISHED not in centre.events


def test_how_late_calls_are_is_told() -> None:
    centre = Centre(4, calls_per_second=1.0)
    assert centre.centre is not None
    centre.centre.start()
    centre.clock.seconds += 30.0
    centre.settle()
    assert centre.centre.behind_s > 0.0
