"""What the virtual engine promises beyond the contract: no loop needed, nothing left behind."""

import asyncio
import gc
import tracemalloc
from typing import Any

import pytest

from offhook.phone.engine.port import (
    AccountAccepted,
    AccountSettings,
    CallEnded,
    EngineFact,
    IncomingCall,
)
from offhook.phone.engine.virtual import FACTS_PER_TURN, VirtualEngine, VirtualExchange


def account(user: str) -> AccountSettings:
    return AccountSettings(user, user, "127.0.0.1")


def exchange_with(*users: str, ring_timeout_s: float = 60.0) -> VirtualExchange:
    exchange = VirtualExchange(ring_timeout_s=ring_timeout_s)
    for user in users:
        exchange.add_subscriber(user)
    return exchange


def test_without_a_loop_facts_wait_for_run() -> None:
    exchange = exchange_with("1")
    facts: list[EngineFact] = []
    engine = exchange.engine_for()
    engine.connect(facts.append)
    engine.register(account("1"))
    assert facts == []
    assert exchange.run() == 1
    assert facts == [AccountAccepted("1")]


def test_an_edit_of_the_user_frees_the_number_before() -> None:
    exchange = exchange_with("1", "2")
    engine, caller = exchange.engine_for(), exchange.engine_for()
    facts: list[EngineFact] = []
    caller.connect(facts.append)
    engine.register(AccountSettings("a", "1", "127.0.0.1"))
    engine.register(AccountSettings("a", "2", "127.0.0.1"))
    exchange.add_subscriber("3")
    caller.register(account("3"))
    caller.place("3", "1")
    exchange.run()
    assert [fact.status for fact in facts if isinstance(fact, CallEnded)] == [480]


def test_only_two_or_more_calls_are_mixed() -> None:
    exchange = exchange_with("1", "2")
    engine = exchange.engine_for()
    engine.connect(lambda fact: None)
    engine.register(account("1"))
    exchange.engine_for().register(account("2"))
    first = engine.place("1", "2")
    second = engine.place("1", "2")
    engine.join([first, second])
    assert engine.joined == (first, second)
    engine.join([first])
    assert not engine.joined


async def test_ringing_ends_by_itself_on_a_loop() -> None:
    exchange = exchange_with("1", "2", ring_timeout_s=0.01)
    caller, callee = exchange.engine_for(), exchange.engine_for()
    ended: asyncio.Future[CallEnded] = asyncio.get_running_loop().create_future()

    def on_fact(fact: EngineFact) -> None:
        if isinstance(fact, CallEnded):
            ended.set_result(fact)

    await caller.start(on_fact)
    await callee.start(lambda fact: None)
    caller.register(account("1"))
    callee.register(account("2"))
    caller.place("1", "2")
    async with asyncio.timeout(5):
        assert (await ended).status == 480
    await caller.stop()
    await callee.stop()


async def test_a_phone_that_raises_takes_no_fact_from_others() -> None:
    exchange = exchange_with("1", "2")
    loop = asyncio.get_running_loop()
    raised: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: raised.append(context))
    registered = asyncio.Event()
    bad, good = exchange.engine_for(), exchange.engine_for()

    def fail(fact: EngineFact) -> None:
        raise RuntimeError("a phone with a bug")

    await bad.start(fail)
    await good.start(lambda fact: registered.set())
    bad.register(account("1"))
    good.register(account("2"))
    async with asyncio.timeout(5):
        await registered.wait()
    assert [str(context["exception"]) for context in raised] == ["a phone with a bug"]
    await bad.stop()
    await good.stop()


async def test_a_storm_of_facts_lets_the_loop_breathe() -> None:
    exchange = exchange_with("1")
    engine = exchange.engine_for()
    facts: list[EngineFact] = []
    done = asyncio.Event()
    count = FACTS_PER_TURN * 3

    def on_fact(fact: EngineFact) -> None:
        facts.append(fact)
        if len(facts) == count:
            done.set()

    await engine.start(on_fact)
    for _ in range(count):
        engine.register(account("1"))
    seen: list[int] = []
    while not done.is_set():
        await asyncio.sleep(0)
        seen.append(len(facts))
    assert max(after - before for before, after in zip([0, *seen], seen, strict=False)) <= FACTS_PER_TURN
    await engine.stop()


async def test_after_the_last_stop_nothing_is_left_on_the_loop() -> None:
    exchange = exchange_with("1", "2")
    caller, callee = exchange.engine_for(), exchange.engine_for()
    facts: list[EngineFact] = []
    await caller.start(facts.append)
    await callee.start(facts.append)
    caller.register(account("1"))
    callee.register(account("2"))
    caller.place("1", "2")
    await caller.stop()
    await callee.stop()
    facts.clear()
    for _ in range(3):
        await asyncio.sleep(0)
    assert facts == []
    assert exchange.next_deadline() is None


async def test_an_engine_can_be_started_again() -> None:
    exchange = exchange_with("1")
    engine = exchange.engine_for()
    registered = asyncio.Event()
    await engine.start(lambda fact: None)
    await engine.stop()
    await engine.start(lambda fact: registered.set())
    await engine.start(lambda fact: registered.set())
    engine.register(account("1"))
    async with asyncio.timeout(5):
        await registered.wait()
    await engine.stop()


def test_an_exchange_outlives_the_loop_of_its_engines() -> None:
    exchange = exchange_with("1")
    engine = exchange.engine_for()

    async def register_once() -> None:
        registered = asyncio.Event()
        await engine.start(lambda fact: registered.set())
        engine.register(account("1"))
        async with asyncio.timeout(5):
            await registered.wait()

    asyncio.run(register_once())
    asyncio.run(engine.stop())
    asyncio.run(register_once())
    asyncio.run(engine.stop())


def ring_and_hang_up(exchange: VirtualExchange, caller: VirtualEngine, callee: VirtualEngine) -> None:
    call = caller.place("1", "2")
    exchange.run()
    caller.hang_up(call)
    exchange.run()
    exchange.next_deadline()


def test_calls_leave_nothing_behind() -> None:
    exchange = exchange_with("1", "2")
    caller, callee = exchange.engine_for(), exchange.engine_for()
    offered: list[EngineFact] = []
    caller.connect(lambda fact: None)
    callee.connect(lambda fact: offered.append(fact) if isinstance(fact, IncomingCall) else None)
    caller.register(account("1"))
    callee.register(account("2"))
    exchange.run()
    ring_and_hang_up(exchange, caller, callee)
    assert len(offered) == 1
    callee.connect(lambda fact: None)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for _ in range(2000):
        ring_and_hang_up(exchange, caller, callee)
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert caller.legs == callee.legs == {}
    assert after - before < 20_000


@pytest.mark.parametrize("phones", [500])
def test_an_engine_is_small(phones: int) -> None:
    exchange = exchange_with(*(str(number) for number in range(phones)))
    tracemalloc.start()
    engines = [exchange.engine_for() for _ in range(phones)]
    for number, engine in enumerate(engines):
        engine.connect(lambda fact: None)
        engine.register(account(str(number)))
    exchange.run()
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert used / phones < 2048
