"""What a process costs, from Linux's /proc."""

import os
from collections.abc import Sequence
from pathlib import Path

__all__ = ["children_of", "cpu_s", "memory_mb", "resident_mb"]

_TICKS = os.sysconf("SC_CLK_TCK")


def children_of(pid: int) -> list[int]:
    """Children of a process, and theirs."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text("ascii").split():
            found += [int(child), *children_of(int(child))]
    return found


def cpu_s(pids: Sequence[int]) -> float:
    """Processor time used so far, in seconds."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def memory_mb(pids: Sequence[int]) -> float:
    """Resident memory in MB, pages shared with others counted by their part (PSS)."""
    total_kb = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith("Pss:"):
                total_kb += int(line.split()[1])
    return total_kb / 1024


def resident_mb(pid: int) -> float:
    """Resident memory of one process in MB, as `ps` has it."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
