"""What the fleet has done so far, in numbers: every report sent, answered, lost, and how long it took. Pure.

Source: issue "Measured": every event sent, answered, lost; latency percentiles.
"""

from collections import Counter

import msgspec

from offhook.fleet.latency import Latency, LatencyFigures

__all__ = ["Tally", "TallyFigures"]


class TallyFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A tally as it goes into a report."""

    reports: int
    """Things that happened at phones and were to be reported."""
    by_event: dict[str, int]
    answered: int
    """Reports that got an answer, whatever the status."""
    by_status: dict[str, int]
    """Answers by HTTP status, those of doubles and of repeated reports included; 0 for what was no HTTP."""
    requests: int
    """Requests begun, repeated ones and doubles included."""
    repeated: int
    """Sent again, because the console was away or did not answer."""
    lost_on_purpose: int
    given_up: int
    """Never answered, after all that a phone tries."""
    thrown_away: int
    """The phone's queue was full."""
    waiting: int
    """Neither answered nor lost yet."""
    doubled: int
    delayed: int
    slowed: int
    calls_placed: int
    calls_not_placed: int
    """No phone was free, or it could not call at that moment."""
    commands: int
    """Commands that phones obeyed."""
    answer: LatencyFigures
    """From the first byte of a request to its answer."""
    delivery: LatencyFigures
    """From what happened at the phone to the answer: waiting its turn and repeating included."""


class Tally:
    """Counts."""

    def __init__(self) -> None:
        self.by_event: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.answered = 0
        self.requests = 0
        self.repeated = 0
        self.lost_on_purpose = 0
        self.given_up = 0
        self.thrown_away = 0
        self.doubled = 0
        self.delayed = 0
        self.slowed = 0
        self.calls_placed = 0
        self.calls_not_placed = 0
        self.commands = 0
        self.answer = Latency()
        self.delivery = Latency()

    @property
    def reports(self) -> int:
        """Reports so far."""
        return self.by_event.total()

    def figures(self) -> TallyFigures:
        """Sum it up."""
        lost = self.lost_on_purpose + self.given_up + self.thrown_away
        return TallyFigures(
            reports=self.reports,
            by_event={str(event): count for event, count in self.by_event.most_common()},
            answered=self.answered,
            by_status={str(status): count for status, count in sorted(self.by_status.items())},
            requests=self.requests,
            repeated=self.repeated,
            lost_on_purpose=self.lost_on_purpose,
            given_up=self.given_up,
            thrown_away=self.thrown_away,
            waiting=self.reports - self.answered - lost,
            doubled=self.doubled,
            delayed=self.delayed,
            slowed=self.slowed,
            calls_placed=self.calls_placed,
            calls_not_placed=self.calls_not_placed,
            commands=self.commands,
            answer=self.answer.figures(),
            delivery=self.delivery.figures(),
        )
