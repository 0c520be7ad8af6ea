"""Only types of events that there are can be asked for."""

import pytest

from offhook.console.webhooks.wanted_types import check_types
from offhook.console_api.event_types import EventType
from offhook.errors import NotValid


@pytest.mark.parametrize("wanted", [[], ["call."], ["line.", "webhook.disabled"], [type_.value for type_ in EventType]])
def test_types_that_there_are_and_their_kinds(wanted: list[str]) -> None:
    check_types(wanted)


@pytest.mark.parametrize(
    ("entry", "nearest"),
    [
        ("phone.dnd", "phone.dnd_changed"),
        ("call.establised", "call.established"),
        ("calls.established", "call.established"),
        ("calls.", "call."),
        ("fone.", "phone."),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_nearest_that_can(entry: str, nearest: str) -> None:
    with pytest.raises(NotValid) as caught:
        check_types(["call.", entry])
    assert caught.value.error_id == "event-type-unknown"
    assert repr(entry) in str(caught.value)
    assert str(caught.value).endswith(f"the nearest is {nearest!r}")
