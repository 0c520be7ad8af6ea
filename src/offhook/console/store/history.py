"""The part of the store port that is about what is over: searching it and counting it.

Times are seconds since 1970; a call belongs to the moment it began.
Source: `store.port`; docs/programs.md, "History" and "Statistics".
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from operator import add
from typing import Any, NamedTuple, Protocol

from offhook.console.records import CallRecord

__all__ = ["QUARTER_S", "HistorySearch", "HistoryStore", "Position", "Tally", "TallySearch"]

QUARTER_S = 900
"""What is counted by time is counted by quarter of an hour: of these the hours of every time zone are made."""


class Position(NamedTuple):
    """Where in the history a connection is; the newest is the greatest."""

    began: float
    """When its call did."""
    call: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySearch:
    """Which connections that are over are wanted; None: any."""

    phones: frozenset[str] | None = None
    direction: str | None = None
    is_missed: bool | None = None
    was_answered: bool | None = None
    outcome: str | None = None
    """Of a note on the call."""
    after: float | None = None
    """From this time on."""
    until: float | None = None
    """Before this time."""
    text: str = ""
    """In the other party's name or a note, in `fold`ed form; "" looks for nothing, neither there nor in numbers."""
    digits: frozenset[str] = frozenset()
    """Or any of these in the number."""
    numbers: frozenset[str] = frozenset()
    """Or just one of these numbers."""
    before: Position | None = None
    """Only what is older: the cursor to page by."""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TallySearch:
    """What is to be counted."""

    after: float
    until: float
    within_s: float
    """Answered in so many seconds is quick."""
    phones: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted; tallies of different connections add up."""

    incoming: int = 0
    """Answered or over."""
    answered: int = 0
    missed: int = 0
    answered_within: int = 0
    outgoing: int = 0
    outgoing_answered: int = 0
    talks: int = 0
    """Answered and over, in either direction."""
    talk_s: float = 0.0
    talk_longest_s: float = 0.0
    ring_s: float = 0.0
    """Of the incoming ones, until they were answered or given up."""
    ring_longest_s: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        """Count both."""
        return Tally(*(_JOINED[name](getattr(self, name), getattr(other, name)) for name in _JOINED))


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    each.name: max if "longest" in each.name else add for each in fields(Tally)
}


class HistoryStore(Protocol):
    """History; every method raises `StoreError` when the store cannot do it."""

    async def history(self, search: HistorySearch) -> list[tuple[CallRecord, str]]:
        """Give calls and of each the phone whose connection was meant, the newest first."""
        ...

    async def outcomes(self) -> list[str]:
        """Give the outcomes that notes have, in the order of the alphabet."""
        ...

    async def missed_since(self, phones: frozenset[str], since: float, limit: int) -> int:
        """Count connections of these phones that were missed and ended later than ``since``, up to ``limit``."""
        ...

    async def tallies_by_phone(self, search: TallySearch) -> dict[str, Tally]:
        """Count by phone."""
        ...

    async def tallies_by_quarter(self, search: TallySearch) -> dict[int, Tally]:
        """Count by quarter of an hour: by `QUARTER_S`s since 1970."""
        ...
