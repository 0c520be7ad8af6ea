"""What is over, from Python: history, notes and statistics, `ConsoleClient.history`.

Source: docs/programs.md, "History" and "Statistics"; the served `/api/v1/openapi.json`.
"""

from collections.abc import AsyncIterator, Mapping
from typing import TypedDict, Unpack

from offhook.console_api.history import HistoryEntry, HistoryPage
from offhook.console_api.requests import NoteRequest
from offhook.console_api.resources import Call
from offhook.console_api.statistics import Statistics
from offhook.sdk.http_link import HttpLink, path_part

__all__ = ["History", "HistoryFilters", "StatisticsFilters"]

_EXPORT_TIMEOUT_S = 300.0
_AT_ONCE = 500


class HistoryFilters(TypedDict, total=False):
    """What `GET /history` can be asked for; what is None or left out is any."""

    phone: str | None
    group: str | None
    search: str | None
    direction: str | None
    missed: bool | None
    answered: bool | None
    outcome: str | None
    from_: str | None
    """RFC 3339; `from` in the API."""
    to: str | None


class StatisticsFilters(TypedDict, total=False):
    """What `GET /statistics` can be asked for; what is None or left out is as the API says."""

    from_: str | None
    to: str | None
    zone: str | None
    within_s: float | None
    group: str | None


class History:
    """Calls that are over.

    Example::

        async for entry in console.history.entries(missed=True, phone="02000f001001"):
            print(entry.began, entry.remote.display)
    """

    def __init__(self, link: HttpLink) -> None:
        self._link = link

    async def page(
        self, *, limit: int = 50, before: str | None = None, **filters: Unpack[HistoryFilters]
    ) -> HistoryPage:
        """One page, the newest first; ``before`` is the `next` of the page before."""
        query = {"limit": limit, "before": before, **_named(filters)}
        return await self._link.ask("GET", "/history", HistoryPage, query=query)

    async def entries(self, **filters: Unpack[HistoryFilters]) -> AsyncIterator[HistoryEntry]:
        """All that is found, the newest first."""
        page = await self.page(limit=_AT_ONCE, **filters)
        while True:
            for entry in page.entries:
                yield entry
            if page.next is None:
                return
            page = await self.page(limit=_AT_ONCE, before=page.next, **filters)

    async def csv(self, *, bom: bool = False, **filters: Unpack[HistoryFilters]) -> bytes:
        """All that is found, as a CSV file."""
        query = {"bom": str(bom).lower(), **_named(filters)}
        return await self._link.fetch("GET", "/history/export", query=query, timeout_s=_EXPORT_TIMEOUT_S)

    async def annotate(self, call: str, text: str = "", outcome: str = "") -> Call:
        """Replace one's own note on a call; both empty remove it."""
        return await self._link.ask(
            "PUT", f"/calls/{path_part(call)}/note", Call, NoteRequest(text=text, outcome=outcome)
        )

    async def outcomes(self) -> list[str]:
        """The outcomes that notes name."""
        return await self._link.ask("GET", "/history/outcomes", list[str])

    async def statistics(self, by: str = "phone", **filters: Unpack[StatisticsFilters]) -> Statistics:
        """What was handled by phone, user, group or hour."""
        return await self._link.ask("GET", "/statistics", Statistics, query={"by": by, **_named(filters)})

    async def statistics_csv(self, by: str = "phone", **filters: Unpack[StatisticsFilters]) -> bytes:
        """The same as a CSV file."""
        return await self._link.fetch("GET", "/statistics/export", query={"by": by, **_named(filters)})


def _named(filters: Mapping[str, object]) -> dict[str, str | None]:
    """Write filters as the API has them."""
    return {
        name.rstrip("_"): str(value).lower() if isinstance(value, bool) else None if value is None else str(value)
        for name, value in filters.items()
    }
