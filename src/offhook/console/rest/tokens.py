"""Tokens of programs: what each may, and until when. A secret is shown once, when it is made.

Source: docs/access.md.
"""

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from offhook.console.principal import principal_of_token
from offhook.console.rest.guard import audit_note, principal_of
from offhook.console.rest.route_parts import API, Parts, PathId, problems
from offhook.console.store.people import Login
from offhook.console.times import rfc3339, rfc3339_or_none
from offhook.console_api.people import NewToken, Token, TokenWithSecret
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed

__all__ = ["TOKEN_ROUTES", "create_token", "list_tokens", "remove_token"]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["tokens"]
_DAY_S = 24 * 3600.0


@get("/tokens", operation_id="listTokens", summary="List tokens", tags=_TAGS, responses=problems(401, 403, 500, 503))
async def list_tokens(parts: Parts) -> list[Token]:
    """Show the tokens that are valid, by name, without their secrets."""
    return [_token_view(token) for token in await parts.access.tokens()]


@post(
    "/tokens",
    operation_id="createToken",
    summary="Make a token",
    tags=_TAGS,
    responses=problems(400, 401, 403, 409, 500, 503),
)
async def create_token(parts: Parts, request: _AnyRequest, data: JSONBody[NewToken]) -> Response[TokenWithSecret]:
    """Make a token with scopes that whoever asks has, too. The secret is in this answer and nowhere else."""
    principal = principal_of(request)
    audit_note(request, name=data.name, scopes=[str(scope) for scope in data.scopes], days=data.expires_in_days)
    if not principal.scopes.issuperset(data.scopes):
        raise NotAllowed("more-than-own", "a token cannot be given what you may not do yourself")
    life_s = None if data.expires_in_days is None else data.expires_in_days * _DAY_S
    login, secret = await parts.access.create_token(data.name, set(data.scopes), maker=principal.by, life_s=life_s)
    answer = TokenWithSecret(token=_token_view(login), secret=secret)
    return Response(answer, status_code=201, headers={"Location": f"{API}/tokens/{login.id}"})


@delete(
    "/tokens/{token_id:str}",
    operation_id="removeToken",
    summary="Remove a token",
    tags=_TAGS,
    status_code=204,
    responses=problems(400, 401, 403, 404, 500, 503),
)
async def remove_token(parts: Parts, request: _AnyRequest, token_id: PathId) -> None:
    """End a token at once; event feeds opened with it are closed."""
    audit_note(request, name=(await parts.access.remove_token(token_id)).name)


def _token_view(login: Login) -> Token:
    may = principal_of_token(login).scopes
    return Token(
        id=login.id,
        name=login.name,
        scopes=[scope for scope in Scope if scope in may],
        created=rfc3339(login.created),
        created_by=login.maker,
        expires=rfc3339_or_none(login.expires),
    )


TOKEN_ROUTES: list[BaseRouteHandler] = [list_tokens, create_token, remove_token]
