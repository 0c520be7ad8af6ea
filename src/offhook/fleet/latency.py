"""How long things took: a histogram whose size does not depend on how many things there were. Pure.

Theory of operation. Buckets grow by 2 %, so any percentile is within 1 % of the truth, from a microsecond to an hour,
in about a thousand buckets; the least and the greatest are kept as they are.
Source: the idea of HdrHistogram (http://hdrhistogram.org).
"""

import math
from collections import Counter

import msgspec

__all__ = ["Latency", "LatencyFigures"]

_GROWTH = math.log(1.02)
_LEAST_S = 1e-6


class LatencyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What people want to know, in milliseconds."""

    count: int
    min: float
    p50: float
    p90: float
    p99: float
    max: float


class Latency:
    """Takes seconds, gives milliseconds."""

    __slots__ = ("_buckets", "_greatest", "_least", "count")

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self._least = math.inf
        self._greatest = 0.0
        self.count = 0

    def add(self, seconds: float) -> None:
        """Count one."""
        self.count += 1
        if seconds < self._least:
            self._least = seconds
        if seconds > self._greatest:
            self._greatest = seconds
        self._buckets[int(math.log(seconds / _LEAST_S) / _GROWTH) if seconds > _LEAST_S else 0] += 1

    def percentile(self, percent: float) -> float:
        """Give the seconds that so many of a hundred did not exceed; 0.0 while there are none."""
        left = self.count * percent / 100
        for bucket in sorted(self._buckets):
            left -= self._buckets[bucket]
            if left <= 0:
                middle = _LEAST_S * math.exp((bucket + 0.5) * _GROWTH)
                return max(self._least, min(middle, self._greatest))
        return 0.0

    def figures(self) -> LatencyFigures:
        """Sum it up."""
        if not self.count:
            return LatencyFigures(count=0, min=0.0, p50=0.0, p90=0.0, p99=0.0, max=0.0)
        return LatencyFigures(
            count=self.count,
            min=_ms(self._least),
            p50=_ms(self.percentile(50)),
            p90=_ms(self.percentile(90)),
            p99=_ms(self.percentile(99)),
            max=_ms(self._greatest),
        )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
