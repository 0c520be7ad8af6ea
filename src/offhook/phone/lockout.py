"""Slows down whoever guesses passwords: too many failures from one address, and it has to wait, longer each time.

Pure: time comes in as ``now``. Who has the right password is not held up by guesses from another address.
"""

from dataclasses import dataclass

__all__ = ["FREE_FAILURES", "MAX_WAIT_S", "Lockout"]

FREE_FAILURES = 5
"""So many failures in a row cost a wait; fewer cost nothing, because people mistype."""
_FIRST_WAIT_S = 2.0
MAX_WAIT_S = 300.0
_FORGET_AFTER_S = 900.0
_MAX_ADDRESSES = 1024


@dataclass(slots=True)
class _Record:
    failures: int = 0
    last: float = 0.0
    locked_until: float = 0.0


class Lockout:
    """Counts failures by address."""

    def __init__(self) -> None:
        self._records: dict[str, _Record] = {}

    def wait_s(self, address: str, now: float) -> float:
        """Say for how many seconds the address may not try; 0 when it may."""
        record = self._records.get(address)
        return max(0.0, record.locked_until - now) if record else 0.0

    def failed(self, address: str, now: float) -> None:
        """Note a wrong user or password."""
        record = self._records.pop(address, None)
        if record is None or now - record.last > _FORGET_AFTER_S:
            record = _Record()
        record.failures += 1
        record.last = now
        over = record.failures - FREE_FAILURES
        if over >= 0:
            record.locked_until = now + min(_FIRST_WAIT_S * 2.0 ** min(over, 16), MAX_WAIT_S)
        self._records[address] = record  # at the end: the first one is the one heard of longest ago
        while len(self._records) > _MAX_ADDRESSES:
            del self._records[next(iter(self._records))]

    def succeeded(self, address: str) -> None:
        """Forget the address's failures."""
        self._records.pop(address, None)
