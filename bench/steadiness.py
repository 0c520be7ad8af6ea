"""How fast the machine is at this moment: the same small work, over and over, on both cores; the same small write.

A machine that is shared with others does the same work in 16 ms now and in 27 ms a second later, its disk answers in
0.2 ms and once in 170 ms, and nothing in it tells. Figures of such minutes are still fair beside a peer of the same
round, and not beside a limit in milliseconds.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median, quantiles

from bench.cores import LOAD, SERVER, here_on

__all__ = ["look"]

_TIMES = 20
_STEPS = 300_000
_WRITES = 500
_WRITTEN_BYTES = 24 * 1024
"""About what a commit of the console writes."""


def look() -> dict[str, float]:
    """Look for about two seconds; gives what was found in ms, and says it on stderr."""
    work_ms = []
    for core in sorted({SERVER, LOAD}):
        with here_on(core):
            work_ms += [_timed_ms(_work) for _ in range(_TIMES)]
    write_ms = _writes_ms()
    found = {
        "work_least_ms": min(work_ms),
        "work_median_ms": median(work_ms),
        "work_most_ms": max(work_ms),
        "write_median_ms": median(write_ms),
        "write_p99_ms": quantiles(write_ms, n=100)[98],
        "write_most_ms": max(write_ms),
    }
    found = {name: round(value, 2) for name, value in found.items()}
    sys.stderr.write(
        "  the machine: the same work {work_least_ms} to {work_most_ms} ms, median {work_median_ms}; "
        "a write on disk {write_median_ms} ms, p99 {write_p99_ms}, at most {write_most_ms}\n".format_map(found)
    )
    return found


def _work() -> None:
    total = 0
    for number in range(_STEPS):
        total += number * number % 7


def _writes_ms() -> list[float]:
    data = os.urandom(_WRITTEN_BYTES)
    with tempfile.NamedTemporaryFile(prefix="offhook-bench-") as file:
        place = file.fileno()

        def write() -> None:
            os.pwrite(place, data, 0)
            os.fdatasync(place)

        found = []
        for _ in range(_WRITES):
            found.append(_timed_ms(write))
            time.sleep(0.001)
    return found


def _timed_ms(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
