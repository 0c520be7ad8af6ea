"""Statistics: what was handled by whom and when, and what everybody is doing now.

What the store counts is kept for a moment, so that a hundred wallboards ask it as often as one.
Source: docs/programs.md, "Statistics"; IANA time zones.
"""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from offhook.console.csv_text import BOM, csv_lines
from offhook.console.journal import Journal
from offhook.console.store.history import QUARTER_S, Tally, TallySearch
from offhook.console.times import rfc3339
from offhook.console.users import Users
from offhook.console.views import phone_state
from offhook.console_api.resources import PhoneState
from offhook.console_api.statistics import NowCounts, Statistics, StatisticsRow
from offhook.errors import NotValid

__all__ = ["By", "HandledCalls", "StatisticsQuery", "statistics_csv"]

By = Literal["phone", "user", "group", "hour"]

_KEPT_S = 3.0
_MOST_KEPT = 64
_MAX_DAYS = 366
_MAX_DAYS_BY_HOUR = 31
_IN_A_TURN = 256
"""Phones looked at before others get their turn: about two milliseconds."""
_NONE = Tally()
_FIELDS = fields(Tally)
_NOW_WORDS = {
    PhoneState.UNKNOWN: "unknown",
    PhoneState.IDLE: "idle",
    PhoneState.DIALLING: "calling",
    PhoneState.CALLING: "calling",
    PhoneState.RINGING: "ringing",
    PhoneState.TALKING: "talking",
    PhoneState.ON_HOLD: "held",
}
_COLUMNS = (
    *("Key", "Name", "Incoming", "Answered", "Missed", "Answered within", "Service level", "Outgoing"),
    *("Outgoing answered", "Talk average seconds", "Talk longest seconds", "Ring average seconds"),
    "Ring longest seconds",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsQuery:
    """What somebody asks for."""

    by: By
    after: datetime | None = None
    """From this time on; None for the beginning of today."""
    until: datetime | None = None
    """Before this time; None for the end of today."""
    zone: str = "UTC"
    within_s: float = 20.0
    group: str | None = None


class HandledCalls:
    """Counts; from one event loop."""

    def __init__(
        self,
        journal: Journal,
        users: Users,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            now: Seconds since 1970 (UTC).
            monotonic: Seconds, for how long answers are kept.
        """
        self._journal = journal
        self._users = users
        self._now = now
        self._monotonic = monotonic
        self._kept: dict[object, tuple[float, Any]] = {}
        self._counting = asyncio.Lock()

    async def count(self, query: StatisticsQuery) -> Statistics:
        """Count.

        Raises:
            NotValid: There is no such time zone, or the time is none or too long.
            StoreError: The store cannot be read.
        """
        zone = _zone(query.zone)
        after, until = self._range(query, zone)
        phones = None if query.group is None else self._users.phones_of_group(query.group)
        search = TallySearch(after=after, until=until, within_s=query.within_s, phones=phones)
        if query.by == "hour":
            store = self._journal.store
            found = await self._once(("hour", search), lambda: store.tallies_by_quarter(search))
            rows, total = self._by_hour(found, search, zone)
        else:
            rows, total = await self._by_phone(query.by, search)
        return Statistics(
            from_=rfc3339(after),
            to=rfc3339(until),
            by=query.by,
            zone=query.zone,
            within_s=query.within_s,
            rows=rows,
            total=total,
        )

    def _range(self, query: StatisticsQuery, zone: ZoneInfo) -> tuple[float, float]:
        today = datetime.fromtimestamp(self._now(), zone).replace(hour=0, minute=0, second=0, microsecond=0)
        first = query.after or today
        try:
            # Days are as long as the clock on the wall says: 23 to 25 hours.
            last = query.until or first + timedelta(days=1)
            first, last = (
                (time if time.tzinfo else time.replace(tzinfo=zone)).astimezone(UTC) for time in (first, last)
            )
        except OverflowError as error:
            raise NotValid("time-not-valid", "`from` and `to` have to be within the years 1 to 9999") from error
        most = _MAX_DAYS_BY_HOUR if query.by == "hour" else _MAX_DAYS
        length_s = (last - first).total_seconds()
        if not 0 < length_s <= (most * 24 + 1) * 3600:
            raise NotValid("time-not-valid", f"`to` has to be later than `from`, by {most} days at most")
        epoch = datetime.fromtimestamp(0, UTC)
        return max(0.0, (first - epoch).total_seconds()), (last - epoch).total_seconds()

    async def _by_phone(self, by: By, search: TallySearch) -> tuple[list[StatisticsRow], StatisticsRow]:
        store = self._journal.store
        tallies: Mapping[str, Tally] = await self._once(("phone", search), lambda: store.tallies_by_phone(search))
        doing = await self._doing(search.phones)
        handled: dict[str, Tally] = {}
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        names: dict[str, str] = {}
        async for phone in _in_turns({**tallies, **doing}):
            tally, word = tallies.get(phone), doing.get(phone)
            for key, name in self._keys(by, phone):
                names[key] = name
                if tally is not None:
                    handled[key] = handled[key] + tally if key in handled else tally
                if word is not None:
                    counts[key][word] += 1
        rows = [
            _row(key, names[key], handled.get(key, _NONE), NowCounts(**counts[key])) async for key in _in_turns(names)
        ]
        rows.sort(key=lambda row: (not row.key, row.name.casefold(), row.key))
        return rows, _row("", "", _all(tallies.values()), NowCounts(**Counter(doing.values())))

    def _keys(self, by: By, phone: str) -> Iterable[tuple[str, str]]:
        """Say what a phone counts for: key and name of each."""
        if by == "phone":
            record = self._journal.state.phone_records.get(phone)
            return [(phone, (record.name if record else "") or phone)]
        owners = self._users.owners_of(phone)
        if by == "user":
            return [(user.id, user.display_name or user.name) for user in owners] or [("", "")]
        return {(user.group, user.group) for user in owners} or [("", "")]

    def _by_hour(
        self, tallies: Mapping[int, Tally], search: TallySearch, zone: ZoneInfo
    ) -> tuple[list[StatisticsRow], StatisticsRow]:
        hours: dict[int, Tally] = {}
        end = min(search.until, self._now())
        for quarter in range(int(search.after // QUARTER_S), int(-(-end // QUARTER_S))):
            at = quarter * QUARTER_S
            local = datetime.fromtimestamp(at, zone)
            hour = at - local.minute * 60 - local.second
            hours[hour] = hours.get(hour, Tally()) + tallies.get(quarter, Tally())
        rows = [
            _row(rfc3339(hour), datetime.fromtimestamp(hour, zone).strftime("%Y-%m-%d %H:%M"), tally, None)
            for hour, tally in hours.items()
        ]
        return rows, _row("", "", _all(tallies.values()), None)

    async def _doing(self, phones: frozenset[str] | None) -> dict[str, str]:
        """Say of each phone in a word what it is doing."""
        state = self._journal.state
        found: dict[str, str] = {}
        async for id_ in _in_turns(state.phone_records if phones is None else phones):
            phone = state.phone_records.get(id_)
            if phone is not None:
                now = phone_state(phone, state.calls_of(phone))
                found[id_] = "away" if now is PhoneState.IDLE and phone.dnd else _NOW_WORDS[now]
        return found

    async def _once(self, key: object, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask the store, unless somebody has just asked the same."""
        async with self._counting:
            kept = self._kept.get(key)
            if kept is not None and kept[0] > self._monotonic():
                return kept[1]
            found = await ask()
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = (self._monotonic() + _KEPT_S, found)
            return found


def statistics_csv(told: Statistics, *, has_bom: bool) -> str:
    """Write statistics as a table, all of them in the last row."""
    rows = [
        (
            *(row.key, row.name, row.incoming, row.answered, row.missed, row.answered_within, row.service_level),
            *(row.outgoing, row.outgoing_answered, row.talk_average_s, row.talk_longest_s),
            *(row.ring_average_s, row.ring_longest_s),
        )
        for row in (*told.rows, told.total)
    ]
    rows[-1] = ("", "Total", *rows[-1][2:])
    return (BOM if has_bom else "") + csv_lines([_COLUMNS, *rows])


def _zone(name: str) -> ZoneInfo:
    if name not in _zones():
        raise NotValid("zone-not-valid", f"{name!r} is no time zone; name one as in Europe/Berlin, or UTC")
    return ZoneInfo(name)


@cache
def _zones() -> set[str]:
    return available_timezones() | {"UTC"}


async def _in_turns(items: Iterable[str]) -> AsyncIterator[str]:
    """Give items as they are now, and everybody else a turn in between: thousands of phones are no reason to wait."""
    for number, item in enumerate(list(items), start=1):
        yield item
        if number % _IN_A_TURN == 0:
            await asyncio.sleep(0)


def _all(tallies: Iterable[Tally]) -> Tally:
    """Add up at once; the fields are those of `Tally`, in order."""
    given = list(tallies)
    joined = (
        (max if "longest" in each.name else sum)((getattr(tally, each.name) for tally in given)) for each in _FIELDS
    )
    return Tally(*joined) if given else _NONE


def _row(key: str, name: str, tally: Tally, now: NowCounts | None) -> StatisticsRow:
    return StatisticsRow(
        key=key,
        name=name,
        incoming=tally.incoming,
        answered=tally.answered,
        missed=tally.missed,
        answered_within=tally.answered_within,
        service_level=_share(tally.answered_within, tally.incoming),
        outgoing=tally.outgoing,
        outgoing_answered=tally.outgoing_answered,
        talk_average_s=_share(tally.talk_s, tally.talks),
        talk_longest_s=round(tally.talk_longest_s, 3) if tally.talks else None,
        ring_average_s=_share(tally.ring_s, tally.incoming),
        ring_longest_s=round(tally.ring_longest_s, 3) if tally.incoming else None,
        now=now,
    )


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None
