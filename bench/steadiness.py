"""How fast the machine is at this moment: the same small work, over and over, on both cores.

A machine that is shared with others does the same work in 16 ms now and in 27 ms a second later, and nothing in it
tells. Figures of such minutes are still fair beside a peer of the same round, and not beside a limit in milliseconds.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from bench.cores import LOAD, SERVER, here_on

__all__ = ["look"]

_TIMES = 20
_STEPS = 300_000


def look() -> dict[str, float]:
    """Work for about a second; gives the shortest, the middle and the longest time in ms, and says it on stderr."""
    times_ms = []
    for core in sorted({SERVER, LOAD}):
        with here_on(core):
            times_ms += [_timed_ms(_work) for _ in range(_TIMES)]
    found = {"least_ms": min(times_ms), "median_ms": median(times_ms), "most_ms": max(times_ms)}
    found = {name: round(value, 2) for name, value in found.items()}
    sys.stderr.write("  the same work takes {least_ms} to {most_ms} ms, median {median_ms}\n".format_map(found))
    return found


def _work() -> None:
    total = 0
    for number in range(_STEPS):
        total += number * number % 7


def _timed_ms(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
