"""Making, changing, removing webhooks; their secrets."""

from collections.abc import AsyncIterator

import pytest

from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.principal import principal_of_token
from offhook.console.store.people import Login
from offhook.console.store.webhooks import WebhookProgress
from offhook.console.webhooks import subscriptions
from offhook.console_api.webhooks import NewWebhook, WebhookChange
from offhook.errors import NotFound, NotPossibleNow, NotValid
from tests.console.webhooks.bench import Bench, a_bench

PRINCIPAL = principal_of_token(Login("h", "token", "tests", 0.0, None))


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with a_bench() as running:
        yield running


async def test_it_is_shown_as_it_is(bench: Bench) -> None:
    found = await bench.subscribe(name="CRM", types=["call."], phones=["a1"], groups=["Sales"])
    shown = bench.deliveries.subscriptions.view(found, 7, 2)
    assert (shown.id, shown.url, shown.name) == (found.record.id, bench.receiver.url, "CRM")
    assert (shown.types, shown.phones, shown.groups) == (["call."], ["a1"], ["Sales"])
    assert (shown.is_enabled, shown.created_by, shown.problem) == (True, "token:tests", None)
    assert (shown.position, shown.waiting, shown.dead_letters, shown.next_attempt) == (0, 7, 2, None)


async def test_what_is_wrong_is_shown(bench: Bench) -> None:
    all_ = bench.deliveries.subscriptions
    found = await bench.subscribe(is_enabled=False)
    found.progress = WebhookProgress(attempts=2, due=1_800_000_005.0, failing_since=1_800_000_000.0, problem="it is")
    shown = all_.view(found, 0, 0)
    assert (shown.problem, shown.failed_attempts, shown.next_attempt) == ("it is", 2, None)
    assert shown.failing_since == "2027-01-15T08:00:00.000Z"
    found = await all_.change(found.record.id, WebhookChange(is_enabled=True))
    assert all_.view(found, 0, 0).problem is None
    found.blocked = "may not"
    assert all_.view(found, 0, 0).problem == "may not"


async def test_secrets_are_encrypted_and_the_old_one_is_good_for_a_day(bench: Bench) -> None:
    all_ = bench.deliveries.subscriptions
    found = await bench.subscribe()
    (old,) = bench.receiver.secrets
    assert all_.secrets_of(found) == [old]
    assert old.encode() not in found.record.secret
    again, new = await all_.rotate(found.record.id)
    assert again is found
    assert new != old
    assert all_.secrets_of(found) == [new, old]
    bench.clock.pass_(24 * 3600)
    assert all_.secrets_of(found) == [new]


async def test_a_change_changes_what_it_names(bench: Bench) -> None:
    all_ = bench.deliveries.subscriptions
    found = await bench.subscribe(types=["call."])
    found.progress = WebhookProgress(seq=3, attempts=2, problem="x")
    await all_.change(found.record.id, WebhookChange(name="new", types=[]))
    assert (found.record.name, found.record.types, found.progress.attempts) == ("new", (), 2)
    await all_.change(found.record.id, WebhookChange(url="http://10.0.0.1/"))
    assert (found.record.url, found.progress) == ("http://10.0.0.1/", WebhookProgress(seq=3))
    with pytest.raises(NotValid):
        await all_.change(found.record.id, WebhookChange(url="http://169.254.169.254/"))


async def test_what_is_not_there(bench: Bench) -> None:
    all_ = bench.deliveries.subscriptions
    found = await bench.subscribe()
    assert await all_.remove(found.record.id) is found
    for call in (all_.remove("x"), all_.rotate("x"), all_.change("x", WebhookChange())):
        with pytest.raises(NotFound):
            await call
    assert await bench.journal.store.webhooks() == []


async def test_there_may_be_so_many(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "MAX_WEBHOOKS", 1)
    await bench.subscribe()
    with pytest.raises(NotPossibleNow, match="1 webhooks"):
        await bench.subscribe()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://user@example.com/"])
async def test_urls_that_cannot_be_used(url: str, bench: Bench) -> None:
    all_ = subscriptions.Subscriptions(bench.journal.store, PhoneSecrets.for_tests(), is_loopback_allowed=False)
    with pytest.raises(NotValid):
        await all_.create(NewWebhook(url=url), PRINCIPAL, 0)
    assert all_.all() == []
