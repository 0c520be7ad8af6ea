"""How long things are kept, and the task that throws away what is older, a little at a time.

Each step is one small transaction of the thread that writes, so a report waits behind one of them at most, and only
for some milliseconds. The step is slow enough for reports to come between, and fast enough to keep up with them.

Source: docs/programs.md; `store.port`, `Store.prune`.
"""

import asyncio
import contextlib

import structlog

from offhook.console.journal import Journal
from offhook.console.settings import Retention
from offhook.console.store.port import Keep
from offhook.errors import StoreError

__all__ = ["RetentionWatch", "what_to_keep"]

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S

_ROWS_AT_ONCE = 200
_PAUSE_S = 0.04
"""Between two steps while there is more: five thousand events a second; what comes faster goes when less comes."""
_LOOK_EVERY_S = 60.0

_log = structlog.get_logger(__name__)


def what_to_keep(retention: Retention, now: float) -> Keep:
    """Turn how long things are kept into times.

    Args:
        now: Seconds since 1970.
    """
    return Keep(
        after=max(0.0, now - retention.events_hours * _HOUR_S),
        newest=retention.events,
        calls_after=max(0.0, now - retention.calls_days * _DAY_S),
        commands_after=max(0.0, now - retention.commands_days * _DAY_S),
    )


class RetentionWatch:
    """One task; from the journal's event loop."""

    def __init__(
        self,
        journal: Journal,
        retention: Retention,
        *,
        rows_at_once: int = _ROWS_AT_ONCE,
        pause_s: float = _PAUSE_S,
        look_every_s: float = _LOOK_EVERY_S,
    ) -> None:
        """Prepare; nothing goes before `start`.

        Args:
            rows_at_once: Rows of each kind that one transaction throws away.
            pause_s: Between two of them.
            look_every_s: Between two looks for what is old.
        """
        self._journal = journal
        self._retention = retention
        self._rows_at_once = rows_at_once
        self._pause_s = pause_s
        self._look_every_s = look_every_s
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._watch(), name="retention")

    async def stop(self) -> None:
        """Throw nothing more away; may be called twice."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def tidy(self) -> None:
        """Throw everything away that is old now.

        Raises:
            StoreError: The store does not take it; what went, went.
        """
        has_more = True
        while has_more:
            has_more = await self._journal.prune(what_to_keep(self._retention, self._journal.now()), self._rows_at_once)
            await asyncio.sleep(self._pause_s)  # reports come first

    async def _watch(self) -> None:
        while True:
            try:
                await self.tidy()
            except StoreError as error:
                _log.warning("what is old could not be thrown away; tried again", reason=str(error))
            except Exception:  # noqa: BLE001 - without this task the disk fills up
                _log.exception("throwing away what is old failed")
            await asyncio.sleep(self._look_every_s)
