"""Who asks, signing out, the snapshot and a sign of life.

Source: console-api.md §1 no. 2.
"""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get
from litestar.handlers import BaseRouteHandler

from offhook.console.access import SESSION_COOKIE
from offhook.console.rest.route_parts import Parts, principal_of, problems
from offhook.console_api.resources import Snapshot

__all__ = [
    "HEALTH_ROUTES",
    "SESSION_ROUTES",
    "Health",
    "Me",
    "get_health",
    "get_me",
    "get_snapshot",
    "sign_out",
]

_AnyRequest = Request[Any, Any, Any]


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks."""

    name: str
    kind: str
    """`session` for a browser, `token` for a program."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """A sign of life."""

    status: str
    """Always `ok`: a console that is not well does not answer."""
    version: str


@get("/me", operation_id="getMe", summary="Who asks", tags=["session"], responses=problems(401, 500, 503))
async def get_me(request: _AnyRequest) -> Me:
    """Show as whom the console takes the request."""
    principal = principal_of(request)
    return Me(name=principal.name, kind=principal.kind)


@delete(
    "/session",
    operation_id="signOut",
    summary="Sign out",
    tags=["session"],
    status_code=204,
    responses=problems(401, 403, 500, 503),
)
async def sign_out(parts: Parts, request: _AnyRequest) -> Response[None]:
    """End the browser's session; for a token this ends nothing."""
    principal = principal_of(request)
    if principal.kind == "session":
        await parts.access.close_session(principal)
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    return response


@get(
    "/snapshot",
    operation_id="getSnapshot",
    summary="Everything that is live",
    tags=["events"],
    responses=problems(401, 500),
)
async def get_snapshot(parts: Parts) -> Snapshot:
    """Show phones and calls at one position of the event feed; subscribe after it."""
    return parts.journal.snapshot()


@get(
    "/health",
    operation_id="getHealth",
    summary="Sign of life",
    tags=["session"],
    security=[{}],
    responses=problems(500),
)
async def get_health(parts: Parts) -> Health:
    """Answer that the console runs; needs no login."""
    return Health(status="ok", version=parts.version)


SESSION_ROUTES: list[BaseRouteHandler] = [get_me, sign_out, get_snapshot]
HEALTH_ROUTES: list[BaseRouteHandler] = [get_health]
