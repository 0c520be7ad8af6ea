"""Times in queries: RFC 3339, UTC unless they say otherwise.

Source: RFC 3339.
"""

from datetime import UTC, datetime

__all__ = ["seconds_of"]

_EPOCH = datetime.fromtimestamp(0, UTC)


def seconds_of(time: datetime | None) -> float | None:
    """Give seconds since 1970, also for years that the system's own clock has no seconds for; UTC unless it says."""
    if time is None:
        return None
    return ((time if time.tzinfo else time.replace(tzinfo=UTC)) - _EPOCH).total_seconds()
