"""Which processor core serves and which one makes the load: never the same one, where there are two."""

import contextlib
import os
from collections.abc import Iterator, Sequence

__all__ = ["LOAD", "SERVER", "here_on", "on"]

_CORES = sorted(os.sched_getaffinity(0))

SERVER = _CORES[0]
"""What is measured, and what it is measured beside."""
LOAD = _CORES[-1]
"""What asks them."""


def on(core: int, command: Sequence[str]) -> list[str]:
    """Make a command that stays on one core, with everything it starts."""
    return ["taskset", "--cpu-list", str(core), *command]


@contextlib.contextmanager
def here_on(core: int) -> Iterator[None]:
    """Keep this process on one core meanwhile."""
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, set(_CORES))
