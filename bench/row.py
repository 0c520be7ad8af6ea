"""One measured figure beside what it is compared with, and what it has to reach."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

__all__ = ["Row", "Target", "compare", "table", "unmeasured"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to reach."""

    limit: float
    is_least: bool = False
    """The limit is the least that will do; otherwise the most."""
    is_ratio: bool = True
    """It is about the ratio to the floor or peer; otherwise about the value."""

    def words(self, unit: str) -> str:
        """The target as the table shows it."""
        return f"{'≥' if self.is_least else '≤'} {self.limit:g} {'×' if self.is_ratio else unit}"

    def is_reached(self, value: float, ratio: float | None) -> bool:
        """Say whether a row is good enough; one whose floor was too small to be measured is not."""
        given = ratio if self.is_ratio else value
        if given is None:
            return False
        return given >= self.limit if self.is_least else given <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table and of `results.json`."""

    name: str
    unit: str
    value: float
    """Median of the rounds."""
    low: float
    high: float
    rounds: int
    beside: str
    """What the floor or peer is."""
    floor: float
    """Its value, in the same unit."""
    ratio: float | None
    """Median of the rounds' ratios where figure and floor took turns; None where the floor was too small."""
    ratio_low: float | None
    ratio_high: float | None
    target: str
    """"" where nothing has to be reached."""
    reached: bool
    how: str
    """How to see it again."""

    def as_json(self) -> dict[str, object]:
        """The row for `results.json`."""
        return asdict(self)


def compare(
    name: str,
    unit: str,
    values: Sequence[float],
    beside: str,
    floors: Sequence[float],
    *,
    target: Target | None = None,
    how: str,
) -> Row:
    """Set rounds of a figure beside rounds of a floor or peer.

    Where there are as many of one as of the other they took turns, and each round is compared with its own floor: what
    else the machine had to do at that moment then weighs on both.

    Args:
        target: None where there is none.
    """
    value, floor = median(values), median(floors)
    paired = floors if len(floors) == len(values) else [floor] * len(values)
    ratios = [one / other for one, other in zip(values, paired, strict=True) if other]
    ratio = _short(median(ratios)) if ratios and floor else None
    return Row(
        name=name,
        unit=unit,
        value=_short(value),
        low=_short(min(values)),
        high=_short(max(values)),
        rounds=len(values),
        beside=beside,
        floor=_short(floor),
        ratio=ratio,
        ratio_low=_short(min(ratios)) if ratio is not None else None,
        ratio_high=_short(max(ratios)) if ratio is not None else None,
        target="" if target is None else target.words(unit),
        reached=target is None or target.is_reached(value, ratio),
        how=how,
    )


def unmeasured(name: str, why: str, *, unit: str = "", target: Target | None = None, how: str) -> Row:
    """Make the row of a figure that could not be measured: it is in the table, with the reason, and not reached."""
    words = "" if target is None else target.words(unit)
    return Row(name, unit, 0.0, 0.0, 0.0, 0, f"not measured: {why}", 0.0, None, None, None, words, False, how)


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown."""
    head = "| figure | value (min to max) | beside | ratio (min to max) | target | reached |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:g} ({row.ratio_low:g} to {row.ratio_high:g})"
    value = f"{row.value:g} {row.unit} ({row.low:g} to {row.high:g})" if row.rounds else ""
    beside = f"{row.beside}: {row.floor:g} {row.unit}" if row.rounds else row.beside
    return f"| {row.name} | {value} | {beside} | {ratio} | {row.target} | {'yes' if row.reached else 'NO'} |"


def _short(value: float) -> float:
    """Four digits: more would be noise."""
    return float(f"{value:.4g}")
