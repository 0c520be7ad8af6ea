"""The time in which the console was not there, and what that does to the order of reports. Pure.

Reports that arrive seconds apart have not changed places (`certainty.REORDER_S`), unless the console was away in
between: phones keep what they could not tell, so a report that arrives right after a start may have been sent before
whatever arrived last. Seconds in which nobody listened therefore do not count.

Source: `phone.delivery` (what senders do while the console is away); DOC §2.1-2.2 (no order is promised).
"""

from collections.abc import Iterable

from offhook.console.records import CallRecord, PhoneRecord

__all__ = ["KEPT_S", "Outage", "last_heard"]

KEPT_S = 20.0
"""After the first report: phones try again every ten seconds at the most, and all of them at once take their time."""


class Outage:
    """The last one; before the first report arrived nobody knows how long it was."""

    __slots__ = ("_back_at", "_heard_until")

    def __init__(self, heard_until: float = 0.0) -> None:
        """Prepare.

        Args:
            heard_until: When the last report arrived of which the store knows; 0 for a new store.
        """
        self._heard_until = heard_until
        self._back_at: float | None = None

    def arrived(self, at: float) -> None:
        """Note that a report arrived: the first one ends the outage."""
        if self._back_at is None:
            self._back_at = at

    def seconds_between(self, before: float, at: float) -> float:
        """Give the seconds between two arrivals, as far as they tell which report was sent first."""
        back_at = at if self._back_at is None else self._back_at
        if before <= self._heard_until and at <= back_at + KEPT_S:
            return min(self._heard_until, at) - before
        return at - before


def last_heard(phones: Iterable[PhoneRecord], calls: Iterable[CallRecord]) -> float:
    """Say when the last report arrived that records tell of; 0 when none did."""
    heard = [phone.reported for phone in phones if phone.reported is not None]
    heard += [connection.reported for call in calls for connection in call.connections]
    return max(heard, default=0.0)
