"""Webhooks over the API of a running console."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offhook.console.store.people import AuditSearch
from offhook.console.webhooks.subscriptions import Subscription
from offhook.console_api.scopes import Scope
from tests.console.running_console import RunningConsole, running_console
from tests.fakes.waiting import until
from tests.fakes.webhook_receiver import WebhookReceiver, webhook_receiver


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path, webhook_loopback=True) as running:
        yield running


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver() as running:
        yield running


async def test_the_life_of_a_webhook(console: RunningConsole, receiver: WebhookReceiver) -> None:
    status, made = await console.ask("POST", "/webhooks", {"url": receiver.url, "types": ["phone."], "name": "CRM"})
    assert status == 201
    path = f"/webhooks/{made['webhook']['id']}"
    receiver.secrets = [made["secret"]]
    await console.report("dnd_on")
    await receiver.until(2)
    assert receiver.types == ["phone.added", "phone.dnd_changed"]

    status, again = await console.ask("POST", f"{path}/secret")
    assert status == 200 and again["secret"] != made["secret"]
    receiver.secrets = [made["secret"], again["secret"]]
    assert (await console.ask("POST", f"{path}/test"))[1]["is_delivered"] is True
    assert receiver.types[2:] == ["webhook.tested"]
    assert receiver.bad_signatures == 0

    assert (await console.ask("PATCH", path, {"is_enabled": False}))[1]["is_enabled"] is False
    await console.report("dnd_off")
    status, shown = await console.ask("GET", path)
    assert (shown["name"], shown["waiting"], shown["created_by"]) == ("CRM", 1, "token:tests")
    assert (await console.ask("GET", "/webhooks"))[1] == [shown]
    assert (await console.ask("DELETE", path))[0] == 204
    assert (await console.ask("GET", path))[0] == 404

    entries = await console.app.access.store.audit(AuditSearch())
    assert [entry.what for entry in reversed(entries)] == [
        "createWebhook",
        "rotateWebhookSecret",
        "testWebhook",
        "changeWebhook",
        "removeWebhook",
    ]
    assert not any(secret in repr(entries) for secret in receiver.secrets)


def has_failed(found: Subscription, attempts: int) -> bool:
    return found.progress.attempts == attempts


async def test_dead_letters_are_seen_and_sent_again(console: RunningConsole, receiver: WebhookReceiver) -> None:
    _, made = await console.ask("POST", "/webhooks", {"url": receiver.url, "types": ["phone.dnd_changed"]})
    path = f"/webhooks/{made['webhook']['id']}"
    deliveries = console.app.webhooks
    found = deliveries.subscriptions.get(made["webhook"]["id"])
    receiver.answers.extend([404, 404, 404])
    await console.report("dnd_on")
    for attempts in (1, 2):
        await until(partial(has_failed, found, attempts))
        found.progress = msgspec.structs.replace(found.progress, due=0.0)  # as if the time had come
        found.wake.set()
    await until(lambda: deliveries.counts["set_aside"])
    status, letters = await console.ask("GET", f"{path}/dead-letters")
    assert status == 200
    (letter,) = letters
    assert (letter["type"], letter["attempts"], letter["problem"]) == ("phone.dnd_changed", 3, "it answered 404")
    assert letter["event"] == receiver.received[0][1]
    assert (await console.ask("GET", path))[1]["dead_letters"] == 1
    assert await console.ask("POST", f"{path}/dead-letters/replay", {"numbers": [letter["number"]]}) == (
        200,
        {"letters": 1},
    )
    await receiver.until(4)
    assert len(set(receiver.ids)) == 1
    assert await console.ask("GET", f"{path}/dead-letters?after={letter['number']}") == (200, [])


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://169.254.169.254/", "webhook-url-not-allowed"),
        ("http://user@example.com/", "webhook-url-not-valid"),
        ("ftp://example.com/", "request-not-valid"),
    ],
)
async def test_urls_that_are_refused(url: str, error: str, console: RunningConsole) -> None:
    status, problem = await console.ask("POST", "/webhooks", {"url": url})
    assert (status, problem["error_id"]) == (400, error)


async def test_types_that_do_not_exist_are_refused(console: RunningConsole, receiver: WebhookReceiver) -> None:
    status, problem = await console.ask("POST", "/webhooks", {"url": receiver.url, "types": ["phone.dnd"]})
    assert (status, problem["error_id"]) == (400, "event-type-unknown")
    assert "phone.dnd_changed" in problem["message"]
    _, made = await console.ask("POST", "/webhooks", {"url": receiver.url, "types": ["phone."]})
    path = f"/webhooks/{made['webhook']['id']}"
    status, problem = await console.ask("PATCH", path, {"types": ["call.", "cal."]})
    assert (status, problem["error_id"]) == (400, "event-type-unknown")
    assert (await console.ask("GET", path))[1]["types"] == ["phone."]


async def test_this_computer_is_refused_unless_the_console_was_told_so(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        status, problem = await console.ask("POST", "/webhooks", {"url": "http://127.0.0.1:1/"})
    assert (status, problem["error_id"]) == (400, "webhook-url-not-allowed")


async def test_it_takes_the_feed_too(console: RunningConsole) -> None:
    _, token = await console.ask("POST", "/tokens", {"name": "t", "scopes": [Scope.CONSOLE_ADMIN]})
    headers = {"Authorization": f"Bearer {token['secret']}"}
    status, problem = await console.ask("POST", "/webhooks", {"url": "http://10.0.0.1/"}, headers=headers)
    assert (status, problem["error_id"]) == (403, "scope-missing")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/secret"),
        ("POST", "/test"),
        ("GET", "/dead-letters"),
        ("POST", "/dead-letters/replay"),
    ],
)
async def test_what_is_not_there(method: str, path: str, console: RunningConsole) -> None:
    body: dict[str, Any] | None = {} if method in ("PATCH", "POST") else None
    status, problem = await console.ask(method, f"/webhooks/wh_none{path}", body)
    assert (status, problem["error_id"]) == (404, "webhook-not-found")
