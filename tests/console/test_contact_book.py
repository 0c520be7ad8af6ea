"""Contacts are kept, found, replaced by import, and known by their numbers."""

import pytest

from offhook.console.contact_book import ContactBook
from offhook.console.contact_rows import ContactFile
from offhook.console.numbers import Numbers
from offhook.console.store.memory import MemoryStore
from offhook.console_api.contacts import NewContact, NewNumber
from offhook.console_api.resources import ContactRef, Party
from offhook.errors import NotFound, NotPossibleNow, NotValid, StoreError
from tests.console.kit import Clock

ANNA = NewContact(
    name="Anna Müller", organisation="Kranz", numbers=[NewNumber(number="030 901820 ext. 12")], groups=["B"]
)


def a_book(store: MemoryStore | None = None, **changes: int) -> ContactBook:
    return ContactBook(store or MemoryStore(), Numbers("DE"), now=Clock(), **changes)


def a_file(*contacts: NewContact, ids: tuple[str, ...] = ()) -> ContactFile:
    file = ContactFile("csv")
    for at, contact in enumerate(contacts):
        fields = {name: getattr(contact, name) for name in contact.__struct_fields__}
        fields["numbers"] = [{"number": each.number} for each in contact.numbers]
        file.take(at + 2, ids[at] if ids else "", fields, "")
    return file


async def test_a_contact_is_kept_and_found() -> None:
    book = a_book()
    anna = await book.create(ANNA)
    (number,) = anna.numbers
    assert (number.number, number.extension, number.display) == ("+4930901820", "12", "030 901820")
    assert await book.get(anna.id) == anna
    for search in ("mull", "KRANZ ann", "030 9018", "+49 30", ""):
        assert await book.find(search, group=None, after=None, limit=9) == [anna], search
    for search in ("x", "ller", "!"):
        assert await book.find(search, group=None, after=None, limit=9) == [], search
    assert await book.find("", group="B", after=anna.id, limit=9) == []
    assert await book.numbers_of("muller") == {"+4930901820"}
    assert await book.numbers_of("!") == set()
    assert book.groups() == ["B"]
    with pytest.raises(NotValid, match="after"):
        await book.find("", group=None, after="ct_none", limit=9)


async def test_a_party_is_known_by_its_number_however_it_is_written() -> None:
    store = MemoryStore()
    book = a_book(store)
    anna = await book.create(ANNA)
    ref = ContactRef(id=anna.id, name="Anna Müller")
    for number in ("030901820", "+4930901820", "004930901820"):
        party = book.name_party(Party(number=number, name="x"))
        assert party == Party(number=number, name="x", display="030 901820", contact=ref)
    assert book.name_party(Party(number="1002")) == Party(number="1002", display="1002")
    assert book.name_party(Party()) == Party()
    assert book.name_party(Party(number="030901820", phone="a1")).contact is None
    again = a_book(store)
    await again.load()
    assert again.name_party(Party(number="030901820")).contact == ref


async def test_changes_are_known_at_once() -> None:
    book = a_book()
    anna = await book.create(ANNA)
    other = await book.create(NewContact(name="Ben", numbers=ANNA.numbers))
    await book.replace(anna.id, NewContact(name="Chloé", numbers=[NewNumber(number="1002")]))
    assert book.name_party(Party(number="030901820")).contact == ContactRef(id=other.id, name="Ben")
    await book.remove(other.id)
    assert book.name_party(Party(number="030901820")).contact is None
    assert book.name_party(Party(number="1002")).contact == ContactRef(id=anna.id, name="Chloé")
    for work in (book.get(other.id), book.replace(other.id, ANNA), book.remove(other.id)):
        with pytest.raises(NotFound):
            await work


async def test_a_file_creates_updates_and_leaves_alone() -> None:
    book = a_book()
    anna = await book.create(ANNA)
    await book.create(NewContact(name="Ben"))
    renamed = NewContact(name="Anna Bianchi")
    file = a_file(
        NewContact(name="ANNA MULLER", organisation="kranz", numbers=[NewNumber(number="1001")]),
        NewContact(name="Ben"),
        NewContact(name="Zoë", note="first"),
        NewContact(name="zoe", note="second"),
    )
    file.refuse(9, "why", "text")
    report = await book.take(file, is_dry_run=True)
    assert (report.rows, report.created, report.updated, report.unchanged) == (5, 1, 1, 1)
    assert (report.refused[0].row, report.refused_more, report.is_dry_run) == (9, 0, True)
    assert (await book.get(anna.id)).numbers[0].number == "+4930901820", "nothing was changed"
    await book.take(file, is_dry_run=False)
    assert (await book.get(anna.id)).numbers[0].number == "1001"
    assert [each.note for each in await book.find("zoe", group=None, after=None, limit=9)] == ["second"]
    again = await book.take(a_file(renamed, ids=(anna.id,)), is_dry_run=False)
    assert (again.created, again.updated) == (0, 1)
    assert (await book.get(anna.id)).name == "Anna Bianchi"
    assert len([each async for each in book.everybody()]) == 3


async def test_there_is_room_for_so_many() -> None:
    book = a_book(max_contacts=2)
    await book.create(ANNA)
    with pytest.raises(NotPossibleNow, match="2 contacts fit"):
        await book.take(a_file(NewContact(name="a"), NewContact(name="b")), is_dry_run=True)
    await book.create(NewContact(name="a"))
    with pytest.raises(NotPossibleNow):
        await book.create(NewContact(name="b"))


async def test_a_store_that_fails_changes_nothing_in_memory() -> None:
    class Broken(MemoryStore):
        async def save_contacts(self, saved: object) -> None:
            raise StoreError("disk full")

    book = a_book(Broken())
    with pytest.raises(StoreError):
        await book.create(ANNA)
    assert book.name_party(Party(number="030901820")).contact is None
