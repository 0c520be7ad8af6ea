import asyncio

import pytest

from offhook.console.bus.in_process import InProcessBus, InProcessSubscription
from offhook.console.bus.port import TooSlow
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin

WITHIN_S = 10.0


def an_event(seq: int, phone: str | None = "a", type_: EventType = EventType.CALL_HELD) -> Envelope:
    return Envelope(
        id=f"e-{seq}",
        seq=seq,
        epoch="e",
        type=type_,
        time="t",
        received="t",
        origin=Origin.REPORTED,
        phone=phone,
    )


async def numbers(subscription: InProcessSubscription) -> list[int]:
    return [envelope.seq for envelope in await asyncio.wait_for(anext(subscription), WITHIN_S)]


async def test_everybody_gets_what_interests_them_in_order() -> None:
    bus = InProcessBus()
    async with (
        bus.subscribe() as everything,
        bus.subscribe(phones=["a"]) as of_a,
        bus.subscribe(types=["line.", "phone.started"]) as by_type,
        bus.subscribe(phones=["a", "b"], types=["call."]) as both,
    ):
        await bus.publish(
            [
                an_event(1, "a"),
                an_event(2, "b", EventType.LINE_REGISTERED),
                an_event(3, "b", EventType.CALL_HELD),
                an_event(4, None, EventType.PHONE_STARTED),
            ]
        )
        assert await numbers(everything) == [1, 2, 3, 4]
        assert await numbers(of_a) == [1]
        assert await numbers(by_type) == [2, 4]
        assert await numbers(both) == [1, 3]


async def test_what_waits_is_given_at_once() -> None:
    bus = InProcessBus()
    async with bus.subscribe() as subscription:
        await bus.publish([an_event(1)])
        await bus.publish([an_event(2)])
        assert await numbers(subscription) == [1, 2]
        waiting = asyncio.ensure_future(anext(subscription))
        await bus.publish([an_event(3)])
        assert [envelope.seq for envelope in await asyncio.wait_for(waiting, WITHIN_S)] == [3]


async def test_nothing_is_queued_before_entering_or_after_leaving() -> None:
    bus = InProcessBus()
    subscription = bus.subscribe(phones=["a"])
    await bus.publish([an_event(1)])
    async with subscription:
        await bus.publish([an_event(2)])
        assert await numbers(subscription) == [2]
    await bus.publish([an_event(3)])
    with pytest.raises(StopAsyncIteration):
        await anext(subscription)


async def test_who_does_not_keep_up_is_told_and_slows_nobody() -> None:
    bus = InProcessBus()
    async with bus.subscribe(max_waiting=2) as slow, bus.subscribe() as quick:
        await bus.publish([an_event(1), an_event(2)])
        await bus.publish([an_event(3)])
        with pytest.raises(TooSlow):
            await anext(slow)
        await bus.publish([an_event(4)])
        with pytest.raises(TooSlow):
            await anext(slow)
        assert await numbers(quick) == [1, 2, 3, 4]


async def test_the_filter_can_be_narrowed_and_widened() -> None:
    bus = InProcessBus()
    async with bus.subscribe() as subscription:
        subscription.narrow(phones=["b"], types=["call."])
        await bus.publish([an_event(1, "a"), an_event(2, "b"), an_event(3, "b", EventType.LINE_REGISTERED)])
        assert await numbers(subscription) == [2]
        subscription.narrow()
        await bus.publish([an_event(4, "a")])
        assert await numbers(subscription) == [4]


async def test_closing_ends_every_subscription_after_what_waits() -> None:
    bus = InProcessBus()
    async with bus.subscribe() as subscription, bus.subscribe(phones=["a"]) as of_a:
        await bus.publish([an_event(1)])
        await bus.close()
        assert [batch[0].seq async for batch in subscription] == [1]
        assert [batch[0].seq async for batch in of_a] == [1]
    async with bus.subscribe() as late:
        assert [batch async for batch in late] == []


async def test_the_cost_of_an_event_does_not_grow_with_those_it_does_not_interest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bus = InProcessBus()
    asked: list[str] = []
    wants = InProcessSubscription.wants

    def counted(self: InProcessSubscription, envelope: Envelope) -> bool:
        asked.append(envelope.id)
        return wants(self, envelope)

    monkeypatch.setattr(InProcessSubscription, "wants", counted)
    async with bus.subscribe(phones=["a"]) as interested:
        for number in range(500):
            await bus.subscribe(phones=[f"other-{number}"]).__aenter__()
        await bus.publish([an_event(1, "a")])
        assert await numbers(interested) == [1]
    assert len(asked) == 1
