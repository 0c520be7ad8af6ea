"""How much is measured: all of it, or so little that one sees whether it works."""

from dataclasses import dataclass

__all__ = ["FULL", "QUICK", "Effort"]


@dataclass(frozen=True, slots=True)
class Effort:
    """Rounds, and how long they are."""

    rounds: int
    seconds: int
    """Of load in each round of a figure that is a rate."""
    times: int
    """Repetitions in each round of a figure that is a time."""
    history: int
    """Events, and as many calls, in a history."""


FULL = Effort(rounds=5, seconds=4, times=100, history=1_000_000)
QUICK = Effort(rounds=2, seconds=1, times=20, history=50_000)
"""Too little to go by."""
