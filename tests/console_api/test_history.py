"""The history's messages."""

import msgspec
import pytest

from offhook.console_api.history import HistoryEntry, HistoryPage, Missed, MissedSeen
from offhook.console_api.resources import CallNote, ContactRef, Direction, Party


def test_a_page_is_read_as_it_was_written() -> None:
    entry = HistoryEntry(
        id="c_1:02000f001001",
        call="c_1",
        phone="02000f001001",
        phone_name="Anna",
        group="",
        direction=Direction.INCOMING,
        remote=Party(number="1", display="1", contact=ContactRef(id="ct_1", name="Zoë")),
        line="",
        began="2026-01-05T09:12:03.418Z",
        answered=None,
        ended="2026-01-05T09:12:04.418Z",
        ring_s=1.0,
        talk_s=None,
        is_missed=True,
        is_uncertain=False,
        cause=None,
        notes=[CallNote(by="user:anna", at="2026-01-05T09:13:00.000Z", text="<b>", outcome="x")],
    )
    page = HistoryPage(entries=[entry], next="x")
    assert msgspec.json.decode(msgspec.json.encode(page), type=HistoryPage) == page
    assert msgspec.json.encode(Missed(count=1, seen_until="t")) == b'{"count":1,"seen_until":"t"}'


def test_seen_until_now_unless_said() -> None:
    assert msgspec.json.decode(b"{}", type=MissedSeen).until is None
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"until": "x" * 41}, MissedSeen)
