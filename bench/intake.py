"""Durable intake: reports a second beside three others, and what a report costs with many phones and with few.

Everybody serves on one core and takes turns, round by round; the load comes from another. Answers that are not 200 end
the measurement, and so does a report that was answered and is not in the database.
"""

import asyncio
import contextlib
import hashlib
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from bench.children import BenchError
from bench.console import Console, console
from bench.disk import at_rest
from bench.effort import Effort
from bench.load import CONNECTIONS, Load, offer, ramp
from bench.proc import cpu_s
from bench.row import Row, Target, compare
from bench.servers import fastapi, nginx, red
from bench.stored import stored_requests

__all__ = ["durable_intake"]

_BESIDE_NGINX = "durable intake, beside nginx"
_BESIDE_RED = "durable intake, beside Node-RED"
_BESIDE_FASTAPI = "durable intake, beside FastAPI"
_COST = "processor time of a report, beside nginx"
_MANY_PHONES = "processor time of a report at 10,000 phones"

_MANY, _FEW = 10_000, 100
_RAMP_S = 2


@dataclass(slots=True)
class _Contender:
    """One who takes reports, and how it did."""

    name: str
    url: str
    pids: list[int]
    phones: int = _MANY
    position: int = 0
    """Number of the report to go on with."""
    answered: int = 0
    rates: list[float] = field(default_factory=list)
    costs_us: list[float] = field(default_factory=list)

    async def ramp_up(self) -> None:
        """Bring every phone somewhere into a call."""
        while self.position < ramp(self.phones):
            self._note(await offer(self.url, first=self.position, phones=self.phones, seconds=_RAMP_S))

    async def take_turn(self, seconds: int) -> None:
        """Serve for one round."""
        before_s = cpu_s(self.pids)
        load = await offer(self.url, first=self.position, phones=self.phones, seconds=seconds)
        cost_us = (cpu_s(self.pids) - before_s) / load.answered * 1e6
        self._note(load)
        self.rates.append(load.per_second)
        self.costs_us.append(cost_us)
        sys.stderr.write(
            f"  {self.name}: {load.per_second:,.0f} reports/s, {cost_us:.0f} µs of processor time each, "
            f"p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms\n"
        )

    def _note(self, load: Load) -> None:
        self.position = load.issued
        self.answered += load.answered


async def durable_intake(effort: Effort) -> list[Row]:
    """Measure all of it."""
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="offhook-bench-")))
        folders = [folder / name for name in ("nginx", "red", "fastapi")]
        for new in folders:
            new.mkdir()
        many = await stack.enter_async_context(console(folder / "many"))
        few = await stack.enter_async_context(console(folder / "few"))
        peers = [
            await stack.enter_async_context(serve(each))
            for serve, each in zip((nginx, red, fastapi), folders, strict=True)
        ]
        ours = _Contender("offhook", many.listener_url, many.pids)
        small = _Contender(f"offhook, {_FEW} phones", few.listener_url, few.pids, phones=_FEW)
        names = ("nginx", "Node-RED", "FastAPI")
        others = [_Contender(name, peer.url, peer.pids) for name, peer in zip(names, peers, strict=True)]
        await ours.ramp_up()
        await small.ramp_up()
        for each in others:
            each.position = ours.position
        for _ in range(effort.rounds):
            for contender in (ours, *others, small):
                await at_rest()  # what the one before has left to be written is not carried by this one
                await contender.take_turn(effort.seconds)
        for contender, served in ((ours, many), (small, few)):
            await asyncio.to_thread(_require_all_there, contender, served)
    return _rows(ours, small, *others)


def _require_all_there(contender: _Contender, served: Console) -> None:
    """Look for the answered reports in the database, each once."""
    there = len({hashlib.sha256(request).digest()[:8] for request in stored_requests(served.data / "offhook.db")})
    if not contender.answered <= there <= contender.position + CONNECTIONS:
        raise BenchError(f"{contender.name}: {contender.answered} reports were answered 200, {there} are there")
    sys.stderr.write(f"  {contender.name}: {contender.answered:,} reports answered 200, all of them in the database\n")


def _rows(ours: _Contender, small: _Contender, *others: _Contender) -> list[Row]:
    how = "make bench ARGS='--only intake': wrk, bench/peers/reports.lua"
    targets = (
        (_BESIDE_NGINX, "nginx `return 200`", 0.5),
        (_BESIDE_RED, "Node-RED appending to a file", 4.0),
        (_BESIDE_FASTAPI, "FastAPI committing each to SQLite", 3.0),
    )
    rates = [
        compare(name, "reports/s", ours.rates, beside, other.rates, target=Target(least, is_least=True), how=how)
        for (name, beside, least), other in zip(targets, others, strict=True)
    ]
    cost = compare(_COST, "µs", ours.costs_us, "nginx", others[0].costs_us, how=f"{how}; /proc/PID/stat")
    spread = compare(
        _MANY_PHONES,
        "µs",
        ours.costs_us,
        f"the same reports from {_FEW} phones",
        small.costs_us,
        target=Target(1.15),
        how=f"{how}; /proc/PID/stat",
    )
    return [*rates, cost, spread]
