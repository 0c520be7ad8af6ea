"""Looks every few seconds for what is shown and may be wrong by now, and has the journal mark it.

Source: `certainty` for what is doubtful and when.
"""

import asyncio
import contextlib
from collections.abc import Iterator

import structlog

from offhook.console.certainty import Patience, find_doubts
from offhook.console.journal import Journal
from offhook.errors import StoreError

__all__ = ["LOOK_EVERY_S", "DoubtWatch"]

LOOK_EVERY_S = 2.0
"""Seconds between two looks; one costs about a microsecond a phone."""

_PHONES_AT_ONCE = 200
"""Phones looked at without a pause: reports should not have to wait behind ten thousand."""

_log = structlog.get_logger(__name__)


class DoubtWatch:
    """One task; from the journal's event loop."""

    def __init__(self, journal: Journal, patience: Patience, *, look_every_s: float = LOOK_EVERY_S) -> None:
        """Prepare; nothing is looked at before `start`."""
        self._journal = journal
        self._patience = patience
        self._look_every_s = look_every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._watch(), name="doubt watch")

    async def stop(self) -> None:
        """Look no more; may be called twice."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def look(self) -> int:
        """Mark what is doubtful now; gives how many doubts were found.

        Raises:
            StoreError: They could not be stored; the next look finds them again.
        """
        marked = 0
        state = self._journal.state
        for ids in _slices(tuple(state.phone_records)):
            phones = [phone for id_ in ids if (phone := state.phone_records.get(id_)) is not None]
            found = find_doubts(state, phones, self._journal.now(), self._patience)
            doubts = [self._journal.submit(doubt) for doubt in found]
            await asyncio.gather(*doubts)
            marked += len(doubts)
            await asyncio.sleep(0)  # whoever has something to do comes first
        return marked

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except StoreError as error:
                _log.warning("doubtful calls could not be marked; tried again", reason=str(error))
            except Exception:  # noqa: BLE001 - without this task, what is wrong would stay sure for ever
                _log.exception("the look for doubtful calls failed")


def _slices(ids: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (ids[first : first + _PHONES_AT_ONCE] for first in range(0, len(ids), _PHONES_AT_ONCE))
