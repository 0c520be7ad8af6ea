"""The browser's sessions and the snapshot.

Source: docs/access.md; console-api.md §1 no. 2.
"""

from typing import Any

from litestar import Request, Response, delete, get
from litestar.handlers import BaseRouteHandler

from offhook.console.access import SESSION_COOKIE
from offhook.console.rest.guard import principal_of
from offhook.console.rest.route_parts import Parts, PathId, problems
from offhook.console.store.people import Login
from offhook.console.times import rfc3339
from offhook.console_api.people import SessionInfo
from offhook.console_api.resources import Snapshot

__all__ = [
    "SESSION_ROUTES",
    "end_session",
    "get_snapshot",
    "list_sessions",
    "sign_out",
    "sign_out_everywhere",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["session"]


@delete(
    "/session",
    operation_id="signOut",
    summary="Sign out",
    tags=_TAGS,
    status_code=204,
    responses=problems(401, 403, 500, 503),
)
async def sign_out(parts: Parts, request: _AnyRequest) -> Response[None]:
    """End the browser's session; for a token this ends nothing."""
    principal = principal_of(request)
    if principal.kind == "session":
        await parts.access.close_session(principal)
    return _without_cookie()


@get(
    "/sessions",
    operation_id="listSessions",
    summary="List one's own sessions",
    tags=_TAGS,
    responses=problems(401, 403, 500, 503),
)
async def list_sessions(parts: Parts, request: _AnyRequest) -> list[SessionInfo]:
    """Show every browser in which the user is signed in, the newest first."""
    principal = principal_of(request)
    assert principal.user is not None
    sessions = await parts.access.sessions_of(principal.user.id)
    return [_session_info(login, is_current=login.hash == principal.login.hash) for login in sessions]


@delete(
    "/sessions/{session_id:str}",
    operation_id="endSession",
    summary="Sign out at another browser",
    tags=_TAGS,
    status_code=204,
    responses=problems(400, 401, 403, 404, 500, 503),
)
async def end_session(parts: Parts, request: _AnyRequest, session_id: PathId) -> None:
    """End one of the user's sessions; its event feed is closed, too."""
    principal = principal_of(request)
    assert principal.user is not None
    await parts.access.end_session(principal.user.id, session_id)


@delete(
    "/sessions",
    operation_id="signOutEverywhere",
    summary="Sign out everywhere",
    tags=_TAGS,
    status_code=204,
    responses=problems(401, 403, 500, 503),
)
async def sign_out_everywhere(parts: Parts, request: _AnyRequest) -> Response[None]:
    """End all of the user's sessions, this one included."""
    principal = principal_of(request)
    assert principal.user is not None
    await parts.access.end_sessions(principal.user.id)
    return _without_cookie()


@get(
    "/snapshot",
    operation_id="getSnapshot",
    summary="Everything that is live",
    tags=["events"],
    responses=problems(401, 403, 500),
)
async def get_snapshot(parts: Parts) -> Snapshot:
    """Show phones and calls at one position of the event feed; subscribe after it."""
    return parts.journal.snapshot()


def _without_cookie() -> Response[None]:
    response: Response[None] = Response(None, status_code=204)
    response.delete_cookie(SESSION_COOKIE)
    return response


def _session_info(login: Login, *, is_current: bool) -> SessionInfo:
    return SessionInfo(
        id=login.id,
        is_current=is_current,
        created=rfc3339(login.created),
        last_used=rfc3339(login.seen),
        expires=rfc3339(login.expires or login.created),
        address=login.address,
        browser=login.agent,
    )


SESSION_ROUTES: list[BaseRouteHandler] = [
    sign_out,
    list_sessions,
    end_session,
    sign_out_everywhere,
    get_snapshot,
]
