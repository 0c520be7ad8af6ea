import asyncio
import threading
from functools import partial

import pytest

from offhook.console.store.worker import Worker
from offhook.errors import StoreError

WITHIN_S = 10


async def test_work_is_done_in_order_on_one_thread_of_its_own() -> None:
    worker = Worker("store-test")
    done: list[int] = []

    def work(number: int) -> str:
        done.append(number)
        return threading.current_thread().name

    names = await asyncio.gather(*(worker.run(partial(work, number)) for number in range(20)))
    assert done == list(range(20))
    assert set(names) == {"store-test"}
    worker.close()


async def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    worker = Worker("store-test")
    with pytest.raises(ZeroDivisionError):
        await worker.run(lambda: 1 / 0)
    assert await worker.run(lambda: "goes on") == "goes on"
    worker.close()


async def test_nobody_waits_any_more() -> None:
    worker = Worker("store-test")
    may_go_on = threading.Event()
    waiting = worker.run(may_go_on.wait)
    failing = worker.run(lambda: 1 / 0)
    waiting.cancel()
    failing.cancel()
    may_go_on.set()
    assert await asyncio.wait_for(worker.run(lambda: 1), WITHIN_S) == 1
    worker.close()


async def test_a_closed_one_takes_nothing() -> None:
    worker = Worker("store-test")
    assert await worker.run(lambda: 1) == 1
    worker.close()
    worker.close()
    with pytest.raises(StoreError, match="closed"):
        worker.run(lambda: 1)
