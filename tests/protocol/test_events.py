"""The 27 events, row by row as DOC §2.4 has them."""

import pytest

from offhook.protocol.events import TITLES, Event

DOCUMENT = [
    ("off_hook", "Off-hook"),
    ("on_hook", "On-hook"),
    ("outgoing", "Outgoing Call"),
    ("incoming", "Incoming Call"),
    ("established", "Established"),
    ("terminated", "Terminated"),
    ("missed", "Missed Call"),
    ("dnd_on", "Activate DND"),
    ("dnd_off", "De-activate DND"),
    ("always_forward_on", "Activate Always Forward"),
    ("always_forward_off", "De-activate Always Forward"),
    ("busy_forward_on", "Activate Busy Forward"),
    ("busy_forward_off", "De-activate Busy Forward"),
    ("no_answer_forward_on", "Activate No Answer Forward"),
    ("no_answer_forward_off", "De-activate No Answer Forward"),
    ("hold", "Hold"),
    ("unhold", "Unhold"),
    ("registered", "Registered"),
    ("registration_failed", "Registration Failed"),
    ("unregistered", "Unregistered"),
    ("transfer", "Transfer Call"),
    ("blind_transfer", "Blind Transfer"),
    ("attended_transfer", "Attended Transfer"),
    ("idle_to_busy", "Idle to Busy"),
    ("busy_to_idle", "Busy to Idle"),
    ("setup_completed", "Setup Completed"),
    ("ip_changed", "IP Changed"),
]
"""Slug and title by number: the slugs stand in the console's URLs, so phones out there depend on them."""


def test_the_document_has_27() -> None:
    assert len(DOCUMENT) == len(Event) == len(TITLES) == 27


@pytest.mark.parametrize(("number", "slug", "title"), [(i, *row) for i, row in enumerate(DOCUMENT, 1)])
def test_row(number: int, slug: str, title: str) -> None:
    event = Event(slug)
    assert event.title == title
    assert list(Event)[number - 1] is event
    assert list(TITLES)[number - 1] is event


def test_every_title_belongs_to_one_event() -> None:
    assert len(set(TITLES.values())) == 27
