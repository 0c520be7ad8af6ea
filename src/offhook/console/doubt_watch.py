"""Looks every few seconds for what is shown and may be wrong by now, and has the journal mark it.

Source: `certainty` for what is doubtful and when.
"""

import asyncio
import contextlib

import structlog

from offhook.console.certainty import Patience, find_doubts
from offhook.console.journal import Journal
from offhook.errors import StoreError

__all__ = ["LOOK_EVERY_S", "DoubtWatch"]

LOOK_EVERY_S = 2.0
"""Seconds between two looks; one costs about a microsecond a phone."""

_MAX_AT_ONCE = 1_000
"""Doubts marked at one look: after a long break, phones' reports should not have to wait behind them."""

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
        found = find_doubts(self._journal.state, self._journal.now(), self._patience)
        marked = [self._journal.submit(doubt) for doubt, _ in zip(found, range(_MAX_AT_ONCE), strict=False)]
        await asyncio.gather(*marked)
        return len(marked)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._look_every_s)
            try:
                await self.look()
            except StoreError as error:
                _log.warning("doubtful calls could not be marked; tried again", reason=str(error))
            except Exception:  # noqa: BLE001 - without this task, what is wrong would stay sure for ever
                _log.exception("the look for doubtful calls failed")
