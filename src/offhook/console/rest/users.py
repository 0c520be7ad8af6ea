"""Users: who may sign in, as what, with which phones.

Nobody makes others more than they are themselves: a token that may edit users cannot, by way of a user, do what its
own scopes do not allow.

Source: docs/access.md.
"""

from typing import Any

import msgspec
from litestar import Request, Response, delete, get, patch, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from offhook.console.principal import Principal
from offhook.console.rest.guard import audit_note, principal_of
from offhook.console.rest.route_parts import API, READ_PROBLEMS, Parts, PathId, problems
from offhook.console.users import user_view
from offhook.console_api.people import NewPassword, NewUser, User, UserChange
from offhook.console_api.scopes import SCOPES_OF_ROLE, Role
from offhook.errors import NotAllowed

__all__ = [
    "USER_ROUTES",
    "change_user",
    "create_user",
    "end_user_sessions",
    "get_user",
    "list_users",
    "remove_user",
    "set_password",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["users"]
_EDIT_PROBLEMS = problems(400, 401, 403, 404, 409, 429, 500, 503)


@get("/users", operation_id="listUsers", summary="List users", tags=_TAGS, responses=problems(401, 403, 500, 503))
async def list_users(parts: Parts) -> list[User]:
    """Show all users, by name."""
    return [user_view(user) for user in parts.access.users.all()]


@post("/users", operation_id="createUser", summary="Add a user", tags=_TAGS, responses=_EDIT_PROBLEMS)
async def create_user(parts: Parts, request: _AnyRequest, data: JSONBody[NewUser]) -> Response[User]:
    """Add somebody who may sign in; without a password not before one is set."""
    audit_note(request, name=data.name, role=str(data.role), phones=data.phones)
    _require_as_much(principal_of(request), data.role)
    user = user_view(await parts.access.users.create(data))
    return Response(user, status_code=201, headers={"Location": f"{API}/users/{user.id}"})


@get("/users/{user_id:str}", operation_id="getUser", summary="Get one user", tags=_TAGS, responses=READ_PROBLEMS)
async def get_user(parts: Parts, user_id: PathId) -> User:
    """Show one user."""
    return user_view(parts.access.users.user(user_id))


@patch(
    "/users/{user_id:str}",
    operation_id="changeUser",
    summary="Change a user",
    tags=_TAGS,
    responses=_EDIT_PROBLEMS,
)
async def change_user(parts: Parts, request: _AnyRequest, user_id: PathId, data: JSONBody[UserChange]) -> User:
    """Change what the body names, at once: a user who is disabled is signed out."""
    changes: dict[str, Any] = msgspec.to_builtins(data)
    users = parts.access.users
    before = users.user(user_id)
    audit_note(request, **{"user": before.name, **changes})
    _require_as_much(principal_of(request), before.role)
    if data.role is not msgspec.UNSET:
        _require_as_much(principal_of(request), data.role)
    changed = await users.change(user_id, data)
    if not changed.is_enabled:
        await parts.access.end_sessions(user_id)
    return user_view(changed)


@delete(
    "/users/{user_id:str}",
    operation_id="removeUser",
    summary="Remove a user",
    tags=_TAGS,
    status_code=204,
    responses=_EDIT_PROBLEMS,
)
async def remove_user(parts: Parts, request: _AnyRequest, user_id: PathId) -> None:
    """Remove a user and sign them out; what they did stays in the audit."""
    user = parts.access.users.user(user_id)
    audit_note(request, user=user.name)
    _require_as_much(principal_of(request), user.role)
    await parts.access.users.remove(user_id)
    await parts.access.end_sessions(user_id)


@put(
    "/users/{user_id:str}/password",
    operation_id="setPassword",
    summary="Set a user's password",
    tags=_TAGS,
    status_code=204,
    responses=_EDIT_PROBLEMS,
)
async def set_password(parts: Parts, request: _AnyRequest, user_id: PathId, data: JSONBody[NewPassword]) -> None:
    """Set a password; the user's sessions end, but for the one that asks."""
    principal = principal_of(request)
    user = parts.access.users.user(user_id)
    audit_note(request, user=user.name)
    _require_as_much(principal, user.role)
    await parts.access.users.set_password(user_id, data.password)
    await parts.access.end_sessions(user_id, but=principal.login.hash)


@delete(
    "/users/{user_id:str}/sessions",
    operation_id="endUserSessions",
    summary="Sign a user out everywhere",
    tags=_TAGS,
    status_code=204,
    responses=_EDIT_PROBLEMS,
)
async def end_user_sessions(parts: Parts, request: _AnyRequest, user_id: PathId) -> None:
    """End the user's sessions, but for the one that asks."""
    principal = principal_of(request)
    user = parts.access.users.user(user_id)
    audit_note(request, user=user.name)
    _require_as_much(principal, user.role)
    await parts.access.end_sessions(user_id, but=principal.login.hash)


def _require_as_much(principal: Principal, role: Role) -> None:
    if not SCOPES_OF_ROLE[role] <= principal.scopes:
        raise NotAllowed("more-than-own", f"this takes all that a user with the role {role} may; you may less")


USER_ROUTES: list[BaseRouteHandler] = [
    list_users,
    create_user,
    get_user,
    change_user,
    remove_user,
    set_password,
    end_user_sessions,
]
