"""Records that are in the log, and not in their tables yet. Pure bookkeeping: no clock, no I/O.

A phone's row and a call's are written with every report if one lets them. In the log a change is safe at once, so the
tables may be some seconds behind, and get only what a record has become by then. The oldest change goes first: what
the log must keep is all from the number of that one on.
Source: Gray and Reuter, "Transaction Processing" (write-ahead log and checkpoint); docs/performance.md.
"""

from collections.abc import Callable, Collection, Iterable
from itertools import islice
from typing import Generic, TypeVar

import msgspec

from offhook.console.records import CallRecord, PhoneRecord
from offhook.console.store.segment import Changes

__all__ = ["Behind"]

_Record = TypeVar("_Record", PhoneRecord, CallRecord)


class _Since(msgspec.Struct, frozen=True, gc=False):
    """When a record began to be ahead of its table."""

    number: int
    at: float


class _Records(Generic[_Record]):
    """Newest records of one kind, those that wait longest first."""

    def __init__(self) -> None:
        self.newest: dict[str, _Record] = {}
        self.since: dict[str, _Since] = {}

    def note(self, records: Iterable[_Record], removed: Iterable[str], since: _Since) -> None:
        for record in records:
            self.newest[record.id] = record
            self.since.setdefault(record.id, since)
        for id_ in removed:
            self.forget(id_)

    def forget(self, id_: str) -> None:
        self.newest.pop(id_, None)
        self.since.pop(id_, None)

    def oldest(self, limit: int, before: float, most: int) -> list[_Record]:
        """Give those that began to wait before a time, and those that are more than ``most``."""
        too_many = len(self.since) - most
        found = []
        for index, (id_, since) in enumerate(islice(self.since.items(), limit)):
            if since.at > before and index >= too_many:
                break
            found.append(self.newest[id_])
        return found

    def first(self) -> int | None:
        """Give the number of the change that waits longest."""
        return next((since.number for since in self.since.values()), None)


class Behind:
    """What the tables lack."""

    def __init__(self) -> None:
        self._phones: _Records[PhoneRecord] = _Records()
        self._calls: _Records[CallRecord] = _Records()

    @property
    def lacks_calls(self) -> bool:
        """Whether the table of calls lacks something."""
        return bool(self._calls.since)

    def note(self, changes: Changes, *, number: int, at: float) -> None:
        """Note what is in the log now, under ``number``."""
        since = _Since(number, at)
        self._phones.note(changes.phones, changes.removed_phones, since)
        self._calls.note(changes.calls, changes.removed_calls, since)

    def due(self, limit: int, *, before: float, most: int) -> Changes:
        """Choose what the tables should get next, without taking it out.

        Args:
            limit: At most so many of each kind.
            before: What waits since before this time is due,
            most: and what is beyond so many of a kind.
        """
        phones = self._phones.oldest(limit, before, most)
        return Changes(phones, (), self._calls.oldest(limit, before, most), ())

    def calls(self, limit: int, phones: Collection[str] | None = None) -> Changes:
        """Choose calls, those of some phones or of any, without taking them out."""
        return self._chosen(
            limit, lambda call: phones is None or any(each.phone in phones for each in call.connections)
        )

    def ended(self, limit: int, *, until: float) -> Changes:
        """Choose calls that had ended by a time, without taking them out."""
        return self._chosen(limit, lambda call: call.ended is not None and call.ended <= until)

    def call(self, call: str) -> Changes:
        """Choose one call, if it waits."""
        found = self._calls.newest.get(call)
        return Changes((), (), () if found is None else (found,), ())

    def phones(self, ids: Iterable[str]) -> list[PhoneRecord]:
        """Give those of some phones that wait."""
        return [self._phones.newest[id_] for id_ in ids if id_ in self._phones.newest]

    def written(self, changes: Changes) -> None:
        """Take out what the tables have now; what has changed again since it was chosen goes on waiting."""
        for phone in changes.phones:
            if self._phones.newest.get(phone.id) is phone:
                self._phones.forget(phone.id)
        for call in changes.calls:
            if self._calls.newest.get(call.id) is call:
                self._calls.forget(call.id)

    def needed_from(self, next_number: int) -> int:
        """Give the number from which on the log is needed: ``next_number`` if the tables lack nothing."""
        firsts = (self._phones.first(), self._calls.first())
        return min((first for first in firsts if first is not None), default=next_number)

    def _chosen(self, limit: int, is_wanted: Callable[[CallRecord], bool]) -> Changes:
        waiting = (self._calls.newest[id_] for id_ in self._calls.since)
        return Changes((), (), list(islice(filter(is_wanted, waiting), limit)), ())
