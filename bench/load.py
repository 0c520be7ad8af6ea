"""Reports offered as fast as they are answered: wrk, 32 connections, one report each.

Source: `peers/reports.lua` has the reports.
"""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from bench.children import BenchError
from bench.cores import LOAD, on

__all__ = ["CONNECTIONS", "Load", "offer", "ramp"]

CONNECTIONS = 32
_SCRIPT = Path(__file__).parent / "peers" / "reports.lua"
_STEPS = 9
"""Reports of a call; see the script."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it."""

    answered: int
    """Reports answered 200."""
    issued: int
    """Number of the report to begin the next round with."""
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Reports answered in a second."""
        return self.answered / self.seconds


def ramp(phones: int) -> int:
    """Count the reports until every phone is somewhere in a call."""
    return sum(_STEPS - 1 - phone // 2 % _STEPS for phone in range(phones))


async def offer(url: str, *, first: int, phones: int, seconds: int) -> Load:
    """Offer reports for some seconds, beginning with one by its number.

    Raises:
        BenchError: Some were not answered 200.
    """
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "-s", str(_SCRIPT)]
    command = on(LOAD, ["wrk", *options, url, "--", str(first), str(phones)])
    wrk = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(seconds + 60):
        output, _ = await wrk.communicate()
    text = output.decode("utf-8", "replace")
    found = {name: int(value) for name, value in re.findall(r"\b([a-z0-9]+)=(\d+)", text)}
    if wrk.returncode != 0 or not found.get("answered"):
        raise BenchError(f"wrk made nothing of {url}:\n{text}")
    if found["refused"] or found["broken"] or found["late"]:
        raise BenchError(f"not every report was answered 200 by {url}:\n{text}")
    return Load(
        answered=found["answered"],
        issued=found["issued"],
        seconds=found["us"] / 1e6,
        p50_ms=found["p50"] / 1000,
        p99_ms=found["p99"] / 1000,
    )
