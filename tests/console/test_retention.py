"""What is kept for how long, and that a store's file stops growing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from offhook.console.journal import Journal
from offhook.console.retention import RetentionWatch, what_to_keep
from offhook.console.settings import Retention
from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Keep, Pruned
from offhook.console.store.sql import SqlStore
from offhook.console.store.sqlite_engine import DATABASE_FILE
from offhook.errors import StoreError
from tests.console.kit import START, WITHIN_S, Clock, a_journal, a_report

SMALL = Retention(events=1_000, events_hours=1.0)


def test_times_are_worked_out() -> None:
    keep = what_to_keep(Retention(events=5_000, events_hours=2.0, calls_days=3.0, commands_days=4.0), 1e9)
    assert keep == Keep(after=1e9 - 7200, newest=5_000, calls_after=1e9 - 3 * 86400, commands_after=1e9 - 4 * 86400)


def test_for_ever_is_possible() -> None:
    assert what_to_keep(Retention(events_hours=float("inf"), calls_days=1e9), START).after == 0.0


async def test_what_is_old_and_too_much_goes_and_the_rest_stays_in_order() -> None:
    clock = Clock()
    async with a_journal(clock=clock, max_waiting=5_000) as journal:
        await report(journal, 1_500)
        watch = RetentionWatch(journal, SMALL, rows_at_once=100, pause_s=0.0)
        await watch.tidy()
        assert journal.oldest == 1, "an hour has not passed"
        clock.pass_(3_700.0)
        await watch.tidy()
        assert journal.oldest == journal.seq - 1_000 + 1
        kept = await journal.events_after(0, 5_000)
        assert [event.seq for event in kept] == list(range(journal.oldest, journal.seq + 1))


async def test_the_oldest_position_is_known_after_a_restart(tmp_path: Path) -> None:
    clock = Clock()
    async with a_journal(SqlStore(tmp_path), clock=clock, max_waiting=5_000) as journal:
        for _ in range(12):
            await report(journal, 100)
        clock.pass_(3_700.0)
        await RetentionWatch(journal, SMALL, pause_s=0.0).tidy()
        oldest = journal.oldest
        assert oldest > 1
    async with a_journal(SqlStore(tmp_path), clock=clock) as journal:
        assert journal.oldest == oldest


async def test_the_file_stops_growing_when_as_much_goes_as_comes(tmp_path: Path) -> None:
    clock = Clock()
    sizes = []
    async with a_journal(SqlStore(tmp_path), clock=clock, max_waiting=5_000) as journal:
        watch = RetentionWatch(journal, SMALL, rows_at_once=500, pause_s=0.0)
        for _ in range(5):
            await report(journal, 1_000)
            clock.pass_(3_700.0)
            await watch.tidy()
            sizes.append(await pages(tmp_path))
    assert sizes[-1] <= sizes[1] * 1.1, sizes


async def test_it_goes_on_after_a_store_that_failed() -> None:
    class Failing(MemoryStore):
        def __init__(self) -> None:
            super().__init__()
            self.failures: list[Exception] = [ZeroDivisionError(), StoreError("disk full")]
            self.is_pruned = asyncio.Event()

        async def prune(self, keep: Keep, limit: int) -> Pruned:
            if self.failures:
                raise self.failures.pop()
            self.is_pruned.set()
            return await super().prune(keep, limit)

    store = Failing()
    async with a_journal(store) as journal:
        watch = RetentionWatch(journal, SMALL, look_every_s=0.001)
        watch.start()
        await asyncio.wait_for(store.is_pruned.wait(), WITHIN_S)
        await watch.stop()
        await watch.stop()


async def report(journal: Journal, count: int) -> None:
    await asyncio.gather(*(journal.submit(a_report("dnd_off" if number % 2 else "dnd_on")) for number in range(count)))


async def pages(folder: Path) -> int:
    with closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        return int(connection.execute("PRAGMA page_count").fetchone()[0])
