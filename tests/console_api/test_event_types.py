"""The types of events, against the mapping of the 27 (console-api.md §3)."""

import re

import pytest

from offhook.console_api.event_types import EventType, Origin

MAPPED = """
    phone.hookswitch_changed call.service_initiated call.originated call.delivered call.established
    call.connection_cleared call.missed phone.dnd_changed phone.forwarding_changed call.held call.retrieved
    line.registered line.registration_failed line.unregistered call.transfer_started call.transferred
    phone.busy_changed phone.started phone.address_changed phone.vendor_event
""".split()


@pytest.mark.parametrize("word", MAPPED)
def test_what_an_event_of_the_document_becomes(word: str) -> None:
    assert EventType(word).value == word


@pytest.mark.parametrize("each", EventType)
def test_form(each: EventType) -> None:
    assert re.fullmatch(r"(call|phone|line|command|webhook)\.[a-z]+(_[a-z]+)*", each.value)
    assert each.name == each.value.replace(".", "_").upper()


def test_every_state_of_a_command_has_its_event() -> None:
    states = {"queued", "sent", "acknowledged", "confirmed", "unconfirmed", "rejected", "timed_out", "unreachable"}
    assert {each.value.removeprefix("command.") for each in EventType if each.startswith("command.")} == states


def test_origins() -> None:
    assert {origin.value for origin in Origin} == {"reported", "inferred", "operator"}
