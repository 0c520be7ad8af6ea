"""Searching and counting what is over, in the SQL database; part of `SqlStore`.

Two kinds of question: those that an index answers, and those that look at many rows. The second kind has a thread and
a connection of its own, so that nobody's list of calls waits for somebody's search.
Source: `store.history`; `store.schema`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

from sqlalchemy import (
    Integer,
    LargeBinary,
    Select,
    and_,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import ColumnElement

from offhook.console.folding import fold
from offhook.console.records import CallRecord
from offhook.console.store import rows
from offhook.console.store.history import QUARTER_S, HistorySearch, Position, Tally, TallySearch
from offhook.console.store.schema import call_notes, calls, connections

__all__ = ["SqlHistory", "write_notes"]

_Answer = TypeVar("_Answer")

_FEW_PHONES = 64
"""So many are asked for one by one, each by its index."""

_c = connections.c
_POSITION = (_c.call_began, _c.call, _c.phone)


class SqlHistory(ABC):
    """Implements `HistoryStore` over two threads that read."""

    @abstractmethod
    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    @abstractmethod
    async def _settle(self, phones: Collection[str] | None = None) -> None:
        """Make sure that the tables have every call, of some phones or of all."""

    @abstractmethod
    async def _read_at_leisure(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    async def history(self, search: HistorySearch) -> list[tuple[CallRecord, str]]:
        """Give connections that are over, the newest first."""
        await self._settle(search.phones)
        few = search.phones is not None and len(search.phones) <= _FEW_PHONES
        read = self._read if few and not search.text else self._read_at_leisure
        return await read(lambda connection: _history(connection, search))

    async def outcomes(self) -> list[str]:
        """Give the outcomes that notes have."""
        await self._settle()
        query = select(call_notes.c.outcome).where(call_notes.c.outcome != "").distinct()
        return await self._read(lambda connection: sorted(connection.scalars(query)))

    async def missed_since(self, phones: frozenset[str], since: float, limit: int) -> int:
        """Count missed connections."""

        def work(connection: Connection) -> int:
            found = 0
            for phone in sorted(phones):
                missed = select(_c.call).where(_c.phone == phone, _c.is_missed.is_(True), _c.ended > since)
                some = missed.limit(limit - found).subquery()
                found += connection.scalar(select(func.count()).select_from(some)) or 0
            return found

        await self._settle(phones)
        return await self._read(work)

    async def tallies_by_phone(self, search: TallySearch) -> dict[str, Tally]:
        """Count by phone."""
        await self._settle(search.phones)
        return await self._read_at_leisure(lambda connection: _tallies(connection, search, _c.phone))

    async def tallies_by_quarter(self, search: TallySearch) -> dict[int, Tally]:
        """Count by quarter of an hour."""
        await self._settle(search.phones)
        quarter = cast(_c.call_began / QUARTER_S, Integer)
        return await self._read_at_leisure(lambda connection: _tallies(connection, search, quarter))


def write_notes(connection: Connection, changed: Iterable[CallRecord]) -> None:
    """Write what notes are found by, of calls that were just written; nothing for calls that never had any."""
    noted = [call for call in changed if call.notes]
    if noted:
        connection.execute(delete(call_notes).where(call_notes.c.call.in_([call.id for call in noted])))
        found = [
            {
                "call": call.id,
                "by": note.by,
                "outcome": rows.plain_text(note.outcome),
                "text": rows.plain_text(fold(note.text)),
            }
            for call in noted
            for note in call.notes
            if note.is_there
        ]
        if found:
            connection.execute(insert(call_notes), found)


def _history(connection: Connection, search: HistorySearch) -> list[tuple[CallRecord, str]]:
    query = select(*_POSITION, calls.c.record).join(calls, calls.c.id == _c.call).where(*_conditions(search))
    query = query.order_by(*(column.desc() for column in _POSITION)).limit(search.limit)
    asked = _by_phone(query, search)
    found = [row for each in asked for row in connection.execute(each).all()]
    if len(asked) > 1:
        found.sort(key=lambda row: Position(row.call_began, row.call, row.phone), reverse=True)
    return [(rows.read_call(row.record), row.phone) for row in found[: search.limit]]


def _by_phone(query: Select[Any], search: HistorySearch) -> list[Select[Any]]:
    if search.phones is None:
        return [query]
    if len(search.phones) > _FEW_PHONES:
        return [query.where(_c.phone.in_(search.phones))]
    return [query.where(_c.phone == phone) for phone in search.phones]


def _conditions(search: HistorySearch) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_c.ended.is_not(None)]
    if search.direction is not None:
        found.append(_c.direction == search.direction)
    if search.is_missed is not None:
        found.append(_c.is_missed.is_(search.is_missed))
    if search.was_answered is not None:
        found.append(_c.answered.is_not(None) if search.was_answered else _c.answered.is_(None))
    if search.after is not None:
        found.append(_c.call_began >= search.after)
    if search.until is not None:
        found.append(_c.call_began < search.until)
    if search.before is not None:
        # The first of the two is what the index is searched for.
        found.append(_c.call_began <= search.before.began)
        found.append(tuple_(*_POSITION) < tuple_(*map(literal, search.before)))
    if search.outcome is not None:
        found.append(_noted(call_notes.c.outcome == search.outcome))
    if search.text:
        found.append(_contains(search))
    return found


def _contains(search: HistorySearch) -> ColumnElement[bool]:
    # Folding is a call into Python for each row: it is left to names that have letters beyond A to Z.
    is_beyond = func.length(cast(_c.name, LargeBinary)) > func.length(_c.name)
    return or_(
        func.lower(_c.name).contains(search.text, autoescape=True),
        and_(is_beyond, func.fold(_c.name).contains(search.text, autoescape=True)),
        _noted(call_notes.c.text.contains(search.text, autoescape=True)),
        *(_c.number.contains(digits, autoescape=True) for digits in search.digits),
        *([_c.number.in_(search.numbers)] if search.numbers else []),
    )


def _noted(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return _c.call.in_(select(call_notes.c.call).where(condition))


def _tallies(connection: Connection, search: TallySearch, by: ColumnElement[_Answer]) -> dict[_Answer, Tally]:
    is_incoming = and_(_c.direction == "incoming", or_(_c.answered.is_not(None), _c.ended.is_not(None)))
    is_answered = and_(_c.direction == "incoming", _c.answered.is_not(None))
    is_outgoing = _c.direction == "outgoing"
    is_talk = and_(_c.answered.is_not(None), _c.ended.is_not(None))
    ring_s = func.coalesce(_c.answered, _c.ended) - _c.began
    talk_s = _c.ended - _c.answered
    # In the order of the fields of a tally.
    counted = (
        _count(is_incoming),
        _count(is_answered),
        _count(_c.is_missed.is_(True)),
        _count(and_(is_answered, ring_s <= search.within_s)),
        _count(is_outgoing),
        _count(and_(is_outgoing, _c.answered.is_not(None))),
        _count(is_talk),
        func.sum(case((is_talk, talk_s), else_=0.0)),
        func.max(case((is_talk, talk_s), else_=0.0)),
        func.sum(case((is_incoming, ring_s), else_=0.0)),
        func.max(case((is_incoming, ring_s), else_=0.0)),
    )
    query = select(by, *counted).where(_c.call_began >= search.after, _c.call_began < search.until).group_by(by)
    if search.phones is not None:
        query = query.where(_c.phone.in_(search.phones))
    return {key: Tally(*numbers) for key, *numbers in connection.execute(query)}


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
