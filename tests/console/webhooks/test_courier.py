"""One message over real HTTP, and everything that can go wrong with it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from offhook.console.webhooks.courier import WebhookCourier
from offhook.console.webhooks.signature import new_secret
from tests.fakes.webhook_receiver import WebhookReceiver, webhook_receiver

BODY = b'{"type":"webhook.tested"}'


@asynccontextmanager
async def a_courier(*, is_loopback_allowed: bool = True, timeout_s: float = 5.0) -> AsyncIterator[WebhookCourier]:
    courier = WebhookCourier(is_loopback_allowed=is_loopback_allowed, agent="offhook/test", timeout_s=timeout_s)
    try:
        yield courier
    finally:
        await courier.close()


@pytest.fixture
async def receiver() -> AsyncIterator[WebhookReceiver]:
    async with webhook_receiver() as running:
        yield running


async def test_a_message_that_is_taken(receiver: WebhookReceiver) -> None:
    receiver.secrets = [new_secret(), new_secret()]
    async with a_courier() as courier:
        attempt = await courier.send(receiver.url, "e1-1", BODY, receiver.secrets)
    assert (attempt.status, attempt.problem) == (200, None)
    assert attempt.ms > 0
    assert receiver.received == [("e1-1", {"type": "webhook.tested"})]
    assert receiver.bad_signatures == 0


@pytest.mark.parametrize("status", [400, 410, 500, 302])
async def test_every_other_answer_is_a_failure_and_redirects_are_not_followed(
    status: int, receiver: WebhookReceiver
) -> None:
    receiver.answers.append(status)
    receiver.headers = {"Location": receiver.url}
    async with a_courier() as courier:
        attempt = await courier.send(receiver.url, "e1-1", BODY, [new_secret()])
    assert (attempt.status, attempt.problem) == (status, f"it answered {status}")
    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("header", "is_waited"),
    [
        ("120", lambda s: s == 120),
        ("Fri, 01 Jan 2100 00:00:00 GMT", lambda s: s > 1e6),
        ("Fri, 01 Jan 2100 00:00:00 -0000", lambda s: s > 1e6),
        ("Thu, 01 Jan 1970 00:00:00 GMT", lambda s: s == 0),
        ("soon", lambda s: s == 0),
        ("-5", lambda s: s == 0),
        ("9" * 30, lambda s: s == 0),
    ],
)
async def test_when_to_come_back(header: str, is_waited: Callable[[float], bool], receiver: WebhookReceiver) -> None:
    receiver.answers.append(429)
    receiver.headers = {"Retry-After": header}
    async with a_courier() as courier:
        assert is_waited((await courier.send(receiver.url, "e1-1", BODY, [new_secret()])).retry_after_s)


async def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody else gets the port meanwhile
        async with a_courier() as courier:
            attempt = await courier.send(f"http://127.0.0.1:{taken.getsockname()[1]}/", "e1-1", BODY, [new_secret()])
    assert attempt.status is None
    assert attempt.problem is not None and attempt.problem.startswith("no connection: ")


async def test_no_answer_in_time(receiver: WebhookReceiver) -> None:
    receiver.hold = asyncio.Event()
    async with a_courier(timeout_s=0.05) as courier:
        attempt = await courier.send(receiver.url, "e1-1", BODY, [new_secret()])
    assert (attempt.status, attempt.problem) == (None, "no answer within 0.05 s")


async def test_something_that_is_no_http() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"SIP/2.0 200 OK\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server, a_courier() as courier:
        port = server.sockets[0].getsockname()[1]
        attempt = await courier.send(f"http://127.0.0.1:{port}/", "e1-1", BODY, [new_secret()])
    assert attempt.status is None
    assert attempt.problem is not None and attempt.problem.startswith("the exchange broke off")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://169.254.169.254/"])
async def test_addresses_that_nothing_is_sent_to(url: str) -> None:
    async with a_courier(is_loopback_allowed=False) as courier:
        attempt = await courier.send(url, "e1-1", BODY, [new_secret()])
    assert attempt.status is None
    assert attempt.problem is not None and "webhooks" in attempt.problem


async def test_a_name_that_leads_back_here_is_found_out_when_it_is_looked_up(
    receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looked_up(self: object, host: str, *rest: object, **named: object) -> list[object]:
        found = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(receiver.url.split(":")[2][:-5])))
        return [found]

    monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", looked_up)
    url = receiver.url.replace("127.0.0.1", "crm.example.com")
    async with a_courier(is_loopback_allowed=False) as courier:
        attempt = await courier.send(url, "e1-1", BODY, [new_secret()])
        assert attempt.problem is not None and "--webhook-loopback" in attempt.problem
    assert receiver.received == []
    async with a_courier() as courier:
        assert (await courier.send(url, "e1-1", BODY, [new_secret()])).problem is None


async def test_a_name_without_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async def looked_up(self: object, host: str, *rest: object, **named: object) -> list[object]:
        return []

    monkeypatch.setattr(asyncio.get_running_loop().__class__, "getaddrinfo", looked_up)
    async with a_courier() as courier:
        attempt = await courier.send("http://crm.example.com/", "e1-1", BODY, [new_secret()])
    assert attempt.problem == "no connection: the name has no address"
