"""Whether the console can do its work now: take reports, store them, serve.

Alive (`/health`) is a process that answers; ready is one that should get traffic. What is looked at is the way of a
report: the listener accepts, the journal gets on, the store takes a transaction.

Source: docs/programs.md.
"""

import asyncio
import time
from collections.abc import Callable

from offhook.console.journal import Journal
from offhook.console.phone_listener import PhoneListener
from offhook.console.records import Batch
from offhook.errors import StoreError

__all__ = ["Readiness"]

_PATIENCE_S = 2.0
"""A commit takes milliseconds; one that takes so long keeps phones waiting."""
_GOOD_FOR_S = 1.0


class Readiness:
    """Looks, at most once a second however often it is asked."""

    def __init__(
        self,
        journal: Journal,
        listener: PhoneListener,
        *,
        patience_s: float = _PATIENCE_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            patience_s: What the store may take for an empty transaction behind those that wait.
            now: Monotonic seconds.
        """
        self._journal = journal
        self._listener = listener
        self._patience_s = patience_s
        self._now = now
        self._looked: tuple[float, list[str]] | None = None
        self._looking = asyncio.Lock()

    async def problems(self) -> list[str]:
        """Say what keeps the console from its work; empty when nothing does."""
        async with self._looking:
            if self._looked is None or self._now() - self._looked[0] >= _GOOD_FOR_S:
                found = await self._look()
                self._looked = (self._now(), found)
            return self._looked[1]

    async def _look(self) -> list[str]:
        found = []
        if not self._listener.is_accepting:
            found.append("the listener for phones does not accept connections")
        if self._journal.is_full:
            found.append("more reports wait to be stored than can be kept")
        try:
            async with asyncio.timeout(self._patience_s):
                await self._journal.store.commit(Batch())
        except TimeoutError:
            found.append(f"the store did not take a transaction within {self._patience_s:g} s")
        except StoreError as error:
            found.append(f"the store does not work: {error}")
        return found
