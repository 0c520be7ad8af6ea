"""What was handled, counted: for wallboards.

Source: docs/programs.md, "Statistics".
"""

from typing import Annotated

import msgspec

__all__ = ["NowCounts", "Statistics", "StatisticsRow"]

_Seconds = Annotated[float, msgspec.Meta(examples=[12.5])]


class NowCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many phones are doing what at this moment."""

    idle: int = 0
    calling: int = 0
    ringing: int = 0
    talking: int = 0
    held: int = 0
    away: int = 0
    """In no call, with do-not-disturb on."""
    unknown: int = 0
    """Nothing was ever reported."""


class StatisticsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one phone, user or group handled, or all in one hour."""

    key: Annotated[str, msgspec.Meta(examples=["Sales"])]
    """Id of the phone or user, name of the group, beginning of the hour; "" for what belongs to none."""
    name: Annotated[str, msgspec.Meta(examples=["Sales"])]
    incoming: int
    """Those that were answered or are over."""
    answered: int
    missed: int
    answered_within: int
    """Answered as quickly as asked for."""
    service_level: float | None
    """`answered_within / incoming`; None without any."""
    outgoing: int
    outgoing_answered: int
    talk_average_s: _Seconds | None
    talk_longest_s: _Seconds | None
    ring_average_s: _Seconds | None
    """Of incoming calls, until they were answered or given up."""
    ring_longest_s: _Seconds | None
    now: NowCounts | None
    """None for an hour."""


class Statistics(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """What was handled in a time."""

    from_: Annotated[str, msgspec.Meta(examples=["2026-01-04T23:00:00.000Z"])]
    to: Annotated[str, msgspec.Meta(examples=["2026-01-05T23:00:00.000Z"])]
    by: Annotated[str, msgspec.Meta(examples=["group"])]
    zone: Annotated[str, msgspec.Meta(examples=["Europe/Berlin"])]
    within_s: float
    rows: list[StatisticsRow]
    total: StatisticsRow
