"""Times as text: RFC 3339, UTC, milliseconds.

Source: console-api.md §2 (`time`, `received`).
"""

from datetime import UTC, datetime
from functools import lru_cache

__all__ = ["rfc3339", "rfc3339_or_none"]


@lru_cache(maxsize=256)
def rfc3339(at: float) -> str:
    """Write seconds since 1970 (UTC) as `2026-01-05T09:12:03.418Z`; what is less than a millisecond is cut off.

    Kept, because whatever one report leads to has it in common.
    """
    second, microseconds = divmod(round(at * 1e6), 1_000_000)
    return f"{_to_the_second(second)}.{microseconds // 1000:03d}Z"


@lru_cache(maxsize=64)
def _to_the_second(second: int) -> str:
    """Kept, because everything that comes in within a second has it in common."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def rfc3339_or_none(at: float | None) -> str | None:
    """Write a time that may be missing."""
    return None if at is None else rfc3339(at)
