"""What one idle phone with real SIP calls costs, beside baresip, and how many of them this machine carries."""

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from bench.effort import Effort
from bench.proc import children_of, cpu_s, memory_mb
from bench.row import Row, compare
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountSettings
from tests.peers.baresip import baresip

__all__ = ["phone_cost"]

WATCHED_S = 4.0
"""The system counts processor time in hundredths of a second."""
CROWD = 24
"""Engines at once; enough for their shared pages and wake-ups to show, few enough to start in seconds."""
_SETTINGS = """
[network]
http_port = 0
[[accounts]]
user = "1001"
is_registering = false
"""


async def phone_cost(effort: Effort) -> list[Row]:
    """Measure one phone and baresip in turn, round by round, and a crowd of engines once a round."""
    memory: tuple[list[float], list[float]] = ([], [])
    cpu: tuple[list[float], list[float]] = ([], [])
    async with _phone() as ours, _peer() as peer:
        for _ in range(effort.rounds):
            for position, pids in enumerate((ours, peer)):
                memory[position].append(memory_mb(pids))
                cpu[position].append(await _idle_percent(pids))
    crowd_memory, crowd_cpu = await _crowd(effort.rounds)
    cores = os.cpu_count() or 1
    # Idle phones leave half of the machine to those that talk.
    carried = [
        min(cores * 100 / 2 / percent, _free_mb() / mb) for percent, mb in zip(crowd_cpu, crowd_memory, strict=True)
    ]
    return [
        compare(
            "memory of one phone with real SIP, idle",
            "MB",
            memory[0],
            "baresip",
            memory[1],
            how="bench/phone_cost.py: PSS",
        ),
        compare(
            "processor of one phone with real SIP, idle",
            "% of a core",
            cpu[0],
            "baresip",
            cpu[1],
            how="bench/phone_cost.py",
        ),
        compare(
            "phones with real SIP that this machine carries (extrapolated)",
            "phones",
            carried,
            "run together to find out",
            [CROWD],
            how=f"bench/phone_cost.py: what each of {CROWD} idle engines costs, half the processor left",
        ),
    ]


async def _idle_percent(pids: list[int]) -> float:
    before = cpu_s(pids)
    await asyncio.sleep(WATCHED_S)
    return (cpu_s(pids) - before) / WATCHED_S * 100


async def _crowd(rounds: int) -> tuple[list[float], list[float]]:
    """Memory in MB and processor in % of a core for each engine of a crowd, by round."""
    engines = [PjsipEngine(Configure(generation=0, address="127.0.0.1")) for _ in range(CROWD)]
    memory, cpu = [], []
    try:
        for engine in engines:
            await engine.start(lambda _: None)
            engine.register(AccountSettings("own", "1001", "127.0.0.1", is_registering=False))
        pids = [engine.child_id for engine in engines if engine.child_id is not None]
        for _ in range(rounds):
            memory.append(memory_mb(pids) / CROWD)
            cpu.append(await _idle_percent(pids) / CROWD)
    finally:
        await asyncio.gather(*(engine.stop() for engine in engines))
    return memory, cpu


@contextlib.asynccontextmanager
async def _phone() -> AsyncIterator[list[int]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "phone.toml"
        path.write_text(_SETTINGS, "utf-8")
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "offhook", "phone", "--engine", "pjsip", str(path)),
            # Without a terminal it says in its log that it is there.
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            assert program.stderr is not None
            async with asyncio.timeout(30):
                while b"Ctrl-C" not in await program.stderr.readline():
                    pass
            yield [program.pid, *children_of(program.pid)]
        finally:
            program.terminate()
            await program.wait()


@contextlib.asynccontextmanager
async def _peer() -> AsyncIterator[list[int]]:
    before = set(children_of(os.getpid()))
    with tempfile.TemporaryDirectory() as folder:
        async with baresip(Path(folder)):
            yield [pid for pid in children_of(os.getpid()) if pid not in before]


def _free_mb() -> float:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1024
    return 0.0
