import asyncio

import pytest

from offhook.console.bus.in_process import InProcessBus, InProcessSubscription
from offhook.console.bus.port import Interest, TooSlow, matching_types
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin

WITHIN_S = 10.0
ALL = matching_types(None)
CALLS = matching_types(["call."])


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
        bus.subscribe(Interest(ALL, ["a"])) as of_a,
        bus.subscribe(Interest(matching_types(["line.", "phone.started"]))) as by_type,
        bus.subscribe(Interest(CALLS, ["a", "b"])) as both,
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
    subscription = bus.subscribe(Interest(ALL, ["a"]))
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
        subscription.narrow(Interest(CALLS, ["b"]))
        await bus.publish([an_event(1, "a"), an_event(2, "b"), an_event(3, "b", EventType.LINE_REGISTERED)])
        assert await numbers(subscription) == [2]
        subscription.narrow()
        await bus.publish([an_event(4, "a")])
        assert await numbers(subscription) == [4]


async def test_closing_ends_every_subscription_after_what_waits() -> None:
    bus = InProcessBus()
    async with (
        bus.subscribe() as subscription,
        bus.subscribe(Interest(ALL, ["a"])) as of_a,
        bus.subscribe(Interest([])) as of_nothing,
    ):
        await bus.publish([an_event(1)])
        await bus.close()
        assert [batch async for batch in of_nothing] == []
        assert [batch[0].seq async for batch in subscription] == [1]
        assert [batch[0].seq async for batch in of_a] == [1]
    async with bus.subscribe() as late:
        assert [batch async for batch in late] == []


async def test_interests_add_up() -> None:
    bus = InProcessBus()
    presence = Interest(matching_types(["phone."]))
    own = Interest(CALLS, {"a", None})
    more = Interest(matching_types(["line."]), {"a"})
    async with bus.subscribe(presence, own, more, Interest(ALL, {"z"})) as subscription:
        await bus.publish(
            [
                an_event(1, "b", EventType.PHONE_STARTED),
                an_event(2, "b"),
                an_event(3, "a"),
                an_event(4, None),
                an_event(5, "a", EventType.LINE_REGISTERED),
                an_event(6, "z", EventType.PHONE_STARTED),
                an_event(7, None, EventType.LINE_REGISTERED),
            ]
        )
        assert await numbers(subscription) == [1, 3, 4, 5, 6]


async def test_it_knows_whether_anything_waits() -> None:
    bus = InProcessBus()
    async with bus.subscribe(max_waiting=1) as subscription:
        idle = [subscription.is_idle]
        await bus.publish([an_event(1)])
        idle.append(subscription.is_idle)
        await numbers(subscription)
        idle.append(subscription.is_idle)
        await bus.publish([an_event(2), an_event(3)])
        idle.append(subscription.is_idle)
        assert idle == [True, False, True, False]
        subscription.narrow()
        await bus.publish([an_event(4)])
        with pytest.raises(TooSlow):
            await anext(subscription)


async def test_the_cost_of_an_event_does_not_grow_with_those_it_does_not_interest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Counted: how often anybody's hash is taken while an event is published."""
    bus = InProcessBus()
    touched: list[InProcessSubscription] = []

    def counted(self: InProcessSubscription) -> int:
        touched.append(self)
        return id(self)

    async def cost_of_an_event() -> int:
        touched.clear()
        await bus.publish([an_event(1, "a")])
        return len(touched)

    async with bus.subscribe(Interest(ALL, ["a"])) as interested, bus.subscribe(Interest(CALLS)):
        monkeypatch.setattr(InProcessSubscription, "__hash__", counted)
        alone = await cost_of_an_event()
        for number in range(500):
            await bus.subscribe(Interest(ALL, [f"other-{number}"])).__aenter__()
            await bus.subscribe(Interest(matching_types(["line."]))).__aenter__()
        assert await cost_of_an_event() == alone > 0
        assert await numbers(interested) == [1, 1]


async def test_nothing_is_kept_of_who_has_gone() -> None:
    bus = InProcessBus()
    async with bus.subscribe(Interest(CALLS, ["a", "b"]), Interest(ALL)):
        pass
    assert vars(bus)["_by_phone"] == {}
    assert not any(vars(bus)["_by_type"].values())
