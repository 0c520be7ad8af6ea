"""Members of an enumeration as plain attributes of their class.

Until Python 3.12 each `Class.MEMBER` is a call of a function written in Python: a tenth of a microsecond, some fifty
times a report. From 3.12 on the library does the same, and this changes nothing.
Source: CPython's `enum`, changes in 3.12; docs/performance.md.
"""

from enum import Enum
from typing import TypeVar

__all__ = ["plain_members"]

_Kind = TypeVar("_Kind", bound=type[Enum])


def plain_members(kind: _Kind) -> _Kind:
    """Decorate an enumeration that is looked at with every report."""
    for name, member in kind.__members__.items():
        type.__setattr__(kind, name, member)  # past the class's own refusal to have its members replaced
    return kind
