"""What a fleet found, for programs and for people. Pure.

Source: issue "Measured": the fleet's report, text and JSON.
"""

import msgspec

from offhook.fleet.tally import TallyFigures
from offhook.fleet.truth import Comparison, Difference

__all__ = ["FleetNow", "FleetReport", "in_words"]

_SHOWN = 20
"""Differences listed in words; the JSON has all of them."""


class FleetNow(msgspec.Struct, frozen=True, kw_only=True):
    """One moment, for whoever watches."""

    phase: str
    seconds: float
    """Since the phase began."""
    phones_up: int
    """Phones that are on; while phones are set up, those that are."""
    calls_up: int
    reports: int
    reports_per_s: float
    answered: int
    lost: int
    waiting: int
    answer_p50_ms: float
    answer_p99_ms: float
    behind_s: float


class FleetReport(msgspec.Struct, frozen=True, kw_only=True):
    """The end."""

    phones: int
    seed: int
    seconds: float
    """That calls were made."""
    reports_per_s: float
    """During that time."""
    calls_up: int
    """At the end."""
    is_drained: bool
    """Every report was delivered or lost; else some were still waiting when the patience ended."""
    tally: TallyFigures
    comparison: Comparison | None
    """None when the fleet was not given the console's API."""
    trouble: str = ""
    """Why there is no comparison, although there should be."""

    @property
    def is_good(self) -> bool:
        """Whether the console was nowhere found wrong and sure."""
        return not self.trouble and (self.comparison is None or self.comparison.is_good)


def in_words(report: FleetReport) -> list[str]:
    """Tell it in lines."""
    tally = report.tally
    statuses = ", ".join(f"{count:,} × {status}" for status, count in tally.by_status.items()) or "none"
    lines = [
        f"{report.phones:,} phones, {report.seconds:,.0f} s of calls, seed {report.seed}",
        f"calls     {tally.calls_placed:,} placed, {tally.calls_not_placed:,} not possible, {report.calls_up:,} up",
        f"reports   {tally.reports:,} made ({report.reports_per_s:,.0f}/s), {tally.answered:,} answered",
        f"answers   {statuses}",
        f"lost      {tally.lost_on_purpose:,} on purpose, {tally.given_up:,} never answered, "
        f"{tally.thrown_away:,} thrown away by a full queue; {tally.waiting:,} still waiting",
        f"faults    {tally.doubled:,} doubled, {tally.delayed:,} delayed, {tally.slowed:,} slow; "
        f"{tally.repeated:,} requests repeated",
        f"commands  {tally.commands:,} obeyed",
        _latency("answer", tally),
        _latency("delivery", tally),
    ]
    if report.trouble:
        lines.append(f"console   could not be compared: {report.trouble}")
    return lines + (_comparison(report.comparison) if report.comparison is not None else [])


def _latency(name: str, tally: TallyFigures) -> str:
    figures = tally.answer if name == "answer" else tally.delivery
    parts = ("min", "p50", "p90", "p99", "max")
    return f"{name:<9} " + ", ".join(f"{part} {getattr(figures, part):,.2f}" for part in parts) + " ms"


def _comparison(comparison: Comparison) -> list[str]:
    lines = [
        f"console   {comparison.equal:,} of {comparison.phones:,} phones shown as they are, with "
        f"{comparison.calls:,} calls; {len(comparison.uncertain):,} uncertain, {len(comparison.untold):,} never told, "
        f"{len(comparison.wrong):,} wrong and sure"
    ]
    for name, differences in (
        ("wrong", comparison.wrong),
        ("uncertain", comparison.uncertain),
        ("untold", comparison.untold),
    ):
        lines += [_difference(name, each) for each in differences[:_SHOWN]]
        if len(differences) > _SHOWN:
            lines.append(f"  {name:<9} and {len(differences) - _SHOWN:,} more")
    return lines


def _difference(name: str, difference: Difference) -> str:
    return f"  {name:<9} {difference.phone} {difference.what}: is {difference.truth}, shown {difference.shown}"
