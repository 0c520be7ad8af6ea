"""docs/event-causes.md: every event from at least two causes, with the exact request that each of them makes."""

from collections import Counter

from offhook.protocol.events import Event
from tests.docs.event_causes import CAUSES, DOCUMENT, all_requests, document


def test_every_event_has_two_causes_at_least() -> None:
    counted = Counter(each.event for each in CAUSES)
    assert {event: counted[event] for event in Event if counted[event] < 2} == {}
    assert len({(each.event, each.text) for each in CAUSES}) == len(CAUSES)


async def test_each_cause_makes_the_request_that_the_document_shows() -> None:
    assert document(await all_requests()) == DOCUMENT.read_text("utf-8")
