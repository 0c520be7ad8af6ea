"""Calls that are over, and those that were missed, as the API shows them.

Source: console-api.md §1 no. 1 (one entry is one connection).
"""

from typing import Annotated

import msgspec

from offhook.console_api.resources import CallNote, Direction, Party

__all__ = ["HistoryEntry", "HistoryPage", "Missed", "MissedSeen"]

_Time = Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One call at one phone, over."""

    id: Annotated[str, msgspec.Meta(examples=["c_2307fbc4cc3d:02000f001001"])]
    """That of the connection."""
    call: str
    phone: Annotated[str, msgspec.Meta(examples=["02000f001001"])]
    phone_name: Annotated[str, msgspec.Meta(examples=["Anna Bianchi"])]
    group: Annotated[str, msgspec.Meta(examples=["Sales"])]
    """Group of the phone's user; "" without one."""
    direction: Direction
    remote: Party
    line: str
    began: _Time
    answered: str | None
    ended: _Time
    ring_s: float | None
    """Until it was answered, or given up."""
    talk_s: float | None
    """None when it was not answered."""
    is_missed: bool
    is_uncertain: bool
    cause: str | None
    notes: list[CallNote]


class HistoryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some of the history, newest first."""

    entries: list[HistoryEntry]
    next: str | None
    """What to send as `before` for the older ones; None when there are none."""


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """How many calls one's own phones missed that one has not seen."""

    count: Annotated[int, msgspec.Meta(examples=[3])]
    """At most 999."""
    seen_until: _Time


class MissedSeen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`PUT /api/v1/me/missed-seen`."""

    until: Annotated[str, msgspec.Meta(max_length=40, examples=["2026-01-05T09:12:03.418Z"])] | None = None
    """When the newest missed call that was shown ended; None for now."""
