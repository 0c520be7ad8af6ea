import sys

from offhook.fleet.virtual_phone import RESTART_S
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable
from tests.fleet.kit import SmallFleet

E_ = Event


def test_a_phone_that_is_switched_on_says_who_it_is() -> None:
    fleet = SmallFleet(2)
    phone = fleet.phones[1]
    assert not phone.is_free
    phone.switch_on()
    fleet.settle()
    assert fleet.events == [E_.SETUP_COMPLETED, E_.REGISTERED]
    values = fleet.reports[0][1].values
    assert values[Variable.MAC] == phone.mac == "02f100000001"
    assert values[Variable.IP] == phone.address == "127.16.0.2"
    assert phone.is_free


def test_two_phones_call_each_other_as_real_ones_do() -> None:
    fleet = SmallFleet(2)
    fleet.switch_on()
    caller, callee = fleet.phones
    caller.device.dial(callee.number)
    fleet.settle()
    callee.device.press(Key.OK)
    fleet.settle()
    assert [phone.is_free for phone in fleet.phones] == [False, False]
    caller.device.press(Key.X)
    fleet.settle()
    assert fleet.events_of(callee) == [
        E_.INCOMING,
        E_.IDLE_TO_BUSY,
        E_.OFF_HOOK,
        E_.ESTABLISHED,
        E_.TERMINATED,
        E_.ON_HOOK,
        E_.BUSY_TO_IDLE,
    ]
    assert [phone.is_free for phone in fleet.phones] == [True, True]


def test_a_restart_ends_the_calls_and_takes_its_time() -> None:
    fleet = SmallFleet(2)
    fleet.switch_on()
    caller, callee = fleet.phones
    caller.device.dial(callee.number)
    fleet.settle()
    caller.device.press(Key.REBOOT)
    fleet.settle()
    assert [phone.is_up for phone in fleet.phones] == [False, True]
    assert caller.device.status.calls == ()
    caller.restart()
    fleet.pass_time(RESTART_S + 0.5)
    assert [phone.is_up for phone in fleet.phones] == [True, True]
    assert fleet.events_of(caller)[-2:] == [E_.SETUP_COMPLETED, E_.REGISTERED]
    assert fleet.events.count(E_.SETUP_COMPLETED) == 1


def test_a_move_is_reported_from_the_new_address() -> None:
    fleet = SmallFleet(1)
    fleet.switch_on()
    (phone,) = fleet.phones
    before = phone.address
    phone.move()
    assert fleet.events == [E_.IP_CHANGED]
    assert phone.outbox.address == fleet.reports[0][1].values[Variable.IP] != before


def test_what_a_phone_does_by_itself_after_a_time_it_does() -> None:
    fleet = SmallFleet(2)
    fleet.switch_on()
    caller, callee = fleet.phones
    # Digits that are not confirmed are dialled when the time for the next one is over, and again after a restart.
    caller.device.press(Key.SPEAKER)
    caller.device.enter(callee.number)
    fleet.pass_time(20.0)
    assert E_.INCOMING in fleet.events_of(callee)
    caller.device.press(Key.X)
    fleet.pass_time(5.0)
    assert caller.is_free


def test_a_phone_keeps_no_list_of_its_calls() -> None:
    fleet = SmallFleet(2)
    fleet.switch_on()
    caller, callee = fleet.phones
    for _ in range(3):
        caller.device.dial(callee.number)
        fleet.settle()
        caller.device.press(Key.X)
        fleet.settle()
    assert caller.device.panel.recent.of() == ()
    assert sys.getsizeof(caller.outbox.waiting) < 100
