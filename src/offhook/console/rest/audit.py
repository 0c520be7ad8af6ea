"""The audit, for administrators.

Source: docs/access.md.
"""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from offhook.console.audit_trail import REQUEST_ID
from offhook.console.rest.query_times import seconds_of
from offhook.console.rest.route_parts import Parts, problems
from offhook.console.store.people import AuditRecord, AuditSearch
from offhook.console.times import rfc3339
from offhook.console_api.people import AuditEntry

__all__ = ["AUDIT_ROUTES", "list_audit"]


@get(
    "/audit",
    operation_id="listAudit",
    summary="List who did what, newest first",
    tags=["audit"],
    responses=problems(400, 401, 403, 500, 503),
)
async def list_audit(
    parts: Parts,
    by: Annotated[
        str | None, QueryParameter(max_length=128, description="Only of this user or token: `user:NAME`, `token:NAME`.")
    ] = None,
    what: Annotated[str | None, QueryParameter(max_length=64, description="Only this operation.")] = None,
    after: Annotated[datetime | None, QueryParameter(description="From this time on.")] = None,
    until: Annotated[datetime | None, QueryParameter(description="Before this time.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=2**62, description="Number of an entry: only older ones, to page on.")
    ] = None,
) -> list[AuditEntry]:
    """Show commands, administrative changes and sign-ins, also those that were refused."""
    search = AuditSearch(by=by, what=what, after=seconds_of(after), until=seconds_of(until), before=before, limit=limit)
    return [_entry(record) for record in await parts.journal.store.audit(search)]


def _entry(record: AuditRecord) -> AuditEntry:
    return AuditEntry(
        number=record.number,
        time=rfc3339(record.time),
        by=record.by,
        address=record.address,
        what=record.what,
        target=record.target,
        outcome=record.outcome,
        command=record.command,
        detail={name: value for name, value in record.detail.items() if name != REQUEST_ID},
        request_id=str(record.detail.get(REQUEST_ID, "")),
    )


AUDIT_ROUTES: list[BaseRouteHandler] = [list_audit]
