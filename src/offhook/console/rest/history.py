"""History: calls that are over, notes on calls, and the missed calls one has not seen.

Source: docs/programs.md, "History" and "Notes on a call".
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, get, put
from litestar.di import NamedDependency, Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter
from litestar.response import Stream

from offhook.console.history import HistoryQuery
from offhook.console.principal import Principal
from offhook.console.rest.guard import audit_note, principal_of
from offhook.console.rest.query_times import seconds_of
from offhook.console.rest.route_parts import READ_PROBLEMS, ApiParts, Parts, PathId, problems
from offhook.console.times import rfc3339
from offhook.console_api.history import HistoryPage, Missed, MissedSeen
from offhook.console_api.requests import NoteRequest
from offhook.console_api.resources import Call, Direction
from offhook.errors import NotFound, NotValid

__all__ = [
    "HISTORY_ROUTES",
    "count_missed",
    "export_history",
    "history_query",
    "list_history",
    "list_outcomes",
    "mark_missed_seen",
    "write_note",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["history"]
_MOST_COUNTED = 999

_Phone = Annotated[str | None, QueryParameter(max_length=64, description="Only calls at this phone.")]
_Group = Annotated[
    str | None, QueryParameter(max_length=64, description="Only calls at phones of users of this group.")
]
_Search = Annotated[
    str, QueryParameter(max_length=128, description="In numbers, names, contacts' names and the text of notes.")
]
_Direction = Annotated[Direction | None, QueryParameter(description="Only incoming, or only outgoing calls.")]
_Missed = Annotated[bool | None, QueryParameter(description="Only those that were missed, or only others.")]
_Answered = Annotated[bool | None, QueryParameter(description="Only those that were answered, or only others.")]
_Outcome = Annotated[str | None, QueryParameter(max_length=64, description="Only those with a note of this outcome.")]
_From = Annotated[datetime | None, QueryParameter(name="from", description="Only those that began then or later.")]
_To = Annotated[datetime | None, QueryParameter(name="to", description="Only those that began before.")]


def history_query(  # noqa: PLR0913 - an argument for each filter that the API has
    request: _AnyRequest,
    phone: _Phone = None,
    group: _Group = None,
    search: _Search = "",
    direction: _Direction = None,
    missed: _Missed = None,
    answered: _Answered = None,
    outcome: _Outcome = None,
    from_: _From = None,
    to: _To = None,
) -> HistoryQuery:
    """Read the filters that both routes have; an operator's reach is the own phones."""
    return HistoryQuery(
        reach=principal_of(request).sees,
        phone=phone,
        group=group,
        search=search,
        direction=direction,
        missed=missed,
        answered=answered,
        outcome=outcome,
        after=seconds_of(from_),
        until=seconds_of(to),
    )


_QUERY = {"wanted": Provide(history_query, sync_to_thread=False)}


@get(
    "/history",
    operation_id="listHistory",
    summary="List what is over",
    tags=_TAGS,
    dependencies=_QUERY,
    responses=READ_PROBLEMS,
)
async def list_history(
    parts: Parts,
    wanted: NamedDependency[HistoryQuery],
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
    before: Annotated[
        str | None, QueryParameter(max_length=256, description="What `next` of the page before said.")
    ] = None,
) -> HistoryPage:
    """Show calls that are over, newest first, an entry for each phone. An operator sees those of the own phones."""
    return await parts.history.page(replace(wanted, limit=limit, before=before))


@get(
    "/history/export",
    operation_id="exportHistory",
    summary="Get what is over as a file",
    tags=_TAGS,
    dependencies=_QUERY,
    responses={200: ResponseSpec(bytes, generate_examples=False, media_type="text/csv"), **READ_PROBLEMS},
)
async def export_history(
    parts: Parts,
    wanted: NamedDependency[HistoryQuery],
    bom: Annotated[bool, QueryParameter(description="Mark the file as UTF-8, for programs that need that.")] = False,
) -> Stream:
    """Write what is found as CSV, made so that a spreadsheet runs nothing of it; at most 200,000 lines."""
    return Stream(
        parts.history.csv(wanted, has_bom=bom),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="history.csv"'},
    )


@get(
    "/history/outcomes",
    operation_id="listOutcomes",
    summary="List the outcomes of calls that notes name",
    tags=_TAGS,
    responses=problems(401, 500, 503),
)
async def list_outcomes(parts: Parts) -> list[str]:
    """Show the outcomes used so far, to choose from."""
    return await parts.journal.store.outcomes()


@put(
    "/calls/{call_id:str}/note",
    operation_id="annotateCall",
    summary="Write a note on a call",
    tags=["calls"],
    responses=problems(400, 401, 403, 404, 500, 503),
)
async def write_note(parts: Parts, request: _AnyRequest, call_id: PathId, data: JSONBody[NoteRequest]) -> Call:
    """Replace one's own note, on a call that goes on or is over; both fields empty remove it."""
    principal = principal_of(request)
    await _require_seen(parts, principal, call_id)
    audit_note(request, call=call_id, outcome=data.outcome)
    return await parts.notes.write(call_id, principal.by, data)


@get(
    "/me/missed",
    operation_id="countMissed",
    summary="Count the missed calls one has not seen",
    tags=["me"],
    responses=problems(401, 403, 500, 503),
)
async def count_missed(parts: Parts, request: _AnyRequest) -> Missed:
    """Count the missed calls of one's own phones since one last looked, 999 at most."""
    return await _missed(parts, principal_of(request))


@put(
    "/me/missed-seen",
    operation_id="markMissedSeen",
    summary="Say that one has seen the missed calls",
    tags=["me"],
    responses=problems(400, 401, 403, 500, 503),
)
async def mark_missed_seen(parts: Parts, request: _AnyRequest, data: JSONBody[MissedSeen]) -> Missed:
    """Count from that time on, or from now."""
    principal = principal_of(request)
    assert principal.user is not None
    now = parts.journal.now()
    until = now if data.until is None else min(now, _time(data.until))
    await parts.access.users.mark_missed_seen(principal.user.id, until)
    return await _missed(parts, principal)


async def _missed(parts: ApiParts, principal: Principal) -> Missed:
    assert principal.user is not None
    user = parts.access.users.user(principal.user.id)
    seen = user.missed_seen or user.created
    count = await parts.journal.store.missed_since(frozenset(user.phones), seen, _MOST_COUNTED)
    return Missed(count=count, seen_until=rfc3339(seen))


def _time(text: str) -> float:
    try:
        given = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotValid("time-not-valid", "until is a time as in 2026-01-05T09:12:03.418Z") from error
    seconds = seconds_of(given if given.tzinfo else given.replace(tzinfo=UTC))
    # Times are written to the millisecond, cut off: what ended within it was seen.
    return max(0.0, seconds or 0.0) + 0.001


async def _require_seen(parts: ApiParts, principal: Principal, call_id: str) -> None:
    call = await parts.journal.call(call_id)
    if call is None or not any(principal.sees_phone(each.phone) for each in call.connections):
        raise NotFound("call", call_id)


HISTORY_ROUTES: list[BaseRouteHandler] = [
    list_history,
    export_history,
    list_outcomes,
    write_note,
    count_missed,
    mark_missed_seen,
]
