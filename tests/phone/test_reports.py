import dataclasses

import pytest

from offhook.phone.reports import Report
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable


def test_a_report_says_what_was_known_and_does_not_change() -> None:
    report = Report(Event.OFF_HOOK, {Variable.IP: "192.0.2.7"})
    assert report == Report(Event.OFF_HOOK, {Variable.IP: "192.0.2.7"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.event = Event.ON_HOOK  # type: ignore[misc]
