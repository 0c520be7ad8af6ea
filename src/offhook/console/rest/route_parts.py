"""What the routes share: the parts they work with, who asks, and how an accepted command is answered.

Source: console-api.md §4 (commands are resources: 202, then `GET /commands/{id}`).
"""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, PathParameter

from offhook.console.access import Access
from offhook.console.audit_trail import AuditTrail
from offhook.console.call_notes import CallNotes
from offhook.console.commander import Commander, Wish
from offhook.console.contact_book import ContactBook
from offhook.console.handled_calls import HandledCalls
from offhook.console.history import History
from offhook.console.journal import Journal
from offhook.console.metrics import ConsoleMetrics
from offhook.console.readiness import Readiness
from offhook.console.request_ids import current_request_id
from offhook.console.rest.guard import audit_command, audit_note, entry_of, principal_of
from offhook.console.rest.reach import told, within_reach
from offhook.console.setup_desk import SetupDesk
from offhook.console.transfers import Transfers
from offhook.console.webhooks.delivery import Deliveries
from offhook.console_api.resources import Command, Problem

__all__ = [
    "ACCEPTED",
    "API",
    "COMMAND_PROBLEMS",
    "READ_PROBLEMS",
    "ApiParts",
    "IdempotencyKey",
    "Parts",
    "PathId",
    "accept",
    "problems",
    "submit",
]

API = "/api/v1"
ACCEPTED = 202

IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="The same key with the same request within a day gives the same command, and does nothing twice.",
    ),
]
PathId = Annotated[str, PathParameter(max_length=192, description="Id of the resource.")]

_MEANINGS = {
    400: "The request makes no sense.",
    401: "Sign in, or send a bearer token.",
    403: "Whoever asks may not.",
    404: "There is no such thing.",
    409: "The state of the phone or the call does not allow it.",
    413: "The body is too large.",
    429: "Too many commands wait for this phone.",
    500: "The console met an error of its own.",
    503: "The store cannot be used.",
}


def problems(*statuses: int) -> dict[int, ResponseSpec]:
    """Describe the error answers of a route; the document then lists them as `Problem`."""
    return {
        status: ResponseSpec(Problem, generate_examples=False, description=_MEANINGS[status]) for status in statuses
    }


READ_PROBLEMS = problems(400, 401, 404, 500, 503)
COMMAND_PROBLEMS = problems(400, 401, 403, 404, 409, 429, 500, 503)


@dataclass(frozen=True, slots=True)
class ApiParts:
    """What handlers work with."""

    journal: Journal
    commander: Commander
    access: Access
    audit: AuditTrail
    setup: SetupDesk
    version: str
    webhooks: Deliveries
    contacts: ContactBook
    notes: CallNotes
    statistics: HandledCalls
    metrics: ConsoleMetrics
    readiness: Readiness

    @property
    def transfers(self) -> Transfers:
        """Transfers, told from the commands and calls."""
        return Transfers(self.journal, self.commander)

    @property
    def history(self) -> History:
        """What is over."""
        return History(self.journal, self.access.users, self.contacts)


Parts = NamedDependency[ApiParts]
"""How a handler asks for them: an argument `parts`."""


async def accept(
    parts: ApiParts, request: Request[Any, Any, Any], wish: Wish, idempotency_key: str | None
) -> Response[Command]:
    """Give a wish to the commander and answer with the command it became."""
    command = await submit(parts, request, wish, idempotency_key)
    return Response(command, status_code=ACCEPTED, headers={"Location": f"{API}/commands/{command.id}"})


async def submit(parts: ApiParts, request: Request[Any, Any, Any], wish: Wish, idempotency_key: str | None) -> Command:
    """Give a wish to the commander, in the name of whoever asks."""
    principal = principal_of(request)
    audit_note(request, **told(wish))
    wish = replace(wish, request_id=current_request_id(), audit=entry_of(request))
    wish = await within_reach(parts.journal, principal, wish)
    key = None if idempotency_key is None else f"{principal.by}:{idempotency_key}"
    command = await parts.commander.submit(wish, idempotency_key=key)
    audit_command(request, command)
    return command
