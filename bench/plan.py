"""What is measured, in the order of the table: the one list of rows, which `docs/performance.md` follows.

Those that fill the disk run after the others.

A measurement is imported when its turn comes, so that what it needs and is not there stops its own rows only.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from bench.effort import Effort
from bench.row import Row

__all__ = ["MEASUREMENTS", "Measurement"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """One run that gives one row or more."""

    key: str
    """For `--only`."""
    function: str
    """`module.function` below `bench`; takes an `Effort`, gives the rows."""
    names: tuple[str, ...]
    """Of its rows, in order."""
    fills_disk: bool = False
    """Writes so much that the disk goes on with it for half a minute, and answers others late: comes last."""

    @property
    def how(self) -> str:
        """How to see it again."""
        return f"make bench ARGS='--only {self.key}'"

    async def measure(self, effort: Effort) -> list[Row]:
        """Run it."""
        module, _, name = self.function.rpartition(".")
        function = cast("Callable[[Effort], Awaitable[list[Row]]]", getattr(import_module(f"bench.{module}"), name))
        return await function(effort)


MEASUREMENTS = (
    Measurement(
        "intake",
        "intake.durable_intake",
        (
            "durable intake, beside nginx",
            "durable intake, beside Node-RED",
            "durable intake, beside FastAPI",
            "processor time of a report, beside nginx",
            "processor time of a report at 10,000 phones",
        ),
        fills_disk=True,
    ),
    Measurement(
        "feed-latency",
        "feed_latency.feed_latency",
        ("report to operator's WebSocket, median", "report to operator's WebSocket, 99 of 100"),
    ),
    Measurement("feed-fanout", "feed_fanout.feed_fanout", ("one event to 2,500 operators, 5 of them interested",)),
    Measurement("command", "command.command", ("command: API call to confirmed by the phone's report",)),
    Measurement(
        "history",
        "long_history.long_history",
        (
            "console memory: 10,000 phones, 1,000 live calls, a long history",
            "console ready after start, with all of it",
            "history query: one phone's last 50 calls, at the API",
        ),
        fills_disk=True,
    ),
    Measurement(
        "fleet",
        "fleet_cost.fleet_cost",
        ("fleet: memory of a virtual phone", "fleet: reports it offers"),
        fills_disk=True,
    ),
    Measurement("version", "version.version", ("offhook --version",)),
    Measurement(
        "event-to-wire", "event_to_wire.event_to_wire", ("event to wire: key pressed to request at the console",)
    ),
    Measurement("sip-calls", "sip_calls.call_set_up", ("SIP call set-up, dial to answered",)),
    Measurement(
        "phone-cost",
        "phone_cost.phone_cost",
        (
            "memory of one phone with real SIP, idle",
            "processor of one phone with real SIP, idle",
            "phones with real SIP that this machine carries (extrapolated)",
        ),
    ),
)
