"""Notes on calls: one of each user, on calls that go on and on calls of long ago.

They go through the journal like everything that changes a call, so the feed tells of them once and in order.
Source: docs/programs.md, "Notes on a call".
"""

import asyncio

from offhook.console.journal import Journal
from offhook.console.records import CallAnnotated
from offhook.console_api.requests import NoteRequest
from offhook.console_api.resources import Call
from offhook.errors import NotFound

__all__ = ["CallNotes"]


class CallNotes:
    """Writes notes, one after the other: an old call is read, changed and written, and nobody may come between."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._writing = asyncio.Lock()

    async def write(self, call: str, by: str, note: NoteRequest) -> Call:
        """Replace one user's note; gives the call with all notes.

        Raises:
            NotFound: There is no such call.
            StoreError: It could not be stored.
        """
        async with self._writing:
            id_ = self._journal.state.current_id(call)
            record = self._journal.state.call_records.get(id_) or await self._journal.store.call(id_)
            if record is None:
                raise NotFound("call", call)
            await self._journal.record(CallAnnotated(record, by, note.text.strip(), note.outcome.strip()))
        shown = await self._journal.call(id_)
        if shown is None:
            raise NotFound("call", call)
        return shown
