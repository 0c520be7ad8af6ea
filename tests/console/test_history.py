"""What is over: searched by everything that is known of it, paged, written as CSV."""

import csv
import io
from collections.abc import AsyncIterator

import pytest

from offhook.console.call_notes import CallNotes
from offhook.console.contact_book import ContactBook
from offhook.console.history import History, HistoryQuery
from offhook.console.journal import Journal
from offhook.console.numbers import Numbers
from offhook.console.records import PhoneSetupChanged
from offhook.console_api.contacts import NewContact, NewNumber
from offhook.console_api.people import NewUser
from offhook.console_api.requests import NoteRequest, PhoneSetup
from offhook.console_api.scopes import Role
from offhook.errors import NotValid
from tests.console.kit import A, B, Clock, a_journal, a_report
from tests.console.people_kit import some_users


@pytest.fixture
async def history() -> AsyncIterator[History]:
    clock = Clock()
    async with a_journal(clock=clock) as journal:
        users = some_users(journal.store)
        await users.create(NewUser(name="anna", role=Role.OPERATOR, phones=[A], group="Sales"))
        book = ContactBook(journal.store, Numbers("DE"), now=clock)
        journal.state.name_party = book.name_party
        await book.create(NewContact(name="Zoë Müller", numbers=[NewNumber(number="030 901820")]))
        await journal.record(PhoneSetupChanged(B, PhoneSetup(name="Ben Carter", extension="1002")))
        await one_call(journal, clock, A, "1", "sip:030901820@pbx", "missed")
        await one_call(journal, clock, A, "2", "sip:1002@pbx", "established", "terminated")
        await one_call(journal, clock, B, "3", "sip:1003@pbx", "established", "terminated")
        await CallNotes(journal).write("c_0003", "user:anna", NoteRequest(text="=offer", outcome="call back"))
        await journal.report(a_report("incoming", at=clock.at, mac=B, call_id="4"))
        yield History(journal, users, book)


async def one_call(journal: Journal, clock: Clock, phone: str, id_: str, remote: str, *events: str) -> None:
    for event in ("incoming", *events):
        clock.pass_(4.0)
        await journal.report(a_report(event, at=clock.at, mac=phone, call_id=id_, remote=remote))


async def found(history: History, **query: object) -> list[str]:
    page = await history.page(HistoryQuery(**{"reach": None, **query}))  # type: ignore[arg-type]
    return [entry.remote.number for entry in page.entries]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, ["1003", "1002", "030901820"]),
        ({"reach": frozenset({A})}, ["1002", "030901820"]),
        ({"reach": frozenset({A}), "phone": B}, []),
        ({"reach": frozenset()}, []),
        ({"phone": B}, ["1003"]),
        ({"group": "Sales"}, ["1002", "030901820"]),
        ({"group": "Nobody"}, []),
        ({"search": "MULL"}, ["030901820"]),
        ({"search": "+49 30 90"}, ["030901820"]),
        ({"search": "030 90"}, ["030901820"]),
        ({"search": "carter"}, ["1002"]),
        ({"search": "OFFER"}, ["1002"]),
        ({"search": "1"}, []),
        ({"outcome": "call back"}, ["1002"]),
        ({"missed": True}, ["030901820"]),
        ({"answered": False}, ["030901820"]),
        ({"direction": "outgoing"}, []),
    ],
)
async def test_it_is_searched(query: dict[str, object], wanted: list[str], history: History) -> None:
    assert await found(history, **query) == wanted


async def test_an_entry_tells_all(history: History) -> None:
    newest, second, oldest = (await history.page(HistoryQuery(reach=None))).entries
    assert (newest.phone_name, newest.group) == ("Ben Carter", "")
    assert (second.phone_name, second.group, second.ring_s, second.talk_s) == (A, "Sales", 4.0, 4.0)
    assert (second.remote.name, second.notes[0].text) == ("Ben Carter", "=offer")
    assert (oldest.is_missed, oldest.ring_s, oldest.talk_s) == (True, 4.0, None)
    assert oldest.remote.contact is not None and oldest.remote.contact.name == "Zoë Müller"


async def test_it_is_paged_to_the_end(history: History) -> None:
    first = await history.page(HistoryQuery(reach=None, limit=2))
    assert first.next is not None
    rest = await history.page(HistoryQuery(reach=None, limit=2, before=first.next))
    assert (len(first.entries), len(rest.entries), rest.next) == (2, 1, None)
    for cursor in ("x", "é", "W10", "bm9uZQ"):
        with pytest.raises(NotValid, match="next"):
            await history.page(HistoryQuery(reach=None, before=cursor))


async def test_it_is_written_as_csv(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.console.history._AT_ONCE", 2)
    text = b"".join([part async for part in history.csv(HistoryQuery(reach=None), has_bom=True)])
    assert text.startswith(b"\xef\xbb\xbfBegan,")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))
    assert [row["Number"] for row in rows] == ["1003", "1002", "030901820"]
    assert (rows[1]["Outcomes"], rows[1]["Notes"], rows[2]["Contact"]) == (
        "call back",
        "user:anna: =offer",
        "Zoë Müller",
    )
    monkeypatch.setattr("offhook.console.history.MAX_EXPORTED", 2)
    text = b"".join([part async for part in history.csv(HistoryQuery(reach=None), has_bom=False)])
    assert text.count(b"\r\n") == 3
