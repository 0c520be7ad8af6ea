"""One thread that works off what it is given, in order, and tells the event loop.

An executor of the standard library would do, and costs several times as much for each piece of work: its locks let
the other thread in while work is handed over. That counts where thousands of commits come in a second.
Source: `concurrent.futures.thread`; docs/performance.md.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from offhook.errors import StoreError

__all__ = ["Worker"]

_Answer = TypeVar("_Answer")


class Worker:
    """Starts its thread with the first piece of work; to be used from one event loop."""

    def __init__(self, name: str) -> None:
        """Prepare.

        Args:
            name: Of the thread.
        """
        self._name = name
        self._queue: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = SimpleQueue()
        self._thread: Thread | None = None
        self._is_closed = False

    def run(self, work: Callable[[], _Answer]) -> asyncio.Future[_Answer]:
        """Hand work over; the future has its answer, or what it raised.

        Raises:
            StoreError: The thread was ended.
        """
        if self._is_closed:
            raise StoreError("the store is closed")
        done: asyncio.Future[_Answer] = asyncio.get_running_loop().create_future()
        if self._thread is None:
            self._thread = Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._queue.put((work, done))
        return done

    def close(self) -> None:
        """End the thread once everything that was handed over is done; may be called twice."""
        self._is_closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while (given := self._queue.get()) is not None:
            work, done = given
            loop = done.get_loop()
            try:
                tell = partial(_succeed, done, work())
            except BaseException as error:  # noqa: BLE001 - whoever waits has to hear of it, whatever it is
                tell = partial(_fail, done, error)
            try:
                loop.call_soon_threadsafe(tell)
            except RuntimeError:
                return  # the loop is gone, and with it everybody who waits
            del given, work, done, tell


def _succeed(done: asyncio.Future[Any], answer: Any) -> None:
    if not done.done():
        done.set_result(answer)


def _fail(done: asyncio.Future[Any], error: BaseException) -> None:
    if not done.done():
        done.set_exception(error)
