"""Running something in the foreground until Ctrl-C: one way for every command.

The first SIGINT or SIGTERM stops cleanly and leads to exit code 0; a second one ends at once (130). So does a terminal
that is closed (SIGHUP), however often it says so, unless the program was started to outlive it (`nohup`).
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import uvloop

__all__ = ["run_in_foreground", "stopping_on_signal"]

_INTERRUPTED = 130


def run_in_foreground(body: Callable[[asyncio.Event], Awaitable[int]]) -> int:
    """Run ``body`` on a loop of its own; it is given an event that is set when it shall stop.

    Returns:
        The exit code that ``body`` gives.
    """

    async def guarded() -> int:
        async with stopping_on_signal() as stop:
            return await body(stop)

    return uvloop.run(guarded())


@asynccontextmanager
async def _stopping_on_signal() -> AsyncIterator[asyncio.Event]:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()

    def ask() -> None:
        if stop.is_set():
            os._exit(_INTERRUPTED)  # asked twice: whatever hangs, end
        stop.set()

    answers = {signal.SIGINT: ask, signal.SIGTERM: ask}
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        answers[signal.SIGHUP] = stop.set
    for number, answer in answers.items():
        loop.add_signal_handler(number, answer)
    try:
        yield stop
    finally:
        for number in answers:
            loop.remove_signal_handler(number)


def stopping_on_signal() -> AbstractAsyncContextManager[asyncio.Event]:
    """Give an event that SIGINT and SIGTERM set; a second signal ends the program."""
    return _stopping_on_signal()
