import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.outage import KEPT_S, Outage, last_heard
from offhook.console.records import CallRecord, ConnectionRecord, PhoneRecord


def test_without_an_outage_time_is_time() -> None:
    outage = Outage()
    outage.arrived(100.0)
    assert outage.seconds_between(100.0, 103.5) == 3.5


def test_the_time_away_does_not_count() -> None:
    outage = Outage(heard_until=100.0)
    outage.arrived(160.0)
    assert outage.seconds_between(99.5, 161.0) == 0.5
    assert outage.seconds_between(40.0, 161.0) == 60.0


def test_before_the_first_report_the_outage_goes_on() -> None:
    assert Outage(heard_until=100.0).seconds_between(99.5, 500.0) == 0.5


@pytest.mark.parametrize(("at", "seconds"), [(160.0 + KEPT_S, 0.5), (160.1 + KEPT_S, 60.6 + KEPT_S)])
def test_what_phones_kept_has_arrived_after_a_while(at: float, seconds: float) -> None:
    outage = Outage(heard_until=100.0)
    outage.arrived(160.0)
    outage.arrived(170.0)
    assert outage.seconds_between(99.5, at) == pytest.approx(seconds)


def test_what_arrives_afterwards_is_counted_from_there() -> None:
    outage = Outage(heard_until=100.0)
    outage.arrived(160.0)
    assert outage.seconds_between(161.0, 163.0) == 2.0


def test_records_tell_when_the_last_report_arrived() -> None:
    connection = ConnectionRecord(phone="a", state=ConnectionState.CONNECTED, began=1.0, reported=7.0)
    calls = [CallRecord(id="c", began=1.0, connections=(connection,))]
    assert last_heard([], []) == 0.0
    assert last_heard([PhoneRecord(id="a"), PhoneRecord(id="b", reported=5.0)], []) == 5.0
    assert last_heard([PhoneRecord(id="b", reported=5.0)], calls) == 7.0
