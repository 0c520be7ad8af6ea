"""What can be set about a fleet; flags of `offhook fleet` by the same names.

Source: issue "Measured".
"""

from dataclasses import dataclass
from pathlib import Path

from offhook.fleet.faults import NO_FAULTS, Faults
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.storm import STORM_S, Storm

__all__ = ["FleetSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetSettings:
    """Everything that can be set."""

    habits: CallCentreHabits
    seed: int = 1
    faults: Faults = NO_FAULTS
    console: str = "http://127.0.0.1:8801"
    """Where the phones report to."""
    api: str = ""
    """The console's API; "" for none: phones are not set up there, and nothing is compared."""
    token: str = ""
    port: int = 8090
    """Where all phones take commands, each at its own address; 0 takes any free one."""
    duration_s: float | None = None
    """Of the calls; None goes on until somebody stops it."""
    storm: Storm | None = None
    storm_after_s: float = 20.0
    """From the first call."""
    storm_s: float = STORM_S
    """How long until every phone had its turn."""
    storm_every_s: float | None = None
    """From one storm to the next; None for one only."""
    drain_s: float = 30.0
    """Longest wait, in the end, for reports that are not delivered."""
    answered_file: Path | None = None
    """Gets the number of every report that was answered 200, one a line; the requests then bear it as `n`."""
