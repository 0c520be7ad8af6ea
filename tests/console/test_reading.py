import pytest

from offhook.callmodel.connection import Discrepancy
from offhook.console.live_state import Draft, LiveState
from offhook.console.reading import Reading
from offhook.console.records import PhoneRecord
from offhook.console_api.envelope import Source
from offhook.console_api.event_types import EventType
from offhook.dialects.dialect import CallIdScope
from tests.console.kit import START, A, counted_ids


def a_reading(phone: str = A) -> Reading:
    return Reading(
        draft=Draft(LiveState([PhoneRecord(id=A)])),
        phone_id=phone,
        values={},
        at=START,
        scope=CallIdScope.GLOBAL,
        source_address="10.0.0.1",
        source=Source(action=1, dialect="base", event="dnd_on", vars={}, request="/dnd_on"),
        new_id=counted_ids(),
    )


def test_a_change_is_told_from_none() -> None:
    reading = a_reading()
    assert reading.change_phone(dnd=True)
    assert not reading.change_phone(dnd=True)
    assert reading.phone.dnd is True


def test_an_event_carries_phone_time_and_source() -> None:
    reading = a_reading()
    reading.tell(EventType.PHONE_DND_CHANGED, line="", detail={"on": True})
    (happening,) = reading.happenings
    assert (happening.phone, happening.line, happening.at, happening.source) == (A, None, START, reading.source)


def test_what_changed_nothing_says_why() -> None:
    reading = a_reading()
    reading.ignore(Discrepancy.LATE, call="c_1")
    assert reading.happenings[0].detail == {"discrepancy": "late"}
    assert reading.happenings[0].call == "c_1"


def test_a_phone_that_is_not_known_is_a_mistake_of_the_reducer() -> None:
    with pytest.raises(LookupError):
        _ = a_reading("none").phone
