"""From a phone's request on the wire to the operator's WebSocket: 1,000 reports a second, open loop, 200 operators.

Twenty groups of ten operators; each group follows 100 phones, so each event goes to ten operators. Reports leave when
their time has come, whether or not those before were answered, each on a connection of its own.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.console import Console, console
from bench.cores import LOAD, here_on
from bench.effort import Effort
from bench.feed_clients import followers, mac, one_report
from bench.row import Row, Target, compare
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["feed_latency"]

_P50, _P99 = "report to operator's WebSocket, median", "report to operator's WebSocket, 99 of 100"
_PER_SECOND = 1_000
_GROUPS, _OPERATORS, _PHONES = 20, 10, 100


async def feed_latency(effort: Effort) -> list[Row]:
    """Measure some rounds; beside it how long the phone waits for its 200."""
    raise_open_files_limit()
    rounds: list[tuple[float, float, float, float]] = []
    with here_on(LOAD), tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        async with console(Path(folder) / "data") as served:
            sent: dict[str, float] = {}
            delays: list[float] = []

            def heard(frame: str) -> None:
                now = time.perf_counter()
                at = frame.find('"phone":"') + 9
                delays.append(now - sent[frame[at : at + 12]])

            groups = [[mac(group * _PHONES + phone) for phone in range(_PHONES)] for group in range(_GROUPS)]
            async with followers(served, [phones for phones in groups for _ in range(_OPERATORS)], heard):
                await _offer(served, 1, sent)
                for _ in range(effort.rounds):
                    delays.clear()
                    answers = await _offer(served, effort.seconds, sent)
                    rounds.append((*_middle_and_tail(delays), *_middle_and_tail(answers)))
                    times = [f"{each:.2f}" for each in rounds[-1]]
                    sys.stderr.write(f"  p50, p99 in ms: {times[0]}, {times[1]}; answered: {times[2]}, {times[3]}\n")
    how = "make bench ARGS='--only feed-latency': 1,000 reports/s, 200 operators in 20 groups"
    p50, p99, answered_p50, answered_p99 = (list(column) for column in zip(*rounds, strict=True))
    beside = "the phone's own wait for its 200"
    return [
        compare(_P50, "ms", p50, beside, answered_p50, target=Target(3.0, is_ratio=False), how=how),
        compare(_P99, "ms", p99, beside, answered_p99, target=Target(10.0, is_ratio=False), how=how),
    ]


async def _offer(served: Console, seconds: int, sent: dict[str, float]) -> list[float]:
    """Offer the load; gives how long each answer took."""
    answers: list[float] = []
    state: dict[str, bool] = {}

    async def one(number: int) -> None:
        phone = mac(number % (_GROUPS * _PHONES))
        state[phone] = not state.get(phone, False)
        word = "dnd_on" if state[phone] else "dnd_off"
        answers.append(await one_report(served, phone, word, lambda: sent.update({phone: time.perf_counter()})))

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for number in range(seconds * _PER_SECOND):
            wait_s = began + number / _PER_SECOND - time.perf_counter()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            tasks.create_task(one(number))
    await asyncio.sleep(0.2)  # what is still under way to the operators
    return answers


def _middle_and_tail(seconds: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
