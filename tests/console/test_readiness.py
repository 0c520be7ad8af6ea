"""Ready is who takes reports and stores them."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from offhook.console.phone_listener import PhoneListener
from offhook.console.readiness import Readiness
from offhook.console.store.memory import MemoryStore
from offhook.errors import StoreError
from tests.console.kit import Clock, a_journal


def a_listener(*, is_accepting: bool = True) -> PhoneListener:
    return cast(PhoneListener, SimpleNamespace(is_accepting=is_accepting))


async def test_all_is_well() -> None:
    async with a_journal() as journal:
        assert await Readiness(journal, a_listener()).problems() == []


async def test_nobody_can_report() -> None:
    async with a_journal(max_waiting=0) as journal:
        found = await Readiness(journal, a_listener(is_accepting=False)).problems()
    assert found == [
        "the listener for phones does not accept connections",
        "more reports wait to be stored than can be kept",
    ]


async def test_a_store_that_does_not_work_is_noticed_within_a_second_and_so_is_its_recovery() -> None:
    store, clock = MemoryStore(), Clock()
    commit: Any = store.commit

    async def fails(batch: object) -> None:
        raise StoreError("the disk is full")

    async with a_journal(store) as journal:
        ready = Readiness(journal, a_listener(), now=clock)
        assert await ready.problems() == []
        store.commit = fails  # type: ignore[method-assign]
        assert await ready.problems() == []
        clock.pass_(1.0)
        assert await ready.problems() == ["the store does not work: the disk is full"]
        store.commit = commit  # type: ignore[method-assign]
        clock.pass_(1.0)
        assert await ready.problems() == []


async def test_a_store_that_hangs() -> None:
    store = MemoryStore()
    commit: Any = store.commit

    async def hangs(batch: object) -> None:
        await asyncio.Event().wait()

    async with a_journal(store) as journal:
        store.commit = hangs  # type: ignore[method-assign]
        found = await Readiness(journal, a_listener(), patience_s=0.01).problems()
        store.commit = commit  # type: ignore[method-assign]
    assert found == ["the store did not take a transaction within 0.01 s"]
