"""Waits until the disk has nothing left to do.

What one measurement leaves behind is written, or its deleted files are given back to the disk, while the next one
measures: a commit that waits for the disk then waits for both.
Source: Linux, Documentation/admin-guide/iostats.rst.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

__all__ = ["at_rest"]

_COUNTS = Path("/proc/diskstats")
_QUIET_S = 0.5
_MOST_S = 20.0


async def at_rest() -> None:
    """Have everything written, and return when no disk has done anything for half a second.

    Somebody else's work on the disk is waited for at most 20 s, and named on stderr.
    """
    await asyncio.to_thread(os.sync)
    give_up = time.monotonic() + _MOST_S
    before = _done()
    while time.monotonic() < give_up:
        await asyncio.sleep(_QUIET_S)
        now = _done()
        if now == before:
            return
        before = now
    sys.stderr.write(f"  the disk did not come to rest within {_MOST_S:g} s: somebody else is using it\n")


def _done() -> str:
    """Give what every disk has done so far; nothing where the system does not tell."""
    try:
        return _COUNTS.read_text("ascii")
    except OSError:
        return ""
