"""Searching and counting what is over, in memory; part of `MemoryStore`.

Source: `store.history`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeVar

from offhook.console.folding import fold
from offhook.console.records import CallRecord, ConnectionRecord
from offhook.console.store.history import QUARTER_S, HistorySearch, Position, Tally, TallySearch
from offhook.console_api.resources import Direction

__all__ = ["MemoryHistory"]

_Key = TypeVar("_Key")


class MemoryHistory:
    """Implements `HistoryStore`."""

    def __init__(self) -> None:
        self._calls: dict[str, CallRecord] = {}

    async def history(self, search: HistorySearch) -> list[tuple[CallRecord, str]]:
        """Give connections that are over, the newest first."""
        found = [
            (Position(call.began, call.id, each.phone), call)
            for call, each in self._connections()
            if each.ended is not None and _fits(call, each, search)
        ]
        found = [entry for entry in found if search.before is None or entry[0] < search.before]
        found.sort(key=lambda entry: entry[0], reverse=True)
        return [(call, position.phone) for position, call in found[: search.limit]]

    async def outcomes(self) -> list[str]:
        """Give the outcomes that notes have."""
        return sorted({note.outcome for call in self._calls.values() for note in call.notes} - {""})

    async def missed_since(self, phones: frozenset[str], since: float, limit: int) -> int:
        """Count missed connections."""
        missed = [each for _, each in self._connections() if each.phone in phones and each.is_missed]
        return min(limit, sum(each.ended is not None and each.ended > since for each in missed))

    async def tallies_by_phone(self, search: TallySearch) -> dict[str, Tally]:
        """Count by phone."""
        return self._tallies(search, lambda _, connection: connection.phone)

    async def tallies_by_quarter(self, search: TallySearch) -> dict[int, Tally]:
        """Count by quarter of an hour."""
        return self._tallies(search, lambda call, _: int(call.began / QUARTER_S))

    def _tallies(
        self, search: TallySearch, key_of: Callable[[CallRecord, ConnectionRecord], _Key]
    ) -> dict[_Key, Tally]:
        found: dict[_Key, Tally] = defaultdict(Tally)
        for call, each in self._connections():
            is_meant = search.phones is None or each.phone in search.phones
            if is_meant and search.after <= call.began < search.until:
                found[key_of(call, each)] += _tally(each, search.within_s)
        return dict(found)

    def _connections(self) -> Iterator[tuple[CallRecord, ConnectionRecord]]:
        for call in self._calls.values():
            for each in call.connections:
                yield call, each


def _fits(call: CallRecord, connection: ConnectionRecord, search: HistorySearch) -> bool:
    return (
        (search.phones is None or connection.phone in search.phones)
        and search.direction in (None, connection.direction)
        and search.is_missed in (None, connection.is_missed)
        and search.was_answered in (None, connection.answered is not None)
        and (search.after is None or call.began >= search.after)
        and (search.until is None or call.began < search.until)
        and (search.outcome is None or any(note.outcome == search.outcome for note in call.notes))
        and (not search.text or _contains(call, connection, search))
    )


def _contains(call: CallRecord, connection: ConnectionRecord, search: HistorySearch) -> bool:
    remote = connection.remote
    return (
        search.text in fold(remote.name)
        or any(search.text in fold(note.text) for note in call.notes)
        or any(digits in remote.number for digits in search.digits)
        or remote.number in search.numbers
    )


def _tally(connection: ConnectionRecord, within_s: float) -> Tally:
    answered, ended = connection.answered, connection.ended
    is_incoming = connection.direction is Direction.INCOMING and (answered is not None or ended is not None)
    is_answered = is_incoming and answered is not None
    is_outgoing = connection.direction is Direction.OUTGOING
    settled = answered if answered is not None else ended
    ring_s = settled - connection.began if is_incoming and settled is not None else 0.0
    talk_s = ended - answered if answered is not None and ended is not None else None
    return Tally(
        incoming=is_incoming,
        answered=is_answered,
        missed=connection.is_missed,
        answered_within=is_answered and ring_s <= within_s,
        outgoing=is_outgoing,
        outgoing_answered=is_outgoing and answered is not None,
        talks=talk_s is not None,
        talk_s=talk_s or 0.0,
        talk_longest_s=talk_s or 0.0,
        ring_s=ring_s,
        ring_longest_s=ring_s,
    )
