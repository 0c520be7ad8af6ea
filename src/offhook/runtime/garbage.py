"""What a program builds once and keeps is kept out of the garbage collector's way.

While modules are imported and parts are built nothing becomes garbage, but the collector looks through all of it again
and again: a sixth of the console's start. And once built, every full collection would look through it once more, which
everybody who waits for an answer at that moment waits for.
Source: `gc.freeze` in the Python library.
"""

import contextlib
import gc
from collections.abc import Iterator

__all__ = ["kept_for_good"]


@contextlib.contextmanager
def kept_for_good() -> Iterator[None]:
    """Build, in this context, what stays until the program ends: the collector neither runs nor looks there again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
