"""Events arrive, signed, once and in order; whatever the receiver does, nothing is lost and nobody else waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

import msgspec
import pytest

from offhook.console.store.memory import MemoryStore
from offhook.console.store.webhooks import LetterRecord
from offhook.console.webhooks import delivery
from offhook.console.webhooks.subscriptions import Subscription
from offhook.console_api.people import NewUser, UserChange
from offhook.console_api.scopes import Role, Scope
from offhook.console_api.webhooks import WebhookChange
from offhook.errors import NotFound, StoreError
from tests.console.kit import A, B
from tests.console.webhooks.bench import Bench, a_bench
from tests.fakes.waiting import until
from tests.fakes.webhook_receiver import webhook_receiver


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with a_bench() as running:
        yield running


async def test_what_happens_arrives_in_order_as_on_the_feed(bench: Bench) -> None:
    await bench.report("setup_completed")
    before = bench.journal.seq
    await bench.subscribe()
    await bench.report("incoming", call_id="c1", remote="sip:1002@h")
    await bench.report("established", call_id="c1")
    events = await bench.journal.events_after(before, 100)
    received = await bench.receiver.until(len(events))
    assert [message for message, _ in received] == [event.id for event in events]
    assert [event for _, event in received] == [msgspec.to_builtins(event) for event in events]
    assert {"call.delivered", "call.established"} <= set(bench.receiver.types)
    assert bench.receiver.bad_signatures == 0
    await until(lambda: bench.counts == {"delivered": len(events)})


async def test_types_and_phones_and_groups_choose(bench: Bench) -> None:
    await bench.access.users.create(NewUser(name="anna", role=Role.OPERATOR, phones=[B], group="Sales"))
    await bench.subscribe(types=["call.", "phone.dnd_changed"], groups=["Sales"], phones=["ffffffffffff"])
    for mac in (A, B):
        await bench.report("incoming", mac, call_id=f"{mac}c1")
        await bench.report("dnd_on", mac)
        await bench.report("established", mac, call_id=f"{mac}c1")
    await bench.receiver.until(3)
    assert bench.receiver.types == ["call.delivered", "phone.dnd_changed", "call.established"]
    assert {event["phone"] for _, event in bench.receiver.received} == {B}


async def test_a_receiver_that_is_away_gets_everything_later(bench: Bench) -> None:
    found = await bench.subscribe(types=["phone.dnd_changed"])
    bench.receiver.answers.extend([503, 500])
    await bench.report("dnd_on")
    await bench.report("dnd_off")
    await until(lambda: found.progress.attempts == 1)
    assert (len(bench.receiver.received), found.progress.problem) == (1, "it answered 503")
    bench.later(6)
    await until(lambda: found.progress.attempts == 2)
    bench.later(400)
    await bench.receiver.until(4)
    assert bench.receiver.ids == [bench.receiver.ids[0]] * 3 + [bench.receiver.ids[3]]
    assert [event["detail"]["on"] for _, event in bench.receiver.received[2:]] == [True, False]
    await until(lambda: bench.counts == {"failed": 2, "delivered": 2})
    assert (found.progress.problem, found.progress.failing_since) == (None, None)


def has_failed(found: Subscription, attempts: int) -> bool:
    return found.progress.attempts == attempts


async def until_letters(bench: Bench, webhook: str, are_so: Callable[[list[LetterRecord]], bool]) -> None:
    """Wait until the dead letters are as they should be."""
    kept = [await bench.journal.store.letters(webhook)]

    async def look() -> None:
        while True:
            kept[0] = await bench.journal.store.letters(webhook)
            await asyncio.sleep(0)

    looking = asyncio.create_task(look())
    await until(lambda: are_so(kept[0]))
    looking.cancel()


async def test_one_event_that_is_refused_is_set_aside_and_sent_again_when_somebody_says_so(bench: Bench) -> None:
    found = await bench.subscribe(types=["phone.dnd_changed"])
    store, id_ = bench.journal.store, found.record.id
    bench.receiver.answers.extend([400, 400, 400, 200, 422])
    await bench.report("dnd_on")
    await bench.report("dnd_off")
    for attempts in (1, 2):
        await until(partial(has_failed, found, attempts))
        bench.later(400)
    await bench.receiver.until(4)
    (letter,) = await store.letters(id_)
    assert (letter.message, letter.attempts, letter.problem) == (bench.receiver.ids[0], 3, "it answered 400")
    assert msgspec.json.decode(letter.body) == bench.receiver.received[0][1]
    await until(lambda: bench.counts == {"failed": 3, "set_aside": 1, "delivered": 1})

    assert await bench.deliveries.replay(id_, [letter.number]) == 1
    await bench.receiver.until(5)
    await until(lambda: bench.counts["failed"] == 4)
    await until_letters(bench, id_, lambda kept: [each.attempts for each in kept] == [4])
    (letter,) = await store.letters(id_)
    assert (letter.problem, letter.is_waiting) == ("it answered 422", False)

    assert await bench.deliveries.replay(id_, []) == 1
    await bench.receiver.until(6)
    await until_letters(bench, id_, lambda kept: kept == [])
    assert bench.receiver.ids[4:] == [letter.message, letter.message]
    assert bench.receiver.bad_signatures == 0


async def test_who_takes_a_dead_letter_is_well_again(bench: Bench) -> None:
    found = await bench.subscribe(types=["phone.dnd_changed"])
    id_ = found.record.id
    bench.receiver.answers.extend([400, 400, 400])
    await bench.report("dnd_on")
    for attempts in (1, 2):
        await until(partial(has_failed, found, attempts))
        bench.later(400)
    await until(lambda: bench.counts == {"failed": 3, "set_aside": 1})
    assert (found.progress.problem, found.progress.delivered) == ("it answered 400", None)
    assert await bench.deliveries.replay(id_, []) == 1
    await until_letters(bench, id_, lambda kept: kept == [])
    assert (found.progress.problem, found.progress.failing_since) == (None, None)
    assert found.progress.delivered is not None


async def test_after_five_days_it_is_switched_off_and_the_feed_says_so(bench: Bench) -> None:
    found = await bench.subscribe(name="CRM", types=["phone.dnd_changed"])
    bench.receiver.answers.extend([500, 500])
    await bench.report("dnd_on")
    await until(lambda: found.progress.attempts == 1)
    bench.later(6 * 24 * 3600)
    await until(lambda: not found.record.is_enabled)
    await until(lambda: bench.journal.seq == 3)
    (event,) = await bench.journal.events_after(2, 5)
    assert (event.type, event.detail["name"], event.detail["problem"]) == ("webhook.disabled", "CRM", "it answered 500")
    await bench.report("dnd_off")
    assert len(bench.receiver.received) == 2

    await bench.deliveries.subscriptions.change(found.record.id, WebhookChange(is_enabled=True))
    await bench.receiver.until(4)
    assert [event["detail"]["on"] for _, event in bench.receiver.received[2:]] == [True, False]


async def test_a_restart_goes_on_where_it_was(bench: Bench) -> None:
    store = MemoryStore()
    async with webhook_receiver() as receiver:
        async with a_bench(store, receiver) as first:
            found = await first.subscribe(types=["phone.dnd_changed"])
            await first.report("dnd_on")
            await receiver.until(1)
            await until(lambda: first.counts == {"delivered": 1})
            receiver.hold = asyncio.Event()
            await first.report("dnd_off")
            await receiver.until(2)  # arrived, and not answered when the console stops
        receiver.hold.set()
        receiver.hold = None
        async with a_bench(store, receiver) as second:
            await receiver.until(3)
            assert receiver.ids[1] == receiver.ids[2] != receiver.ids[0]
            await until(lambda: second.counts == {"delivered": 1})
            assert [each.record for each in second.deliveries.subscriptions.all()] == [found.record]
            assert receiver.bad_signatures == 0


async def test_events_that_are_gone_are_counted(bench: Bench) -> None:
    found = await bench.subscribe(is_enabled=False)
    for _ in range(3):
        await bench.report("dnd_on")
        await bench.report("dnd_off")
    kept = bench.journal.events_after

    async def pruned(seq: int, limit: int) -> list[object]:
        return [event for event in await kept(seq, limit) if event.seq > 4]

    bench.journal.events_after = pruned  # type: ignore[method-assign, assignment]
    await bench.deliveries.subscriptions.change(found.record.id, WebhookChange(is_enabled=True))
    await bench.receiver.until(bench.journal.seq - 4)
    assert found.progress.lost == 4


async def test_one_slow_receiver_holds_nobody_up(bench: Bench) -> None:
    async with webhook_receiver() as slow:
        slow.hold = asyncio.Event()
        await bench.subscribe(url=slow.url, types=["phone.dnd_changed"])
        await bench.subscribe(types=["phone.dnd_changed"])
        for event in ("dnd_on", "dnd_off", "dnd_on"):
            await bench.report(event)
        await bench.receiver.until(3)
        assert len(slow.received) <= 1


async def test_whoever_may_no_more_gets_no_more(bench: Bench) -> None:
    user = await bench.access.users.create(NewUser(name="anna", role=Role.ADMINISTRATOR))
    await bench.access.users.create(NewUser(name="zoe", role=Role.ADMINISTRATOR, password="four quiet words"))
    found = await bench.subscribe(owner=f"user:{user.id}", types=["phone.dnd_changed"])
    await bench.access.users.change(user.id, UserChange(role=Role.SUPERVISOR))
    await bench.report("dnd_on")
    await until(lambda: found.blocked)
    assert found.blocked is not None and "user:anna" in found.blocked
    assert bench.receiver.received == []
    await bench.access.users.change(user.id, UserChange(role=Role.ADMINISTRATOR))
    bench.deliveries.wake_all()
    await bench.receiver.until(1)
    assert found.blocked is None


async def test_a_token_without_phones_admin_hears_of_set_ups_only_that_they_happened(bench: Bench) -> None:
    await bench.access.create_token("few", {Scope.CONSOLE_ADMIN, Scope.EVENTS_READ})
    await bench.subscribe(owner="token:few", types=["phone.added"])
    await bench.report("dnd_on")
    ((_, event),) = await bench.receiver.until(1)
    assert event["phone"] == A
    assert "source" not in event and "detail" not in event


async def test_a_trial(bench: Bench) -> None:
    found = await bench.subscribe(is_enabled=False)
    attempt = await bench.deliveries.test(found.record.id)
    assert (attempt.status, attempt.problem) == (200, None)
    ((message, event),) = bench.receiver.received
    assert message == event["id"] and message.startswith("test_")
    assert (event["type"], event["detail"]) == ("webhook.tested", {"webhook": found.record.id})
    assert bench.journal.seq == 0
    for call in (bench.deliveries.test("no"), bench.deliveries.replay("no", [])):
        with pytest.raises(NotFound):
            await call


async def test_what_was_begun_before_a_change_counts_for_nothing(bench: Bench) -> None:
    found = await bench.subscribe(types=["phone.dnd_changed"])
    bench.receiver.hold = asyncio.Event()
    bench.receiver.answers.append(500)
    await bench.report("dnd_on")
    await bench.receiver.until(1)
    await bench.deliveries.subscriptions.change(found.record.id, WebhookChange(name="new"))
    bench.receiver.hold.set()
    await bench.receiver.until(2)
    await until(lambda: bench.counts == {"delivered": 1})


async def test_one_that_is_removed_gets_no_more(bench: Bench) -> None:
    found = await bench.subscribe()
    bench.receiver.hold = asyncio.Event()
    await bench.report("dnd_on")
    await bench.receiver.until(1)
    await bench.deliveries.subscriptions.remove(found.record.id)
    bench.receiver.hold.set()
    other = await bench.subscribe(types=["phone.dnd_changed"])
    await bench.report("dnd_off")
    await bench.receiver.until(2)
    assert bench.deliveries.subscriptions.all() == [other]
    assert bench.counts == {"delivered": 1} or bench.counts == {}


async def test_trouble_is_over_when_it_is_over(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_AFTER_TROUBLE_S", 0.0)
    monkeypatch.setattr(delivery, "_LOOK_AGAIN_S", 0.0)
    troubles: list[Exception] = [StoreError("the disk is full"), KeyError("a bug")]
    kept = bench.journal.events_after

    async def troubled(seq: int, limit: int) -> list[object]:
        if troubles:
            raise troubles.pop()
        return [*await kept(seq, limit)]

    bench.journal.events_after = troubled  # type: ignore[method-assign, assignment]
    await bench.subscribe(types=["phone.dnd_changed"])
    await bench.report("dnd_on")
    await bench.receiver.until(1)
    assert troubles == []


async def test_a_store_that_fails_at_the_end_is_no_trouble(bench: Bench) -> None:
    found = await bench.subscribe(types=["phone.dnd_changed"])
    await bench.report("dnd_on")
    await bench.receiver.until(1)
    await until(lambda: found.progress.seq == bench.journal.seq)

    async def fails(progress: object) -> None:
        raise StoreError("gone")

    bench.journal.store.save_progress = fails  # type: ignore[method-assign]
    await bench.deliveries.stop()
