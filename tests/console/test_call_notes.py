"""Notes on calls, of now and of long ago: one of each user, told by the feed, nothing lost."""

import asyncio

import pytest

from offhook.console.call_notes import CallNotes
from offhook.console.live_state import RECENT_S
from offhook.console_api.requests import NoteRequest
from offhook.errors import NotFound
from tests.console.kit import A, Clock, a_journal, a_report


async def test_each_user_has_one_note() -> None:
    async with a_journal(clock=(clock := Clock())) as journal:
        notes = CallNotes(journal)
        await journal.report(a_report("incoming", call_id="a1", remote="sip:1002@pbx"))
        (call,) = journal.state.calls()
        await notes.write(call.id, "user:anna", NoteRequest(text=" offer ", outcome="call back"))
        await notes.write(call.id, "user:ben", NoteRequest(text="<b>"))
        clock.pass_(1.0)
        shown = await notes.write(call.id, "user:anna", NoteRequest(text="no offer"))
        assert [(note.by, note.text, note.outcome) for note in shown.notes] == [
            ("user:ben", "<b>", ""),
            ("user:anna", "no offer", ""),
        ]
        shown = await notes.write(call.id, "user:ben", NoteRequest())
        assert [note.by for note in shown.notes] == ["user:anna"]
        before = journal.seq
        await notes.write(call.id, "user:ben", NoteRequest(text=" "))
        assert journal.seq == before, "nothing was there, so nothing happened"
        told = [event for event in await journal.events_after(0, 100) if event.type == "call.annotated"]
        assert [(event.call, event.phone, event.detail) for event in told[:2]] == [
            (call.id, A, {"by": "user:anna", "outcome": "call back"}),
            (call.id, A, {"by": "user:ben", "outcome": ""}),
        ]


async def test_a_call_of_long_ago_is_annotated_and_stays_out_of_the_live_picture() -> None:
    async with a_journal(clock=(clock := Clock())) as journal:
        notes = CallNotes(journal)
        await journal.report(a_report("incoming", at=clock.at, call_id="a1"))
        (call,) = journal.state.calls()
        await journal.report(a_report("missed", at=clock.at, call_id="a1"))
        clock.pass_(RECENT_S * 2)
        await journal.report(a_report("off_hook", at=clock.at))
        assert journal.state.call(call.id) is None
        both = [notes.write(call.id, f"user:{name}", NoteRequest(text=name)) for name in ("anna", "ben")]
        await asyncio.gather(*both)
        assert journal.state.call(call.id) is None
        kept = await journal.call(call.id)
        assert kept is not None and [note.text for note in kept.notes] == ["anna", "ben"]
        assert not kept.is_live


async def test_a_call_that_is_not_there_has_no_notes() -> None:
    async with a_journal() as journal:
        with pytest.raises(NotFound):
            await CallNotes(journal).write("c_none", "user:anna", NoteRequest(text="x"))
