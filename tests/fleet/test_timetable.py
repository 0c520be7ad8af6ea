import asyncio

import pytest

from offhook.fleet.timetable import AT_ONCE, Timetable
from tests.fakes.waiting import until
from tests.phone.bench import Clock


def test_things_are_done_in_their_order_when_they_are_due() -> None:
    clock = Clock()
    timetable = Timetable(clock)
    done: list[str] = []
    timetable.after(2.0, done.append, "later")
    timetable.after(1.0, done.append, "first")
    timetable.after(1.0, done.append, "second")
    assert timetable.work_off() == 0
    clock.seconds += 1.0
    assert timetable.work_off() == 2
    assert done == ["first", "second"] and len(timetable) == 1


def test_no_more_than_so_many_at_once() -> None:
    timetable = Timetable(Clock())
    for _ in range(AT_ONCE + 1):
        timetable.after(0.0, lambda: None)
    assert timetable.work_off() == AT_ONCE
    assert timetable.work_off() == 1


async def test_it_works_by_itself_and_an_entry_that_fails_holds_nobody_up(caplog: pytest.LogCaptureFixture) -> None:
    timetable = Timetable(asyncio.get_running_loop().time)
    done: list[str] = []
    failed: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failed.append(context))
    timetable.after(0.01, done.append, "before the start")
    timetable.start()
    timetable.after(0.002, done.remove, "what is not there")
    timetable.after(0.001, done.append, "sooner")
    await until(lambda: len(done) == 2)
    assert done == ["sooner", "before the start"]
    assert isinstance(failed[0]["exception"], ValueError)
    timetable.after(0.0, done.append, "never")
    timetable.stop()
    await asyncio.sleep(0)
    assert len(done) == 2 and not len(timetable)
