"""Times as text: RFC 3339, UTC, milliseconds.

Source: console-api.md §2 (`time`, `received`).
"""

from datetime import UTC, datetime

__all__ = ["rfc3339", "rfc3339_or_none"]


def rfc3339(at: float) -> str:
    """Write seconds since 1970 (UTC) as `2026-01-05T09:12:03.418Z`."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rfc3339_or_none(at: float | None) -> str | None:
    """Write a time that may be missing."""
    return None if at is None else rfc3339(at)
