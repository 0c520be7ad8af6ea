"""How long `offhook --version` takes, beside the interpreter with asyncio."""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.children import BenchError
from bench.cores import SERVER, on
from bench.effort import Effort
from bench.row import Row, Target, compare

__all__ = ["version"]

_NAME = "offhook --version"


async def version(effort: Effort) -> list[Row]:
    """Measure both in turn, run by run."""
    offhook = on(SERVER, [str(Path(sys.executable).with_name("offhook")), "--version"])
    bare = on(SERVER, [sys.executable, "-c", "import asyncio"])
    times = max(effort.times // 10, 2)
    ours, floors = [], []
    for _ in range(effort.rounds):
        taken = [(await _run_ms(offhook), await _run_ms(bare)) for _ in range(times)]
        ours.append(sorted(one for one, _ in taken)[times // 2])
        floors.append(sorted(other for _, other in taken)[times // 2])
    row = compare(
        _NAME,
        "ms",
        ours,
        '`python -c "import asyncio"`',
        floors,
        target=Target(1.5),
        how=f"make bench ARGS='--only version': median of {times} runs of each a round",
    )
    return [row]


async def _run_ms(command: Sequence[str]) -> float:
    began = time.perf_counter()
    started = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.DEVNULL)
    if await started.wait() != 0:
        raise BenchError(f"{command} failed")
    return (time.perf_counter() - began) * 1000
