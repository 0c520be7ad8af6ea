"""Whoever asks: who they are, their phones and calls, their password, their page.

Source: docs/access.md; console-api.md §1 no. 4 (`/me` twins).
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, get, patch, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, QueryParameter

from offhook.console.principal import Principal
from offhook.console.rest.guard import audit_note, principal_of, visitor_of
from offhook.console.rest.reach import calls_seen
from offhook.console.rest.route_parts import READ_PROBLEMS, Parts, problems
from offhook.console.users import user_view
from offhook.console_api.people import Me, MeChange, OwnPassword
from offhook.console_api.preferences import Preferences, check_pop_url
from offhook.console_api.resources import Call, Phone
from offhook.console_api.scopes import Scope

__all__ = [
    "ME_ROUTES",
    "change_me",
    "change_my_password",
    "get_me",
    "get_my_preferences",
    "list_my_calls",
    "list_my_phones",
    "replace_my_preferences",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["me"]


@get("/me", operation_id="getMe", summary="Who asks", tags=_TAGS, responses=problems(401, 500, 503))
async def get_me(request: _AnyRequest) -> Me:
    """Show as whom the console takes the request, and what they may."""
    return _me(principal_of(request))


@patch(
    "/me",
    operation_id="changeMe",
    summary="Change one's name or language",
    tags=_TAGS,
    responses=problems(400, 401, 403, 500, 503),
)
async def change_me(parts: Parts, request: _AnyRequest, data: JSONBody[MeChange]) -> Me:
    """Change what the body names; the rest is an administrator's."""
    principal = principal_of(request)
    assert principal.user is not None
    await parts.access.users.change(principal.user.id, data)
    renewed = await parts.access.principal("", request.headers.get("cookie", ""))
    return _me(renewed or principal)


@put(
    "/me/password",
    operation_id="changeMyPassword",
    summary="Change one's password",
    tags=_TAGS,
    status_code=204,
    responses=problems(400, 401, 403, 429, 500, 503),
)
async def change_my_password(parts: Parts, request: _AnyRequest, data: JSONBody[OwnPassword]) -> None:
    """Replace the password; the one of now is asked for, unless none was set. The user's other sessions end."""
    principal = principal_of(request)
    user = principal.user
    assert user is not None
    if user.password:
        await parts.access.users.authenticate(user.name, data.current, visitor_of(request).address)
    await parts.access.users.set_password(user.id, data.password)
    await parts.access.end_sessions(user.id, but=principal.login.hash)
    audit_note(request, user=user.name)


@get(
    "/me/preferences",
    operation_id="getMyPreferences",
    summary="What one chose about one's page",
    tags=_TAGS,
    responses=problems(401, 403, 500, 503),
)
async def get_my_preferences(request: _AnyRequest) -> Preferences:
    """Show what follows the user to every browser."""
    user = principal_of(request).user
    assert user is not None
    return user.preferences


@put(
    "/me/preferences",
    operation_id="replaceMyPreferences",
    summary="Choose about one's page",
    tags=_TAGS,
    responses=problems(400, 401, 403, 404, 500, 503),
)
async def replace_my_preferences(parts: Parts, request: _AnyRequest, data: JSONBody[Preferences]) -> Preferences:
    """Replace all of it; what the body leaves out is as at first."""
    user = principal_of(request).user
    assert user is not None
    if data.pop_url is not None:
        data = msgspec.structs.replace(data, pop_url=check_pop_url(data.pop_url))
    await parts.access.users.prefer(user.id, data)
    return data


@get(
    "/me/phones",
    operation_id="listMyPhones",
    summary="List one's own phones",
    tags=_TAGS,
    responses=problems(401, 500, 503),
)
async def list_my_phones(parts: Parts, request: _AnyRequest) -> list[Phone]:
    """Show the phones that are assigned to the user, as far as the console knows them."""
    user = principal_of(request).user
    found = [parts.journal.state.phone(phone) for phone in (user.phones if user else ())]
    return [phone for phone in found if phone is not None]


@get(
    "/me/calls",
    operation_id="listMyCalls",
    summary="List the calls of one's own phones, newest first",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def list_my_calls(
    parts: Parts,
    request: _AnyRequest,
    live: Annotated[
        bool | None, QueryParameter(description="Only calls going on, or only those that ended; without it both.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
    before: Annotated[
        str | None, QueryParameter(max_length=64, description="Id of a call: only older ones, to page on.")
    ] = None,
) -> list[Call]:
    """Show the user's calls; those that ended are kept."""
    user = principal_of(request).user
    before = None if before is None else parts.journal.state.current_id(before)
    return await calls_seen(parts.journal, user.phones if user else (), is_live=live, limit=limit, before=before)


def _me(principal: Principal) -> Me:
    user = principal.user
    return Me(
        name=principal.name,
        kind=principal.kind,
        user=None if user is None else user_view(user),
        role=None if user is None else user.role,
        scopes=[scope for scope in Scope if scope in principal.scopes],
        phones=[] if user is None else list(user.phones),
        sees_all_phones=principal.sees is None,
        commands_all_phones=principal.commands is None,
    )


ME_ROUTES: list[BaseRouteHandler] = [
    get_me,
    change_me,
    change_my_password,
    get_my_preferences,
    replace_my_preferences,
    list_my_phones,
    list_my_calls,
]
