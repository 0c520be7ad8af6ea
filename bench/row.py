"""One measured figure beside what it is compared with."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

__all__ = ["Row", "compare", "table"]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table and of `results.json`."""

    name: str
    unit: str
    value: float
    """Median of the rounds."""
    low: float
    high: float
    beside: str
    """What the floor or peer is."""
    floor: float
    ratio: float | None
    """None where the floor was too small to be measured."""
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
    most: float | None = None,
    how: str,
) -> Row:
    """Set rounds of a figure beside rounds of a floor or peer.

    Args:
        most: The largest ratio that is good enough; None where there is no target.
    """
    value, floor = median(values), median(floors)
    ratio = round(value / floor, 3) if floor else None
    return Row(
        name=name,
        unit=unit,
        value=round(value, 4),
        low=round(min(values), 4),
        high=round(max(values), 4),
        beside=beside,
        floor=round(floor, 4),
        ratio=ratio,
        target="" if most is None else f"≤ {most:g} ×",
        reached=most is None or (ratio is not None and ratio <= most),
        how=how,
    )


def table(rows: Sequence[Row]) -> str:
    """Lay the rows out as Markdown."""
    head = "| figure | value (min to max) | beside | ratio | target | reached |\n|---|---|---|---|---|---|"
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:g}"
    value = f"{row.value:g} {row.unit} ({row.low:g} to {row.high:g})"
    beside = f"{row.beside}: {row.floor:g} {row.unit}"
    return f"| {row.name} | {value} | {beside} | {ratio} | {row.target} | {'yes' if row.reached else 'NO'} |"
