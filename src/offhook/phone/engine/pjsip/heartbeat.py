"""Telling a child that hangs from one that is only slow: pings, and what the system says about it.

Theory of operation. The child answers each ping within a turn of its loop, a fiftieth of a second. When three in a row
have no answer, the system is asked what it does. Stopped: it hangs. Asleep, and not woken once since the last look: it
hangs, for its loop never sleeps that long. Running: either it spins, which its own processor time shows, or it waits
for a processor on a busy machine, and then it is left alone. Waiting for a disk: left alone, too. Pings are counted
and not timed, so that a computer that slept, or a phone that was itself kept waiting, accuses nobody.
Source: issue of the real phone (nothing that the phone says stays untrue for more than 2 s); proc(5).
"""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["PING_EVERY_S", "Heartbeat", "Sign", "read_sign"]

PING_EVERY_S = 0.4
_PATIENCE = 3
"""Unanswered pings before anybody looks closer."""
_PATIENCE_BLIND = 12
"""The same where the system tells nothing (no Linux)."""
_MOST_UNANSWERED = 75
"""So long without an answer is a hang whatever it looks like."""
_SPINNING_S = 1.0
"""Processor time without an answer; a turn of the loop takes a few thousandths of it."""
_STOPPED = "TtZX"
_NOT_ASLEEP = "RD"


@dataclass(frozen=True, slots=True)
class Sign:
    """What the system says about the child's one thread of ours."""

    state: str
    """One letter, as in proc(5): R running, S asleep, D disk, T stopped, Z dead."""
    used_s: float
    """Processor time so far."""
    naps: int
    """How often it has gone to sleep by itself so far."""


class Heartbeat:
    """The pulse of one child."""

    def __init__(self) -> None:
        self._unanswered = 0
        self._first: Sign | None = None
        self._last: Sign | None = None

    def answered(self) -> None:
        """It is well."""
        self._unanswered = 0
        self._first = self._last = None

    def beat(self, sign: Sign | None) -> bool:
        """Count one more ping and judge those before it.

        Args:
            sign: What the system says now; None where it says nothing.

        Returns:
            Whether the child hangs.
        """
        last, self._last = self._last, sign
        first = self._first = self._first or sign
        missed = self._unanswered
        self._unanswered += 1
        if missed < _PATIENCE:
            return False
        if missed >= _MOST_UNANSWERED:
            return True
        if sign is None or first is None or last is None:
            return missed >= _PATIENCE_BLIND
        if sign.state in _STOPPED:
            return True
        if sign.state in _NOT_ASLEEP:
            return sign.used_s - first.used_s >= _SPINNING_S
        return sign.naps == last.naps


def read_sign(child_id: int, *, proc: Path = Path("/proc"), ticks_per_s: int = 100) -> Sign | None:
    """Ask the system about the child's main thread; None where it does not say."""
    folder = proc / str(child_id) / "task" / str(child_id)
    try:
        fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        status = (folder / "status").read_text("utf-8", "replace")
        naps = next(line.split()[1] for line in status.splitlines() if line.startswith("voluntary_ctxt_switches:"))
        return Sign(fields[0], (int(fields[11]) + int(fields[12])) / ticks_per_s, int(naps))
    except (OSError, ValueError, IndexError, StopIteration):
        return None
