"""The other side of a webhook: takes messages, checks them with the standard's own library, answers as it is told."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError

__all__ = ["WebhookReceiver", "webhook_receiver"]

_LIMIT_S = 10.0


class WebhookReceiver:
    """Answers 200 once `answers` is used up."""

    def __init__(self) -> None:
        self.url = ""
        self.secrets: list[str] = []
        """When given, each message has to be signed with each of them."""
        self.answers: deque[int] = deque()
        self.headers: dict[str, str] = {}
        """Sent with every answer."""
        self.received: list[tuple[str, dict[str, Any]]] = []
        """Id and event of every message, whatever was answered."""
        self.bad_signatures = 0
        self.hold: asyncio.Event | None = None
        """Answers wait for it."""
        self._news = asyncio.Condition()

    @property
    def ids(self) -> list[str]:
        return [message for message, _ in self.received]

    @property
    def types(self) -> list[str]:
        return [event["type"] for _, event in self.received]

    async def until(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Wait until so many have arrived."""
        async with asyncio.timeout(_LIMIT_S), self._news:
            await self._news.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        for secret in self.secrets:
            try:
                Webhook(secret).verify(body, dict(request.headers))
            except WebhookVerificationError:
                self.bad_signatures += 1
        async with self._news:
            self.received.append((request.headers["webhook-id"], msgspec.json.decode(body)))
            self._news.notify_all()
        if self.hold is not None:
            await self.hold.wait()
        return web.Response(status=self.answers.popleft() if self.answers else 200, headers=self.headers)


@asynccontextmanager
async def webhook_receiver(host: str = "127.0.0.1") -> AsyncIterator[WebhookReceiver]:
    receiver = WebhookReceiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    receiver.url = f"http://{host}:{runner.addresses[0][1]}/hook"
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        await runner.cleanup()
