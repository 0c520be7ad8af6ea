"""Statistics, for supervisors.

Source: docs/programs.md, "Statistics".
"""

from datetime import datetime
from typing import Annotated

from litestar import Response, get
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from offhook.console.handled_calls import By, StatisticsQuery, statistics_csv
from offhook.console.rest.contacts import as_file
from offhook.console.rest.route_parts import Parts, problems
from offhook.console_api.statistics import Statistics

__all__ = ["STATISTICS_ROUTES", "export_statistics", "get_statistics"]

_TAGS = ["statistics"]
_PROBLEMS = problems(400, 401, 403, 500, 503)

_By = Annotated[By, QueryParameter(description="What the rows are.")]
_From = Annotated[
    datetime | None,
    QueryParameter(name="from", description="Calls that began then or later; without it those of today."),
]
_To = Annotated[datetime | None, QueryParameter(name="to", description="Calls that began before; without it a day's.")]
_Zone = Annotated[str, QueryParameter(max_length=64, description="Whose day and hours, as in `Europe/Berlin`.")]
_Within = Annotated[float, QueryParameter(ge=0, le=3600, description="Seconds in which answering is quick.")]
_Group = Annotated[str | None, QueryParameter(max_length=64, description="Only phones of users of this group.")]


@get(
    "/statistics",
    operation_id="getStatistics",
    summary="Count what was handled",
    tags=_TAGS,
    responses=_PROBLEMS,
)
async def get_statistics(
    parts: Parts,
    by: _By = "phone",
    from_: _From = None,
    to: _To = None,
    zone: _Zone = "UTC",
    within_s: _Within = 20.0,
    group: _Group = None,
) -> Statistics:
    """Count calls, and what everybody is doing now. The counts are of at most three seconds ago."""
    query = StatisticsQuery(by=by, after=from_, until=to, zone=zone, within_s=within_s, group=group)
    return await parts.statistics.count(query)


@get(
    "/statistics/export",
    operation_id="exportStatistics",
    summary="Get what was handled as a file",
    tags=_TAGS,
    responses={200: ResponseSpec(bytes, generate_examples=False, media_type="text/csv"), **_PROBLEMS},
)
async def export_statistics(
    parts: Parts,
    by: _By = "phone",
    from_: _From = None,
    to: _To = None,
    zone: _Zone = "UTC",
    within_s: _Within = 20.0,
    group: _Group = None,
    bom: Annotated[bool, QueryParameter(description="Mark the file as UTF-8, for programs that need that.")] = False,
) -> Response[bytes]:
    """Write the counts as CSV, all of them in the last row."""
    query = StatisticsQuery(by=by, after=from_, until=to, zone=zone, within_s=within_s, group=group)
    told = await parts.statistics.count(query)
    return as_file(statistics_csv(told, has_bom=bom), "text/csv", "statistics.csv")


STATISTICS_ROUTES: list[BaseRouteHandler] = [get_statistics, export_statistics]
