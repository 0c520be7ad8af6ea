"""What stands before and after every route: who asks, whether they may, what of the answer they see, and the audit.

It fails closed. A route that `permissions` does not name serves nobody; a phone in the path has to be one that obeys
the one who asks; a wish is checked for its phone again where it becomes a command; and whatever a route answers, phones
and calls in it are shown as far as the one who asks may see them.

Source: docs/access.md; OWASP Authorization ("deny by default").
"""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message
from litestar.types import Scope as AsgiScope

from offhook.console.access import Access, Visitor, require_origin
from offhook.console.audit_trail import AuditDetail, AuditTrail
from offhook.console.error_answers import NOT_SIGNED_IN
from offhook.console.permissions import ROUTE_NEEDS, Need
from offhook.console.principal import Principal
from offhook.console.store.people import AuditRecord
from offhook.console.visibility import shown
from offhook.console_api.resources import Command
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed

__all__ = [
    "SAFE_METHODS",
    "audit_answer",
    "audit_command",
    "audit_note",
    "entry_of",
    "find_principal",
    "note_error",
    "principal_of",
    "require_principal",
    "show_what_may_be_seen",
    "visitor_of",
]

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_PRINCIPAL = "offhook_principal"
_OPERATION = "offhook_operation"
_NOTE = "offhook_note"
_COMMAND = "offhook_command"
_WRITTEN_WITH = "offhook_written_with"
_ERROR = "offhook_error"
_MAX_AGENT_CHARS = 256
_ACCEPTED = "accepted"
_COMMANDING = frozenset({Scope.CALLS_CONTROL, Scope.PHONES_CONTROL})

_asker: ContextVar[Principal] = ContextVar("offhook_asker")
"""The framework gives the hook after a route the answer, and not the request it is for."""


async def find_principal(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal | None:
    """Find who asks; None when nobody known does."""
    access = connection.app.state.access
    assert isinstance(access, Access)
    return await access.principal(connection.headers.get("authorization", ""), connection.headers.get("cookie", ""))


async def require_principal(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard a route: known principals that may, and a cookie only from our own page where something is changed.

    Raises:
        NotAllowed: Not signed in, not allowed, or another page sent the request.
    """
    principal = await find_principal(connection)
    if principal is None:
        raise NotAllowed(NOT_SIGNED_IN, "sign in, or send a bearer token")
    operation = getattr(handler, "operation_id", None)
    connection.state[_PRINCIPAL] = principal
    connection.state[_OPERATION] = operation
    if principal.kind == "session" and connection.scope.get("method", "GET") not in SAFE_METHODS:
        headers = connection.headers
        require_origin(headers.get("origin"), connection.scope["scheme"], headers.get("host", ""))
    need = ROUTE_NEEDS.get(operation) if isinstance(operation, str) else None
    if need is None:
        raise NotAllowed("route-without-rule", "nobody may do this: the console has no rule for it")
    if need is Need.USER and principal.user is None:
        raise NotAllowed("not-a-user", "this is for users who are signed in; a token has no such thing")
    if isinstance(need, Scope):
        principal.require(need)
        if need in _COMMANDING and "phone_id" in connection.path_params:
            principal.require_phone(str(connection.path_params["phone_id"]))
    _asker.set(principal)


def principal_of(request: Request[Any, Any, Any]) -> Principal:
    """Give who asks, as the guard found out."""
    principal = request.state[_PRINCIPAL]
    assert isinstance(principal, Principal)
    return principal


def visitor_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Visitor:
    """Give where a request comes from."""
    address = connection.client.host if connection.client else ""
    return Visitor(address, connection.headers.get("user-agent", "")[:_MAX_AGENT_CHARS])


def show_what_may_be_seen(response: Response[Any]) -> Response[Any]:
    """Take out of an answer what the one who asked may not see."""
    response.content = shown(_asker.get(), response.content)
    return response


# --- the audit -------------------------------------------------------------------------------------------------------


def audit_note(request: Request[Any, Any, Any], **detail: Any) -> None:
    """Say what the audit's entry for this request is to tell, beside who, what and how it went. Never a secret."""
    request.state[_NOTE] = request.state.get(_NOTE, {}) | detail


def audit_command(request: Request[Any, Any, Any], command: Command) -> None:
    """Say which command the request became."""
    audit_note(request, phone=command.phone)
    request.state[_COMMAND] = command.id


def entry_of(request: Request[Any, Any, Any]) -> Callable[[Command], AuditRecord]:
    """Give what makes the request's entry for the command it becomes; `audit_answer` then writes none of its own.

    Until `audit_command` says that the command is there, neither is the entry: a request that fails on the way to it
    leaves the entry of a refusal.
    """

    def entry(command: Command) -> AuditRecord:
        request.state[_WRITTEN_WITH] = command.id
        detail = request.state.get(_NOTE, {}) | {"phone": command.phone}
        return _entry(request.scope, _ACCEPTED, command.id, detail)

    return entry


def note_error(request: Request[Any, Any, Any], error_id: str) -> None:
    """Remember why a request is refused."""
    request.state[_ERROR] = error_id


async def audit_answer(message: Message, scope: AsgiScope) -> None:
    """See to the entry of a request that would change something, when its answer is about to go out.

    It is written here, unless it was with the command that the request became.
    """
    state = scope.get("state", {})
    if message["type"] != "http.response.start" or state.get(_PRINCIPAL) is None or scope.get("method") in SAFE_METHODS:
        return
    status = message["status"]
    command = state.get(_COMMAND)
    if command is not None and command == state.get(_WRITTEN_WITH):
        await _trail(scope).count()
        return
    outcome = {202: _ACCEPTED}.get(status, "done") if status < 400 else state.get(_ERROR, f"http-{status}")
    await _trail(scope).note(_entry(scope, outcome, command, state.get(_NOTE)))


def _entry(scope: AsgiScope, outcome: str, command: str | None, detail: AuditDetail | None) -> AuditRecord:
    state, client = scope["state"], scope.get("client")
    return _trail(scope).entry(
        state[_PRINCIPAL].by,
        str(state[_OPERATION]),
        target=scope["path"],
        outcome=outcome,
        address=client[0] if client else "",
        command=command,
        detail=detail,
    )


def _trail(scope: AsgiScope) -> AuditTrail:
    trail = scope["litestar_app"].state.audit
    assert isinstance(trail, AuditTrail)
    return trail
