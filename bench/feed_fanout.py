"""What one event costs the console with 2,500 operators connected, 5 of them interested, beside 25 connected."""

import sys
import tempfile
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
_EVENTS_PER_SECOND_OF_EFFORT = 1_000


async def feed_fanout(effort: Effort) -> list[Row]:
    """Measure both in turn on one console."""
    raise_open_files_limit()
    many, few = [], []
    with here_on(LOAD), tempfile.TemporaryDirectory(prefix="offhook-bench-") as folder:
        async with console(Path(folder) / "data") as served:
            count = effort.seconds * _EVENTS_PER_SECOND_OF_EFFORT
            await reports_in_turn(served, mac(0), count)
            for _ in range(effort.rounds):
                few.append(await _cost_us(served, _FEW, count))
                many.append(await _cost_us(served, _MANY, count))
                sys.stderr.write(f"  {_FEW}: {few[-1]:.0f} µs, {_MANY}: {many[-1]:.0f} µs of processor time\n")
    how = "make bench ARGS='--only feed-fanout': processor time of the console for each report, which makes one event"
    return [compare(_NAME, "µs", many, f"the same with {_FEW} operators", few, target=Target(1.1), how=how)]


async def _cost_us(served: Console, connected: int, count: int) -> float:
    """Take the console's processor time for each of some events."""
    phones = [[mac(0)]] * _INTERESTED + [[mac(number)] for number in range(1, connected - _INTERESTED + 1)]
    async with followers(served, phones, lambda _: None):
        before = cpu_s(served.pids)
        await reports_in_turn(served, mac(0), count)
        return (cpu_s(served.pids) - before) / count * 1e6
