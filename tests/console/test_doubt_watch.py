"""The look for what may be wrong: marks it, survives a store that fails."""

import asyncio

from offhook.console.certainty import Patience
from offhook.console.doubt_watch import DoubtWatch
from offhook.console.store.memory import MemoryStore
from offhook.errors import StoreError
from tests.console.kit import Clock, a_journal, a_report
from tests.fakes.waiting import until

PATIENCE = Patience(ringing_s=10.0)


class _Failing(MemoryStore):
    """Fails as often as it is told to."""

    failures = 0

    async def commit(self, batch: object) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("the disk is full")
        await super().commit(batch)  # type: ignore[arg-type]


async def test_a_look_marks_what_time_made_doubtful_once() -> None:
    clock = Clock()
    async with a_journal(clock=clock) as journal:
        await journal.report(a_report("incoming", call_id="x@pbx"))
        watch = DoubtWatch(journal, PATIENCE)
        assert await watch.look() == 0
        clock.pass_(11)
        assert await watch.look() == 1
        assert await watch.look() == 0
        (call,) = journal.state.calls()
        assert call.connections[0].doubt == "silent"
        last = (await journal.events_after(0, 100))[-1]
        assert (last.type, last.origin) == ("call.certainty_changed", "inferred")


async def test_it_looks_again_after_a_failure() -> None:
    clock, store = Clock(), _Failing()
    async with a_journal(store, clock=clock) as journal:
        await journal.report(a_report("incoming", call_id="x@pbx"))
        clock.pass_(11)
        store.failures = 2
        watch = DoubtWatch(journal, PATIENCE, look_every_s=0.001)
        watch.start()
        await until(lambda: journal.state.calls()[0].connections[0].is_uncertain)
        assert store.failures == 0
        await watch.stop()
        await watch.stop()


async def test_a_bug_does_not_end_the_watch() -> None:
    clock = Clock()
    async with a_journal(clock=clock) as journal:
        await journal.report(a_report("incoming", call_id="x@pbx"))
        clock.pass_(11)
        asked = asyncio.Event()

        def broken_once() -> float:
            if not asked.is_set():
                asked.set()
                raise ZeroDivisionError
            return clock()

        journal.now = broken_once  # type: ignore[method-assign]
        watch = DoubtWatch(journal, PATIENCE, look_every_s=0.001)
        watch.start()
        await until(lambda: journal.state.calls()[0].connections[0].is_uncertain)
        assert asked.is_set()
        await watch.stop()
