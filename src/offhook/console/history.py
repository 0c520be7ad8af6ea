"""History: what is over, searched, paged, written as CSV; and which missed calls somebody has not seen.

Source: docs/programs.md, "History".
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace

import msgspec

from offhook.console.contact_book import ContactBook
from offhook.console.csv_text import BOM, csv_lines
from offhook.console.folding import fold
from offhook.console.journal import Journal
from offhook.console.records import CallRecord
from offhook.console.store.history import HistorySearch, Position
from offhook.console.users import Users
from offhook.console_api.history import HistoryEntry, HistoryPage
from offhook.console_api.resources import Direction
from offhook.errors import NotValid

__all__ = ["MAX_EXPORTED", "History", "HistoryQuery"]

MAX_EXPORTED = 200_000
"""Lines of a CSV file."""

_AT_ONCE = 500
_FEWEST_DIGITS = 2
"""One digit is in nearly every number."""
_MAX_NAMED = 200
"""Phones of which the number is looked for when their name is."""
_COLUMNS = (
    *("Began", "Answered", "Ended", "Phone", "Phone name", "Group", "Direction", "Number", "Name", "Contact"),
    *("Missed", "Ring seconds", "Talk seconds", "Cause", "Outcomes", "Notes", "Call"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryQuery:
    """What somebody asks for; None: any."""

    reach: frozenset[str] | None
    """Phones whose calls the one who asks may see; None: all."""
    phone: str | None = None
    group: str | None = None
    search: str = ""
    direction: Direction | None = None
    missed: bool | None = None
    answered: bool | None = None
    outcome: str | None = None
    after: float | None = None
    until: float | None = None
    before: str | None = None
    """Where the page before ended."""
    limit: int = 50


class History:
    """Answers about calls that are over."""

    def __init__(self, journal: Journal, users: Users, book: ContactBook) -> None:
        self._journal = journal
        self._users = users
        self._book = book

    async def page(self, query: HistoryQuery) -> HistoryPage:
        """Give one page, the newest first.

        Raises:
            NotValid: ``before`` is not what a page said.
            StoreError: The store cannot be read.
        """
        return await self._page(await self._search(query))

    async def csv(self, query: HistoryQuery, *, has_bom: bool) -> AsyncIterator[bytes]:
        """Write all that is found as CSV, piece by piece.

        Raises:
            StoreError: The store cannot be read.
        """
        search = replace(await self._search(query), limit=_AT_ONCE)
        yield ((BOM if has_bom else "") + csv_lines([_COLUMNS])).encode()
        for _ in range(MAX_EXPORTED // _AT_ONCE):
            page = await self._page(search)
            yield csv_lines(map(_cells, page.entries)).encode("utf-8", "replace")
            if page.next is None:
                return
            search = replace(search, before=_position(page.next))

    async def _page(self, search: HistorySearch) -> HistoryPage:
        found = await self._journal.store.history(replace(search, limit=search.limit + 1))
        shown = found[: search.limit]
        groups = self._groups({phone for _, phone in shown})
        entries = [self._entry(call, phone, groups.get(phone, "")) for call, phone in shown]
        has_more = len(found) > search.limit and bool(shown)
        last = Position(shown[-1][0].began, shown[-1][0].id, shown[-1][1]) if has_more else None
        return HistoryPage(entries=entries, next=None if last is None else _cursor(last))

    async def _search(self, query: HistoryQuery) -> HistorySearch:
        phones = query.reach
        for some in (
            None if query.phone is None else frozenset({query.phone}),
            None if query.group is None else self._users.phones_of_group(query.group),
        ):
            if some is not None:
                phones = some if phones is None else phones & some
        text = fold(query.search.strip())
        digits = self._book.numbers.beginnings(text) if _is_number(text) else ()
        return HistorySearch(
            phones=phones,
            direction=query.direction,
            is_missed=query.missed,
            was_answered=query.answered,
            outcome=query.outcome,
            after=query.after,
            until=query.until,
            text=text,
            digits=frozenset(each for each in digits if len(each) >= _FEWEST_DIGITS),
            numbers=frozenset(await self._numbers_of(text)) if text else frozenset(),
            before=None if query.before is None else _position(query.before),
            limit=query.limit,
        )

    async def _numbers_of(self, text: str) -> set[str]:
        """Give the numbers of the contacts and phones of that name, as calls may have them."""
        numbers = await self._book.numbers_of(text)
        forms = {form for number in numbers for form in self._book.numbers.spellings(number)}
        phones = self._journal.state.phone_records.values()
        named = [phone.extension for phone in phones if phone.extension and text in fold(phone.name)]
        return {*forms, *named[:_MAX_NAMED]}

    def _groups(self, phones: Iterable[str]) -> dict[str, str]:
        return {phone: self._users.group_of_phone(phone) for phone in phones}

    def _entry(self, record: CallRecord, phone: str, group: str) -> HistoryEntry:
        call = self._journal.state.show(record)
        shown = next(each for each in call.connections if each.phone == phone)
        kept = record.at(phone)
        assert kept is not None and kept.ended is not None and shown.ended is not None, "the store gives what is over"
        settled = kept.ended if kept.answered is None else kept.answered
        of_phone = self._journal.state.phone_records.get(phone)
        return HistoryEntry(
            id=shown.id,
            call=call.id,
            phone=phone,
            phone_name=(of_phone.name if of_phone else "") or phone,
            group=group,
            direction=shown.direction,
            remote=shown.remote,
            line=shown.line,
            began=shown.began,
            answered=shown.answered,
            ended=shown.ended,
            ring_s=round(max(0.0, settled - kept.began), 3),
            talk_s=None if kept.answered is None else round(max(0.0, kept.ended - kept.answered), 3),
            is_missed=shown.is_missed,
            is_uncertain=shown.is_uncertain,
            cause=shown.cause,
            notes=call.notes,
        )


def _cells(entry: HistoryEntry) -> list[str | float | bool | None]:
    contact = entry.remote.contact
    return [
        *(entry.began, entry.answered, entry.ended, entry.phone, entry.phone_name, entry.group, str(entry.direction)),
        *(entry.remote.number, entry.remote.name, contact.name if contact else ""),
        *(entry.is_missed, entry.ring_s, entry.talk_s, entry.cause),
        "; ".join(note.outcome for note in entry.notes if note.outcome),
        "\n".join(f"{note.by}: {note.text}" for note in entry.notes if note.text),
        entry.call,
    ]


def _is_number(text: str) -> bool:
    return bool(text) and all(char.isdigit() or char in "+()./- " for char in text)


def _cursor(position: Position) -> str:
    return urlsafe_b64encode(msgspec.json.encode(position)).decode().rstrip("=")


def _position(cursor: str) -> Position:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"===")
        return Position(*msgspec.json.decode(raw, type=tuple[float, str, str]))
    except (ValueError, msgspec.DecodeError) as error:
        raise NotValid("cursor-not-valid", "before is what `next` of the page before said") from error
