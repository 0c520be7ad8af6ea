"""Transfers and conferences: what a phone does with two calls.

Source: console-api.md §1 no. 3, §4; DOC §2.4 nos. 21-23, DOC §3.2 (`F_TRANSFER`, `F_CONFERENCE`).
"""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, QueryParameter

from offhook.console.commander import Wish
from offhook.console.rest.route_parts import (
    ACCEPTED,
    API,
    COMMAND_PROBLEMS,
    READ_PROBLEMS,
    ApiParts,
    IdempotencyKey,
    Parts,
    PathId,
    accept,
    submit,
)
from offhook.console_api.requests import ConferenceRequest, TransferRequest
from offhook.console_api.resources import Command, Transfer, TransferFlow, Verb
from offhook.errors import NotFound, NotPossibleNow, NotValid

__all__ = [
    "TRANSFER_ROUTES",
    "cancel_transfer",
    "complete_transfer",
    "get_transfer",
    "join_conference",
    "list_transfers",
    "transfer_call",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["transfers"]
_STARTS = {TransferFlow.BLIND: Verb.BLIND_TRANSFER, TransferFlow.ATTENDED: Verb.ATTENDED_TRANSFER}


@post(
    "/transfers",
    operation_id="transferCall",
    summary="Send the other party of a call elsewhere",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def transfer_call(
    parts: Parts, request: _AnyRequest, data: JSONBody[TransferRequest], idempotency_key: IdempotencyKey = None
) -> Response[Transfer]:
    """Start a transfer: blind, which needs nothing more, or attended, which is then completed or cancelled.

    The Blind Transfer report confirms the one, which may take as long as people do; the other's command is confirmed
    when the phone calls the target.
    """
    wish = Wish(_STARTS[data.flow], {"target": data.target}, phone=data.phone, call=data.call)
    transfer = await parts.transfers.started_by(await submit(parts, request, wish, idempotency_key))
    return Response(transfer, status_code=ACCEPTED, headers={"Location": f"{API}/transfers/{transfer.id}"})


@get(
    "/transfers",
    operation_id="listTransfers",
    summary="List transfers, newest first",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def list_transfers(
    parts: Parts,
    phone: Annotated[str | None, QueryParameter(max_length=64, description="Only transfers by this phone.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="At most so many.")] = 20,
) -> list[Transfer]:
    """Show transfers, for as long as commands are kept."""
    return await parts.transfers.transfers(phone=phone, limit=limit)


@get(
    "/transfers/{transfer_id:str}",
    operation_id="getTransfer",
    summary="Get one transfer",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def get_transfer(parts: Parts, transfer_id: PathId) -> Transfer:
    """Show how far a transfer got; the events of its two calls tell when to look again."""
    return await parts.transfers.transfer(transfer_id)


@post(
    "/transfers/{transfer_id:str}/complete",
    operation_id="completeTransfer",
    summary="Join the two others of an attended transfer",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def complete_transfer(
    parts: Parts, request: _AnyRequest, transfer_id: PathId, idempotency_key: IdempotencyKey = None
) -> Response[Command]:
    """Hand the call over to the target; the phone's report of the transfer confirms it.

    While the target still rings this is refused, unless the phone's make is known to hand a call over then. It is
    confirmed when the target has answered; if it does not, the call comes back.
    """
    transfer = await _running(parts, transfer_id)
    wish = Wish(Verb.COMPLETE_TRANSFER, {"transfer": transfer.id}, phone=transfer.phone, call=transfer.call)
    return await accept(parts, request, wish, idempotency_key)


@delete(
    "/transfers/{transfer_id:str}",
    operation_id="cancelTransfer",
    summary="Go back from an attended transfer",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def cancel_transfer(
    parts: Parts, request: _AnyRequest, transfer_id: PathId, idempotency_key: IdempotencyKey = None
) -> Response[Command]:
    """End the call to the target and take the held call back; the Unhold report confirms it."""
    transfer = await _running(parts, transfer_id)
    wish = Wish(Verb.CANCEL_TRANSFER, {"transfer": transfer.id}, phone=transfer.phone, call=transfer.call)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/conferences",
    operation_id="joinConference",
    summary="Join two calls of one phone",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def join_conference(
    parts: Parts, request: _AnyRequest, data: JSONBody[ConferenceRequest], idempotency_key: IdempotencyKey = None
) -> Response[Command]:
    """Join a held call and the one that is talked on; the Unhold report of the held one confirms it."""
    first, second = (parts.journal.state.current_id(call) for call in data.calls)
    if first == second:
        raise NotValid("calls-not-two", "a conference needs two different calls")
    phone = data.phone or await _phone_in_both(parts, first, second)
    return await accept(
        parts, request, Wish(Verb.CONFERENCE, {"other": second}, phone=phone, call=first), idempotency_key
    )


async def _running(parts: ApiParts, transfer_id: str) -> Transfer:
    """Give an attended transfer; a blind one is out of the phone's hands."""
    transfer = await parts.transfers.transfer(transfer_id)
    if transfer.flow is TransferFlow.BLIND:
        raise NotPossibleNow("transfer-is-blind", "a blind transfer is neither completed nor called back")
    return transfer


async def _phone_in_both(parts: ApiParts, first: str, second: str) -> str:
    found = []
    for call in (first, second):
        shown = await parts.journal.call(call)
        if shown is None:
            raise NotFound("call", call)
        found.append({each.phone for each in shown.connections if each.state != "null"})
    both = sorted(found[0] & found[1])
    if not both:
        raise NotPossibleNow("call-not-at-phone", "a conference needs two calls of one phone")
    if len(both) > 1:
        raise NotPossibleNow("phone-not-named", f"several phones are in both calls; name one of {', '.join(both)}")
    return both[0]


TRANSFER_ROUTES: list[BaseRouteHandler] = [
    transfer_call,
    list_transfers,
    get_transfer,
    complete_transfer,
    cancel_transfer,
    join_conference,
]
