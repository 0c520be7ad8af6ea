"""Programs that the bench starts and ends."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from bench.proc import children_of

__all__ = ["BenchError", "Program", "running", "until_open"]


_LINES_KEPT = 1_000
"""Of those that nobody has read yet, the newest: a program may log for as long as it is measured."""


class BenchError(Exception):
    """Something of the bench's own did not work; the text says what."""


class Program:
    """One that runs."""

    def __init__(self, started: asyncio.subprocess.Process, output: asyncio.StreamReader) -> None:
        self._started = started
        self._output = output
        self._unread: deque[str] = deque(maxlen=_LINES_KEPT)
        self._has_news = asyncio.Event()
        self.said: list[str] = []
        """Lines read so far."""

    @property
    def pid(self) -> int:
        """Its own id; taskset and env become what they start."""
        return self._started.pid

    @property
    def pids(self) -> list[int]:
        """It and its children."""
        return [self._started.pid, *children_of(self._started.pid)]

    async def listen(self) -> None:
        """Take what it writes until it ends: who writes into a full pipe stands still, in the middle of its work."""
        while line := await self._output.readline():
            self._unread.append(line.decode("utf-8", "replace"))
            self._has_news.set()
        self._unread.append("")
        self._has_news.set()

    async def line_with(self, words: str, within_s: float = 60.0) -> str:
        """Read its output as far as a line that holds ``words``."""
        async with asyncio.timeout(within_s):
            while line := await self._next_line():
                self.said.append(line)
                if words in line:
                    return line
        raise BenchError(f"it ended without saying {words!r}:\n{''.join(self.said[-20:])}")

    async def _next_line(self) -> str:
        while not self._unread:
            self._has_news.clear()
            await self._has_news.wait()
        return self._unread.popleft()


@contextlib.asynccontextmanager
async def running(command: Sequence[str], *, folder: Path) -> AsyncIterator[Program]:
    """Start a program, and end it when it is not needed any more."""
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(
        *command, cwd=folder, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    assert started.stdout is not None
    program = Program(started, started.stdout)
    listening = asyncio.create_task(program.listen())
    try:
        yield program
    finally:
        if started.returncode is None:
            started.terminate()
        try:
            async with asyncio.timeout(15):
                await started.wait()
        except TimeoutError:
            started.kill()
            await started.wait()
        await listening


async def until_open(port: int, within_s: float = 60.0) -> None:
    """Wait until somebody listens on a port of this machine."""
    limit = time.monotonic() + within_s
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > limit:
                raise BenchError(f"nobody listens on port {port}") from None
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return
