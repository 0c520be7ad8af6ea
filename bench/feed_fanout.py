"""What one event costs the console with 2,500 operators connected, 5 of them interested, beside 25 connected.

Two consoles, one with many operators and one with few, who stay connected throughout, take the reports in turn, a few
hundred at a time: what else the machine does weighs on both, and connecting, which is another matter, on neither. What
it costs to keep 2,500 connections is in the figure: each is pinged three times a minute.
"""

import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench.console import Console, console
from bench.cores import LOAD, here_on
from bench.effort import Effort
from bench.feed_clients import followers, mac, reports_in_turn
from bench.proc import cpu_s
from bench.row import Row, Target, compare
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["feed_fanout"]

_NAME = "one event to 2,500 operators, 5 of them interested"
_MANY, _FEW, _INTERESTED = 2_500, 25, 5
_AT_ONCE = 400
"""Events for one console before it is the other's turn."""
_TURNS_PER_SECOND_OF_EFFORT = 2


async def feed_fanout(effort: Effort) -> list[Row]:
    """Measure both in turn."""
    raise_open_files_limit()
    many: list[float] = []
    few: list[float] = []
    turns = effort.seconds * _TURNS_PER_SECOND_OF_EFFORT
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(here_on(LOAD))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        crowded = await stack.enter_async_context(_followed_by(folder / "crowded", _MANY))
        quiet = await stack.enter_async_context(_followed_by(folder / "quiet", _FEW))
        await _costs_us((crowded, quiet), turns)  # until both have everything they will need
        for _ in range(effort.rounds):
            for costs, cost in zip((many, few), await _costs_us((crowded, quiet), turns), strict=True):
                costs.append(cost)
            sys.stderr.write(f"  {_FEW}: {few[-1]:.0f} µs, {_MANY}: {many[-1]:.0f} µs of processor time\n")
    how = "make bench ARGS='--only feed-fanout': processor time of the console for each report, which makes one event"
    return [compare(_NAME, "µs", many, f"the same with {_FEW} operators", few, target=Target(1.1), how=how)]


@contextlib.asynccontextmanager
async def _followed_by(data: Path, connected: int) -> AsyncIterator[Console]:
    phones = [[mac(0)]] * _INTERESTED + [[mac(number)] for number in range(1, connected - _INTERESTED + 1)]
    async with console(data) as served, followers(served, phones, lambda _: None):
        yield served


async def _costs_us(consoles: tuple[Console, Console], turns: int) -> list[float]:
    """Take the processor time of each console for an event."""
    used_s = [0.0, 0.0]
    for _ in range(turns):
        for which, served in enumerate(consoles):
            before = cpu_s(served.pids)
            await reports_in_turn(served, mac(0), _AT_ONCE)
            used_s[which] += cpu_s(served.pids) - before
    return [each / (turns * _AT_ONCE) * 1e6 for each in used_s]
