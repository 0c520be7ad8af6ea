"""Calls: seen, placed, answered, held, ended.

Source: console-api.md §4; DOC §2.4 nos. 3-7, 16, 17 for what is seen, DOC §3.2, §3.4 for what is done.
"""

from typing import Annotated, Any

from litestar import Request, Response, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, QueryParameter

from offhook.console.commander import Wish
from offhook.console.rest.guard import principal_of
from offhook.console.rest.reach import calls_seen
from offhook.console.rest.route_parts import (
    ACCEPTED,
    COMMAND_PROBLEMS,
    READ_PROBLEMS,
    IdempotencyKey,
    Parts,
    PathId,
    accept,
)
from offhook.console_api.requests import AnswerRequest, DialRequest, DigitsRequest, HoldRequest
from offhook.console_api.resources import Call, Command, Verb
from offhook.errors import NotFound, NotValid

__all__ = [
    "CALL_ROUTES",
    "answer_call",
    "dial",
    "get_call",
    "hang_up",
    "hold_call",
    "list_calls",
    "reject_call",
    "send_digits",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["calls"]


@get("/calls", operation_id="listCalls", summary="List calls, newest first", tags=_TAGS, responses=READ_PROBLEMS)
async def list_calls(
    parts: Parts,
    request: _AnyRequest,
    live: Annotated[
        bool | None, QueryParameter(description="Only calls going on, or only those that ended; without it both.")
    ] = None,
    phone: Annotated[str | None, QueryParameter(max_length=64, description="Only calls this phone was in.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
    before: Annotated[
        str | None, QueryParameter(max_length=64, description="Id of a call: only older ones, to page on.")
    ] = None,
) -> list[Call]:
    """Show calls; those that ended are kept. An operator sees those of the own phones."""
    if before is not None:
        before = parts.journal.state.current_id(before)
        if await parts.journal.call(before) is None:
            # An empty list would say that there are no older calls.
            raise NotValid("cursor-not-valid", "before is the id of a call, and there is no such call")
    phones = principal_of(request).sees if phone is None else [phone]
    return await calls_seen(parts.journal, phones, is_live=live, limit=limit, before=before)


@get("/calls/{call_id:str}", operation_id="getCall", summary="Get one call", tags=_TAGS, responses=READ_PROBLEMS)
async def get_call(parts: Parts, call_id: PathId) -> Call:
    """Show one call with its connections."""
    call = await parts.journal.call(call_id)
    if call is None:
        raise NotFound("call", call_id)
    return call


@post(
    "/calls",
    operation_id="dial",
    summary="Let a phone place a call",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def dial(
    parts: Parts, request: _AnyRequest, data: JSONBody[DialRequest], idempotency_key: IdempotencyKey = None
) -> Response[Command]:
    """Place a call from a phone; its Outgoing Call report confirms it.

    Spaces, dots, dashes, slashes and brackets in a number are left out; what is no number then is refused.
    """
    account = {} if data.account is None else {"account": data.account}
    wish = Wish(Verb.DIAL, {"number": data.number, **account}, phone=data.phone)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/calls/{call_id:str}/answer",
    operation_id="answerCall",
    summary="Answer a ringing call",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def answer_call(
    parts: Parts,
    request: _AnyRequest,
    call_id: PathId,
    data: JSONBody[AnswerRequest | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Answer at the phone that rings; its Established report confirms it."""
    wish = Wish(Verb.ANSWER, {}, phone=data.phone if data else None, call=call_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/calls/{call_id:str}/reject",
    operation_id="rejectCall",
    summary="Refuse a ringing call",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def reject_call(
    parts: Parts,
    request: _AnyRequest,
    call_id: PathId,
    data: JSONBody[AnswerRequest | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Refuse at the phone that rings; its Terminated report confirms it."""
    wish = Wish(Verb.REJECT, {}, phone=data.phone if data else None, call=call_id)
    return await accept(parts, request, wish, idempotency_key)


@delete(
    "/calls/{call_id:str}/connections/{connection_id:str}",
    operation_id="hangUp",
    summary="End a call at one phone",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def hang_up(
    parts: Parts,
    request: _AnyRequest,
    call_id: PathId,
    connection_id: PathId,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Hang up at one phone; its Terminated report confirms it. What is over already is confirmed at once.

    In a conference the phone leaves it: both of its calls end there, and the two others go on if they can be connected.
    """
    phone = connection_id.removeprefix(f"{call_id}:")
    wish = Wish(Verb.HANG_UP, {}, phone=phone, call=call_id)
    return await accept(parts, request, wish, idempotency_key)


@put(
    "/calls/{call_id:str}/hold",
    operation_id="holdCall",
    summary="Put a call on hold, or resume it",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def hold_call(
    parts: Parts,
    request: _AnyRequest,
    call_id: PathId,
    data: JSONBody[HoldRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Bring about the wished state; nothing is sent when it is so already. Hold or Unhold reports confirm it."""
    verb = Verb.HOLD if data.held else Verb.RETRIEVE
    return await accept(parts, request, Wish(verb, {}, phone=data.phone, call=call_id), idempotency_key)


@post(
    "/calls/{call_id:str}/digits",
    operation_id="sendDigits",
    summary="Send digits into a call",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def send_digits(
    parts: Parts,
    request: _AnyRequest,
    call_id: PathId,
    data: JSONBody[DigitsRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press the phone's digit keys; no report of a phone can prove digits, so this ends as unconfirmed."""
    wish = Wish(Verb.SEND_DIGITS, {"digits": data.digits}, phone=data.phone, call=call_id)
    return await accept(parts, request, wish, idempotency_key)


CALL_ROUTES: list[BaseRouteHandler] = [
    list_calls,
    get_call,
    dial,
    answer_call,
    reject_call,
    hang_up,
    hold_call,
    send_digits,
]
