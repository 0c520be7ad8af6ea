"""Slows down whoever guesses passwords, and nobody else.

Theory of operation. Failures are counted for a pair of address and name, for an address, and for a name. A pair, or an
address, with too many of them has to wait, twice as long each time. A name alone never waits: else anybody could lock
anybody out. Where a name is guessed at from many places, each place has one free try instead of five, so the right
password from a place that did not guess works at once, and a thousand places together get nowhere.

Pure: time comes in as ``now``, in seconds. Source: OWASP Authentication, "Account lockout".
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

__all__ = ["FREE_FOR_ADDRESS", "FREE_FOR_PAIR", "MAX_WAIT_S", "UNDER_ATTACK", "SignInThrottle"]

FREE_FOR_PAIR = 5
"""Failures that cost nothing: people mistype."""
FREE_FOR_ADDRESS = 30
"""More: a whole office may come from one address."""
UNDER_ATTACK = 20
"""Failures for a name, wherever from, after which a place has one free try at it."""
MAX_WAIT_S = 900.0

_FIRST_WAIT_S = 2.0
_FORGET_AFTER_S = 3600.0
_MAX_RECORDS = 8192
_IPV6_SITE_BITS = 64
"""What one household is given, and may choose addresses from at will."""


@dataclass(slots=True)
class _Record:
    failures: int = 0
    last: float = 0.0
    wait_until: float = 0.0


class SignInThrottle:
    """Counts failures."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], _Record] = {}

    def wait_s(self, address: str, name: str, now: float) -> float:
        """Say for how long this address may not try this name; 0 when it may."""
        place = _place(address)
        records = [self.records.get((place, name)), self.records.get((place, ""))]
        return max(0.0, *(record.wait_until - now for record in records if record is not None), 0.0)

    def attempted(self, address: str, name: str, now: float) -> None:
        """Note an attempt before its password is looked at: it counts as failed until `succeeded`."""
        place = _place(address)
        of_name = self._count(("", name), now)
        self._count((place, name), now, free=1 if of_name > UNDER_ATTACK else FREE_FOR_PAIR)
        self._count((place, ""), now, free=FREE_FOR_ADDRESS)

    def succeeded(self, address: str, name: str) -> None:
        """Take the attempt back, and forget what this place failed at this name; guesses at others stay counted."""
        place = _place(address)
        self.records.pop((place, name), None)
        for key in ((place, ""), ("", name)):
            record = self.records.get(key)
            if record is not None:
                record.failures -= 1
                record.wait_until = 0.0

    def _count(self, key: tuple[str, str], now: float, *, free: int | None = None) -> int:
        record = self.records.pop(key, None)
        if record is None or now - record.last > _FORGET_AFTER_S:
            record = _Record()
        record.failures += 1
        record.last = now
        if free is not None and record.failures >= free:
            record.wait_until = now + min(_FIRST_WAIT_S * 2.0 ** min(record.failures - free, 16), MAX_WAIT_S)
        self.records[key] = record  # at the end: the first one is the one heard of longest ago
        while len(self.records) > _MAX_RECORDS:
            del self.records[next(iter(self.records))]
        return record.failures


def _place(address: str) -> str:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return str(mapped) if mapped else str(int(parsed) >> _IPV6_SITE_BITS)
    return str(parsed)
