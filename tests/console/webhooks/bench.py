"""Deliveries over a journal in memory, with a clock that stands still and a receiver on a real port."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from offhook.console.access import Access
from offhook.console.journal import Journal
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.store.memory import MemoryStore
from offhook.console.webhooks.courier import WebhookCourier
from offhook.console.webhooks.delivery import Deliveries
from offhook.console.webhooks.subscriptions import Subscription, Subscriptions
from offhook.console_api.scopes import Scope
from offhook.console_api.webhooks import NewWebhook
from tests.console.kit import A, Clock, a_journal, a_report
from tests.console.people_kit import some_access
from tests.fakes.webhook_receiver import WebhookReceiver, webhook_receiver

__all__ = ["Bench", "a_bench"]


class Bench:
    def __init__(self, journal: Journal, deliveries: Deliveries, receiver: WebhookReceiver, clock: Clock) -> None:
        self.journal = journal
        self.deliveries = deliveries
        self.receiver = receiver
        self.clock = clock

    @property
    def access(self) -> Access:
        return self.deliveries.access

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.deliveries.counts)

    async def subscribe(self, *, owner: str = "token:tests", **wanted: Any) -> Subscription:
        principal = await self.access.standing(owner)
        assert principal is not None
        new = NewWebhook(**{"url": self.receiver.url, **wanted})
        made, secret = await self.deliveries.subscriptions.create(new, principal, self.journal.seq)
        self.receiver.secrets = [secret]
        return made

    async def report(self, event: str, mac: str = A, **values: str) -> None:
        """Events: one for the phone the first time, one for the report."""
        await self.journal.report(a_report(event, mac=mac, at=self.clock.at, **values))

    def later(self, seconds: float) -> None:
        self.clock.pass_(seconds)
        self.deliveries.wake_all()


@asynccontextmanager
async def a_bench(store: MemoryStore | None = None, receiver: WebhookReceiver | None = None) -> AsyncIterator[Bench]:
    store = store or MemoryStore()
    clock, encryption = Clock(), PhoneSecrets(b"x" * 43 + b"=")
    async with webhook_receiver() as new_receiver, a_journal(store, clock=clock, secrets=encryption) as journal:
        access = some_access(store, now=clock)
        await access.issue_token("tests", tuple(Scope))
        subscriptions = Subscriptions(store, encryption, is_loopback_allowed=True, now=clock)
        # The standard's library compares with the clock on the wall.
        courier = WebhookCourier(is_loopback_allowed=True, timeout_s=5.0)
        deliveries = Deliveries(journal, subscriptions, access, courier, now=clock)
        await deliveries.start()
        try:
            yield Bench(journal, deliveries, receiver or new_receiver, clock)
        finally:
            await deliveries.stop()
            await deliveries.stop()
            access.users.close()
