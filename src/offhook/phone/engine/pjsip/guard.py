"""A fence around what the library calls: an error there is swallowed by the library and a call goes on half-done.

Source: PJSIP 2.15 (pjsua2 directors).
"""

import functools
import sys
import traceback
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

__all__ = ["guarded"]

_P = ParamSpec("_P")
_S = TypeVar("_S")


def guarded(callback: Callable[Concatenate[_S, _P], None]) -> Callable[Concatenate[_S, _P], None]:
    """Write an error of a callback to stderr, which the phone logs, and go on with the other calls."""

    @functools.wraps(callback)
    def fenced(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            callback(self, *args, **kwargs)
        except Exception:  # noqa: BLE001 - the caller is C code that would print it to stdout and forget it
            sys.stderr.write(traceback.format_exc())

    return fenced
