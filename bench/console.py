"""A console as users start it, on the core that is measured."""

import contextlib
import re
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bench.children import Program, running
from bench.cores import SERVER, on

__all__ = ["Console", "console"]


@dataclass(frozen=True, slots=True)
class Console:
    """One that serves."""

    program: Program
    data: Path
    url: str
    """Of page and API."""
    listener_url: str
    """What the phones' Action URLs begin with."""
    started_s: float
    """From the start of the program to its word that it serves."""

    @property
    def token(self) -> str:
        """A bearer token that may do everything."""
        return (self.data / "api-token").read_text("utf-8").strip()

    @property
    def pids(self) -> list[int]:
        """Its process."""
        return self.program.pids


@contextlib.asynccontextmanager
async def console(data: Path) -> AsyncIterator[Console]:
    """Run a console on a data folder, which may be new."""
    command = [sys.executable, "-m", "offhook", "console", "--api-port", "0", "--listener-port", "0"]
    began = time.monotonic()
    async with running(on(SERVER, [*command, "--data", str(data)]), folder=data.parent) as program:
        await program.line_with("Ctrl-C")
        started_s = time.monotonic() - began
        api, listener = re.findall(r"http://127\.0\.0\.1:\d+(?=/api/v1|\s*$)", "".join(program.said), re.MULTILINE)
        yield Console(program, data, api, listener, started_s)
