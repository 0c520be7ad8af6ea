"""What phones sent, word by word, for administrators.

Source: DOC §2.2; docs/administration.md.
"""

from typing import Annotated

from litestar import get
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from offhook.console.inspector import inspect
from offhook.console.rest.route_parts import Parts, problems
from offhook.console_api.setup import PhoneAction

__all__ = ["ACTION_ROUTES", "list_actions"]


@get(
    "/actions",
    operation_id="listActions",
    summary="List what phones sent, newest first",
    tags=["events"],
    responses=problems(400, 401, 403, 500, 503),
)
async def list_actions(
    parts: Parts,
    phone: Annotated[str | None, QueryParameter(max_length=64, description="Only of this phone.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200, description="At most so many.")] = 50,
    before: Annotated[
        int | None, QueryParameter(ge=1, le=2**62, description="Number of a request: only older ones, to page on.")
    ] = None,
) -> list[PhoneAction]:
    """Show Action URL requests as they arrived, as they were understood, and the events each led to."""
    journal = parts.journal
    return await inspect(journal.store, journal.seq, phone=phone, before=before, limit=limit)


ACTION_ROUTES: list[BaseRouteHandler] = [list_actions]
