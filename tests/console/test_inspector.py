"""The events of a request are found, wherever in the journal they are."""

import random

import pytest

from offhook.console.inspector import events_of, inspect
from offhook.console.records import ActionRecord, Batch
from offhook.console.store.memory import MemoryStore
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin

A, B = "0000000000a1", "0000000000b2"
TIME = "2026-01-05T09:12:03.418Z"


def event(seq: int, action: int | None) -> Envelope:
    source = None
    if action is not None:
        source = Source(action=action, dialect="base", event="hold", vars={}, request="/hold")
    return Envelope(
        id=f"e-{seq}",
        seq=seq,
        epoch="e",
        type=EventType.CALL_HELD,
        time=TIME,
        received=TIME,
        origin=Origin.REPORTED,
        source=source,
    )


async def a_store(causes: list[int | None], first: int = 1) -> MemoryStore:
    """One event for each entry: the number of its request, or None for an event without one."""
    store = MemoryStore()
    await store.open(epoch="e", ended_after=0.0)
    numbers = sorted({cause for cause in causes if cause is not None})
    await store.commit(
        Batch(
            actions=[
                ActionRecord(number, TIME, A if number % 2 else B, "10.0.0.1", "hold", b"/hold.xml?remote=a%20b&x=1")
                for number in numbers
            ],
            envelopes=[event(seq, cause) for seq, cause in enumerate(causes, first)],
        )
    )
    return store


@pytest.mark.parametrize("seed", range(12))
async def test_every_request_finds_its_own_events(seed: int) -> None:
    chance = random.Random(seed)
    causes: list[int | None] = []
    for action in range(1, 60):
        causes += [None] * chance.choice([0, 0, 0, 1, 40])
        causes += [action] * chance.choice([0, 1, 1, 2, 5, 20])
    store = await a_store(causes)
    for action in range(1, 60):
        found = await events_of(store, action, len(causes))
        assert [each.seq for each in found] == [seq for seq, cause in enumerate(causes, 1) if cause == action]


async def test_events_that_were_thrown_away_are_missing_and_nothing_else() -> None:
    store = await a_store([8, 8, None, 9], first=501)
    assert await events_of(store, 3, 504) == []
    assert [each.seq for each in await events_of(store, 8, 504)] == [501, 502]
    assert [each.seq for each in await events_of(store, 9, 504)] == [504]
    assert await events_of(await a_store([]), 1, 0) == []


async def test_requests_are_shown_newest_first_with_what_they_led_to() -> None:
    store = await a_store([1, 2, 2, None, 3])
    shown = await inspect(store, 5, phone=None, before=None, limit=10)
    assert [(each.number, [one.seq for one in each.events]) for each in shown] == [(3, [5]), (2, [2, 3]), (1, [1])]
    assert shown[0].vars == {"remote": "a b", "x": "1"}
    assert (shown[0].request, shown[0].source_address) == ("/hold.xml?remote=a%20b&x=1", "10.0.0.1")
    assert [each.number for each in await inspect(store, 5, phone=A, before=3, limit=10)] == [1]
    assert [each.number for each in await inspect(store, 5, phone=None, before=3, limit=1)] == [2]
