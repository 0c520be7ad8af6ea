"""The program that `fleet_cost` runs: a fleet that calls for some seconds, and what it cost and got through, as JSON.

Arguments: phones, calls per second, seconds, address of the console or of whatever answers 200.
"""

import asyncio
import os
import sys
import time

import msgspec

from bench.proc import resident_mb
from offhook.fleet.app import FleetApp
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.result import FleetNow
from offhook.fleet.session import FleetSession
from offhook.fleet.settings import FleetSettings
from offhook.runtime.garbage import kept_for_good
from offhook.runtime.logs import set_up_logs
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["FleetCost"]


class FleetCost(msgspec.Struct):
    """What came of it."""

    resident_mb: float = 0.0
    """At the most, while calls were made."""
    answered_per_s: float = 0.0
    lost: int = 0


async def _run(settings: FleetSettings) -> FleetCost:
    with kept_for_good():  # as `offhook fleet` does
        app = FleetApp(settings)
    cost = FleetCost()
    seen: list[tuple[float, int]] = []

    def look(now: FleetNow) -> None:
        if now.phase == "calls":
            seen.append((time.monotonic(), now.answered))
            cost.resident_mb = max(cost.resident_mb, resident_mb(os.getpid()))
            cost.lost = now.lost

    await FleetSession(app, look).run(asyncio.Event())
    if len(seen) > 1:
        (began, before), (ended, after) = seen[0], seen[-1]
        cost.answered_per_s = (after - before) / (ended - began)
    return cost


def _main(phones: int, calls_per_second: float, seconds: float, console: str) -> None:
    set_up_logs(level="warning")
    raise_open_files_limit()
    habits = CallCentreHabits(phones=phones, calls_per_second=calls_per_second, talk_s=1.0, ring_s=(0.2, 0.6))
    settings = FleetSettings(habits=habits, console=console, port=0, duration_s=seconds, drain_s=20.0)
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(_run(settings))))


if __name__ == "__main__":
    _main(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), sys.argv[4])
