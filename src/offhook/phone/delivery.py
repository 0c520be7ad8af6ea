"""What the sender does next with a report, decided without I/O.

Theory of operation. Reports to one console go out one at a time, in order. A report that was answered, whatever the
status, is delivered; 503 alone says "not taken, ask again". No connection, or no answer in time, means that the
console is away: the report waits and is tried again, ever more seldom. A connection that the console closes without
an answer is ambiguous. Some consoles always answer that way (vendors.md §2.5), others were killed at that moment. A
killed one takes connections a moment longer, because its port goes last, so trying again at once would meet it dying.
The report is sent twice more, each time after a pause, and if all three end the same way, this console is one of the
former, which is remembered: its later reports are sent once. A request that went out whole and was not answered in
time is ambiguous as well: the console hangs, or it is slow and has the report. It is sent three times, then the next
one has its turn, or a console that always needs longer would be sent the same report for ever and never hear the
others.

Source: "What the document leaves open": retry, timeout, order; the console's answer.
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.plain_members import plain_members

__all__ = [
    "DELIVERY",
    "MAX_BACK_OFF_S",
    "MIN_BACK_OFF_S",
    "AnswerHabit",
    "DeliveryStep",
    "NextStep",
    "Outcome",
    "back_off_s",
    "decide",
]

MIN_BACK_OFF_S = 0.2
MAX_BACK_OFF_S = 10.0


@plain_members
class Outcome(StrEnum):
    """How one request ended."""

    ANSWERED = "answered"
    """A status arrived, any but 503; or bytes that are no HTTP at all, which shows that somebody took the request."""
    NOT_TAKEN = "not_taken"
    """503."""
    CLOSED = "closed"
    """A new connection, closed without a status."""
    STALE = "stale"
    """The same on a connection kept from a request before, which the console may have closed long ago."""
    UNREACHABLE = "unreachable"
    """No connection: refused, no route, no such name."""
    TIMED_OUT = "timed_out"
    """Not connected in time, or the request could not be written in time."""
    UNANSWERED = "unanswered"
    """The request was sent, and no answer came in time."""


@plain_members
class AnswerHabit(StrEnum):
    """What is known of how one console answers."""

    ANSWERS = "answers"
    CLOSED_ONCE = "closed_once"
    """The request before, for the same report, was closed without an answer."""
    CLOSED_TWICE = "closed_twice"
    """And the one before that as well."""
    CLOSES = "closes"
    """It closes instead of answering."""
    SILENT_ONCE = "silent_once"
    """The request before, for the same report, was not answered in time."""
    SILENT_TWICE = "silent_twice"
    """Nor was the one before that."""


@plain_members
class NextStep(StrEnum):
    """What to do with the report."""

    DELIVERED = "delivered"
    RETRY_NOW = "retry_now"
    """Send it again at once, on a new connection."""
    RETRY_LATER = "retry_later"
    """Keep it, and those behind it, for `back_off_s`."""


@dataclass(frozen=True, slots=True)
class DeliveryStep:
    """The answer of the table."""

    habit: AnswerHabit
    next_step: NextStep


_H, _O, _N = AnswerHabit, Outcome, NextStep
_DOUBTED = DeliveryStep(_H.CLOSED_ONCE, _N.RETRY_LATER)
_DOUBTED_STILL = DeliveryStep(_H.CLOSED_TWICE, _N.RETRY_LATER)
_BELIEVED = DeliveryStep(_H.CLOSES, _N.DELIVERED)
_SILENT = DeliveryStep(_H.SILENT_ONCE, _N.RETRY_LATER)

DELIVERY: dict[AnswerHabit, dict[Outcome, DeliveryStep]] = {
    habit: {
        _O.ANSWERED: DeliveryStep(_H.ANSWERS, _N.DELIVERED),
        _O.NOT_TAKEN: DeliveryStep(_H.ANSWERS, _N.RETRY_LATER),
        _O.CLOSED: closed,
        _O.STALE: DeliveryStep(habit, _N.RETRY_NOW),
        # Whoever comes back may be another program: better a report twice than one lost.
        _O.UNREACHABLE: DeliveryStep(_H.ANSWERS, _N.RETRY_LATER),
        _O.TIMED_OUT: DeliveryStep(_H.ANSWERS, _N.RETRY_LATER),
        _O.UNANSWERED: unanswered,
    }
    for habit, closed, unanswered in (
        (_H.ANSWERS, _DOUBTED, _SILENT),
        (_H.CLOSED_ONCE, _DOUBTED_STILL, _SILENT),
        (_H.CLOSED_TWICE, _BELIEVED, _SILENT),
        (_H.CLOSES, _BELIEVED, _SILENT),
        (_H.SILENT_ONCE, _DOUBTED, DeliveryStep(_H.SILENT_TWICE, _N.RETRY_LATER)),
        (_H.SILENT_TWICE, _DOUBTED, DeliveryStep(_H.ANSWERS, _N.DELIVERED)),
    )
}
"""Every habit and outcome."""


def decide(habit: AnswerHabit, outcome: Outcome) -> DeliveryStep:
    """Say what to do with a report after one request for it.

    Source: this module's table.
    """
    return DELIVERY[habit][outcome]


def back_off_s(failures: int, dice: float) -> float:
    """Say how many seconds to wait before the next try.

    Args:
        failures: Tries in a row that failed, at least 1.
        dice: From 0 to 1; shortens the wait by up to a quarter, so that phones that lost the same console at the same
            moment do not all come back at the same moment.
    Returns:
        `MIN_BACK_OFF_S`, doubled for each failure after the first, at most `MAX_BACK_OFF_S`.
    """
    doubled = MIN_BACK_OFF_S * 2.0 ** min(failures - 1, 16)
    return min(doubled, MAX_BACK_OFF_S) * (1.0 - dice / 4)
