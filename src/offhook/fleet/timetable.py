"""What is to be done when, for the whole fleet: one heap and one timer, however many phones there are.

Entries cannot be taken back; what is done looks whether it is still wanted.
Source: `heapq` in the Python library.
"""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from typing import Any

__all__ = ["AT_ONCE", "Timetable"]

AT_ONCE = 256
"""Entries done before the loop may do something else."""

_Entry = tuple[float, int, Callable[..., None], tuple[Any, ...]]


class Timetable:
    """Works by itself on a running loop; or a test works it by `work_off`."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Prepare.

        Args:
            now: Seconds, monotonic.
        """
        self.now = now
        self._entries: list[_Entry] = []
        self._order = itertools.count()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def __len__(self) -> int:
        return len(self._entries)

    def at(self, when: float, action: Callable[..., None], *arguments: object) -> None:
        """Do it at ``when`` seconds of the clock, or as soon as possible after."""
        heapq.heappush(self._entries, (when, next(self._order), action, arguments))
        if self._entries[0][0] == when:
            self._arm()

    def after(self, seconds: float, action: Callable[..., None], *arguments: object) -> None:
        """Do it in so many seconds."""
        self.at(self.now() + seconds, action, *arguments)

    def start(self) -> None:
        """Work on the running loop."""
        self._loop = asyncio.get_running_loop()
        self._arm()

    def stop(self) -> None:
        """Do nothing any more; what was to be done is forgotten."""
        self._cancel()
        self._loop = None
        self._entries.clear()

    def work_off(self, limit: int = AT_ONCE) -> int:
        """Do what is due; gives how many entries were done."""
        done = 0
        while done < limit and self._entries and self._entries[0][0] <= self.now():
            _, _, action, arguments = heapq.heappop(self._entries)
            done += 1
            action(*arguments)
        return done

    def _arm(self) -> None:
        if self._loop is None or not self._entries:
            return
        when = self._entries[0][0]
        if self._timer is not None and self._timer_at <= when:
            return
        self._cancel()
        self._timer_at = when
        self._timer = self._loop.call_later(max(0.0, when - self.now()), self._ring)

    def _ring(self) -> None:
        self._timer = None
        try:
            self.work_off()
        finally:
            # An entry that raised must not keep the others from their turn; the loop logs what it raised.
            self._arm()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
