"""Webhooks: who is told of events by HTTP, how far that has got, and what could not be delivered.

Source: docs/webhooks.md.
"""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, delete, get, patch, post
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, QueryParameter

from offhook.console.rest.guard import audit_note, principal_of
from offhook.console.rest.route_parts import API, READ_PROBLEMS, ApiParts, Parts, PathId, problems
from offhook.console.store.webhooks import LetterRecord
from offhook.console.times import rfc3339
from offhook.console.webhooks.subscriptions import Subscription
from offhook.console_api.event_types import EventType
from offhook.console_api.scopes import Scope
from offhook.console_api.webhooks import (
    DeadLetter,
    NewWebhook,
    Replayed,
    ReplayRequest,
    Webhook,
    WebhookChange,
    WebhookTest,
    WebhookWithSecret,
)

__all__ = [
    "WEBHOOK_ROUTES",
    "change_webhook",
    "create_webhook",
    "get_webhook",
    "list_dead_letters",
    "list_webhooks",
    "remove_webhook",
    "replay_dead_letters",
    "rotate_webhook_secret",
    "try_webhook",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["webhooks"]
_ONE_PROBLEMS = {**READ_PROBLEMS, **problems(403)}


@get(
    "/webhooks",
    operation_id="listWebhooks",
    summary="List webhooks",
    tags=_TAGS,
    responses=problems(401, 403, 500, 503),
)
async def list_webhooks(parts: Parts) -> list[Webhook]:
    """Show all, oldest first, with how far each has got; without their secrets."""
    counts = await parts.journal.store.letter_counts()
    return [
        parts.webhooks.subscriptions.view(found, parts.journal.seq, counts.get(found.record.id, 0))
        for found in parts.webhooks.subscriptions.all()
    ]


@post(
    "/webhooks",
    operation_id="createWebhook",
    summary="Make a webhook",
    tags=_TAGS,
    responses=problems(400, 401, 403, 409, 500, 503),
)
async def create_webhook(parts: Parts, request: _AnyRequest, data: JSONBody[NewWebhook]) -> Response[WebhookWithSecret]:
    """Tell a program of events from now on. The secret to check signatures with is in this answer and nowhere else.

    What is sent is what whoever makes the webhook may see. It needs `events:read`, too.
    """
    principal = principal_of(request)
    principal.require(Scope.EVENTS_READ)
    audit_note(request, name=data.name, url=data.url)
    found, secret = await parts.webhooks.subscriptions.create(data, principal, parts.journal.seq)
    answer = WebhookWithSecret(webhook=await _view(parts, found), secret=secret)
    return Response(answer, status_code=201, headers={"Location": f"{API}/webhooks/{found.record.id}"})


@get(
    "/webhooks/{webhook_id:str}",
    operation_id="getWebhook",
    summary="Get one webhook",
    tags=_TAGS,
    responses=_ONE_PROBLEMS,
)
async def get_webhook(parts: Parts, webhook_id: PathId) -> Webhook:
    """Show one webhook and how far it has got."""
    return await _view(parts, parts.webhooks.subscriptions.get(webhook_id))


@patch(
    "/webhooks/{webhook_id:str}",
    operation_id="changeWebhook",
    summary="Change a webhook",
    tags=_TAGS,
    responses=_ONE_PROBLEMS,
)
async def change_webhook(
    parts: Parts, request: _AnyRequest, webhook_id: PathId, data: JSONBody[WebhookChange]
) -> Webhook:
    """Change what the body names. Switched on again, it goes on where it stopped, as far as events are kept."""
    audit_note(request, **msgspec.to_builtins(data))
    return await _view(parts, await parts.webhooks.subscriptions.change(webhook_id, data))


@delete(
    "/webhooks/{webhook_id:str}",
    operation_id="removeWebhook",
    summary="Remove a webhook",
    tags=_TAGS,
    status_code=204,
    responses=_ONE_PROBLEMS,
)
async def remove_webhook(parts: Parts, request: _AnyRequest, webhook_id: PathId) -> None:
    """Remove a webhook and its dead letters; what is being sent at this moment may still arrive."""
    audit_note(request, url=(await parts.webhooks.subscriptions.remove(webhook_id)).record.url)


@post(
    "/webhooks/{webhook_id:str}/secret",
    operation_id="rotateWebhookSecret",
    summary="Make a new secret",
    tags=_TAGS,
    status_code=200,
    responses=_ONE_PROBLEMS,
)
async def rotate_webhook_secret(parts: Parts, webhook_id: PathId) -> WebhookWithSecret:
    """Make a new secret, shown in this answer only. For a day messages carry a signature with the old one as well."""
    found, secret = await parts.webhooks.subscriptions.rotate(webhook_id)
    return WebhookWithSecret(webhook=await _view(parts, found), secret=secret)


@post(
    "/webhooks/{webhook_id:str}/test",
    operation_id="testWebhook",
    summary="Try a webhook",
    tags=_TAGS,
    status_code=200,
    responses=_ONE_PROBLEMS,
)
async def try_webhook(parts: Parts, webhook_id: PathId) -> WebhookTest:
    """Send the event `webhook.tested` once, enabled or not, and tell how that went within 15 seconds."""
    attempt = await parts.webhooks.test(webhook_id)
    return WebhookTest(
        is_delivered=attempt.problem is None, status=attempt.status, problem=attempt.problem, ms=round(attempt.ms, 1)
    )


@get(
    "/webhooks/{webhook_id:str}/dead-letters",
    operation_id="listDeadLetters",
    summary="List what could not be delivered",
    tags=_TAGS,
    responses=_ONE_PROBLEMS,
)
async def list_dead_letters(
    parts: Parts,
    webhook_id: PathId,
    after: Annotated[
        int, QueryParameter(ge=0, le=2**53 - 1, description="Number of a dead letter: only later ones, to page on.")
    ] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
) -> list[DeadLetter]:
    """Show the events that were set aside, oldest first."""
    parts.webhooks.subscriptions.get(webhook_id)
    return [_letter(each) for each in await parts.journal.store.letters(webhook_id, after=after, limit=limit)]


@post(
    "/webhooks/{webhook_id:str}/dead-letters/replay",
    operation_id="replayDeadLetters",
    summary="Send dead letters again",
    tags=_TAGS,
    status_code=200,
    responses=_ONE_PROBLEMS,
)
async def replay_dead_letters(
    parts: Parts, request: _AnyRequest, webhook_id: PathId, data: JSONBody[ReplayRequest]
) -> Replayed:
    """Let dead letters go out again, once each, before newer events. What is taken disappears from the list."""
    audit_note(request, numbers=[str(number) for number in data.numbers])
    return Replayed(letters=await parts.webhooks.replay(webhook_id, data.numbers))


async def _view(parts: ApiParts, found: Subscription) -> Webhook:
    counts = await parts.journal.store.letter_counts()
    return parts.webhooks.subscriptions.view(found, parts.journal.seq, counts.get(found.record.id, 0))


def _letter(record: LetterRecord) -> DeadLetter:
    return DeadLetter(
        number=record.number,
        message=record.message,
        type=EventType(record.type),
        time=rfc3339(record.at),
        attempts=record.attempts,
        problem=record.problem,
        is_waiting=record.is_waiting,
        event=msgspec.json.decode(record.body),
    )


WEBHOOK_ROUTES: list[BaseRouteHandler] = [
    list_webhooks,
    create_webhook,
    get_webhook,
    change_webhook,
    remove_webhook,
    rotate_webhook_secret,
    try_webhook,
    list_dead_letters,
    replay_dead_letters,
]
