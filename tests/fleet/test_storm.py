import random

import pytest

from offhook.fleet.storm import Storm
from offhook.fleet.storm import break_out as break_out_storm
from offhook.protocol.events import Event
from tests.fleet.kit import SmallFleet


@pytest.mark.parametrize("storm", list(Storm))
def test_every_phone_has_its_turn_within_the_time(storm: Storm) -> None:
    fleet = SmallFleet(20)
    fleet.switch_on()
    addresses = [phone.address for phone in fleet.phones]
    break_out_storm(storm, fleet.phones, fleet.timetable, random.Random(1), 60.0)
    fleet.pass_time(30.0)
    told = Event.SETUP_COMPLETED if storm is Storm.REBOOT else Event.IP_CHANGED
    assert 0 < fleet.events.count(told) < 20
    fleet.pass_time(35.0)
    assert fleet.events.count(told) == 20
    assert all(phone.is_up for phone in fleet.phones)
    moved = [phone.address != before for phone, before in zip(fleet.phones, addresses, strict=True)]
    assert all(moved) if storm is Storm.IP else not any(moved)
