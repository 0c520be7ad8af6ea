"""The fleet: memory of a virtual phone, and reports it can offer beside those that the console takes.

Memory is what 10,000 phones that call take more than 100 do, by phone. What it offers is measured against nginx, which
answers at once, and beside it the console under the intake's load, in turn.
"""

import asyncio
import contextlib
import sys
import tempfile
from pathlib import Path

import msgspec

from bench.children import BenchError
from bench.console import console
from bench.cores import LOAD, on
from bench.effort import Effort
from bench.fleet_run import FleetCost
from bench.load import offer
from bench.row import Row, Target, compare
from bench.servers import nginx

__all__ = ["fleet_cost"]

_MEMORY = "fleet: memory of a virtual phone"
_OFFER = "fleet: reports it offers"
_HOW = "make bench ARGS='--only fleet': bench/fleet_run.py against nginx"

_MANY, _FEW = 10_000, 100
_CALLS_PER_S = 1_500.0
"""More than it can carry."""
_FEW_CALLS_PER_S = 15.0


async def fleet_cost(effort: Effort) -> list[Row]:
    """Measure fleets and the console in turn, round by round."""
    each_kib: list[float] = []
    few_kib: list[float] = []
    offered: list[float] = []
    taken: list[float] = []
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        (folder / "nginx").mkdir()
        floor = await stack.enter_async_context(nginx(folder / "nginx"))
        served = await stack.enter_async_context(console(folder / "data"))
        position = 0
        for _ in range(effort.rounds):
            many = await _fleet(_MANY, _CALLS_PER_S, effort.seconds * 2, floor.url)
            few = await _fleet(_FEW, _FEW_CALLS_PER_S, effort.seconds, floor.url)
            load = await offer(served.listener_url, first=position, phones=_MANY, seconds=effort.seconds)
            position = load.issued
            each_kib.append((many.resident_mb - few.resident_mb) * 1024 / (_MANY - _FEW))
            few_kib.append(few.resident_mb * 1024)
            offered.append(many.answered_per_s)
            taken.append(load.per_second)
            sys.stderr.write(
                f"  {each_kib[-1]:.1f} KiB a phone, {offered[-1]:,.0f} reports/s offered, {taken[-1]:,.0f} taken\n"
            )
    return [
        compare(
            _MEMORY,
            "KiB",
            each_kib,
            f"the whole program with {_FEW} phones",
            few_kib,
            target=Target(12.0, is_ratio=False),
            how=_HOW,
        ),
        compare(
            _OFFER,
            "reports/s",
            offered,
            "what the console takes",
            taken,
            target=Target(2.0, is_least=True),
            how=_HOW,
        ),
    ]


async def _fleet(phones: int, calls_per_s: float, seconds: int, url: str) -> FleetCost:
    command = [sys.executable, "-m", "bench.fleet_run", str(phones), str(calls_per_s), str(seconds), url]
    root = Path(__file__).parents[1]
    started = await asyncio.create_subprocess_exec(*on(LOAD, command), cwd=root, stdout=asyncio.subprocess.PIPE)
    async with asyncio.timeout(seconds + 120):
        output, _ = await started.communicate()
    try:
        cost = msgspec.json.decode(output, type=FleetCost)
    except msgspec.DecodeError as error:
        raise BenchError(f"the fleet ended with {started.returncode} and without figures") from error
    if cost.lost or not cost.answered_per_s:
        raise BenchError(f"{cost.lost} reports were lost, {cost.answered_per_s:.0f}/s answered")
    return cost
