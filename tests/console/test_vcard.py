"""Cards as phones and mail programs write them, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.console.vcard import read_vcards, write_vcard
from offhook.console_api.contacts import Contact, ContactNumber, NewContact, NewNumber

CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Anna;;;\r\nORG:Kranz\\; Co;Sales\r\n"
    "item1.TEL;TYPE=WORK,VOICE;type=pref:+49 30 \r\n 901820\r\n"
    'TEL;VALUE=uri;TYPE="home,voice";PREF=1:tel:+49-30-901821;ext=5\r\n'
    "TEL;CELL:0171 1234567\r\nTEL:\r\n"
    'EMAIL;X-A="a:b;c";TYPE=INTERNET:a@example.org\r\n'
    "CATEGORIES:x,y\\,z\r\nNOTE:a\\nb\\, c\\\\n\r\nUID:urn:uuid:1\r\n"
    "PHOTO;ENCODING=b:AAAA\r\nno property\r\nEND:VCARD\r\n"
)


def test_a_card_is_read() -> None:
    (row,) = read_vcards(CARD.encode()).rows
    assert (row.line, row.id) == (1, "")
    assert row.contact == NewContact(
        name="Anna Müller",
        organisation="Kranz; Co Sales",
        numbers=[
            NewNumber(number="+49 30 901820", label="work"),
            NewNumber(number="+49-30-901821 ext. 5", label="home"),
            NewNumber(number="0171 1234567", label="cell"),
        ],
        emails=["a@example.org"],
        groups=["x", "y,z"],
        note="a\nb, c\\n",
    )


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("BEGIN:VCARD\nVERSION:2.1\nFN:x\nEND:VCARD\n", ["version 2.1: save it as 3.0 or 4.0"]),
        ("BEGIN:VCARD\nFN:x\nEND:VCARD\n", ["version unknown: save it as 3.0 or 4.0"]),
        ("BEGIN:VCARD\nVERSION:4.0\nFN:x\n", ["the card does not end"]),
        ("BEGIN:VCARD\nBEGIN:VCARD\nVERSION:4.0\nFN:x\nEND:VCARD\n", ["the card does not end"]),
        ("BEGIN:VCARD\nVERSION:4.0\nEND:VCARD\n", ["no name, and no number to name it by"]),
        ("hello\n", ["there is no BEGIN:VCARD in it"]),
        ("", ["there is no BEGIN:VCARD in it"]),
    ],
)
def test_a_broken_card_is_refused_by_itself(text: str, reasons: list[str]) -> None:
    assert [each.reason for each in read_vcards(text.encode()).refused] == reasons
    assert len(read_vcards((text + CARD).encode()).rows) >= 1


def test_what_is_written_is_read_again() -> None:
    contact = Contact(
        id="ct_1",
        name="Zoë\r\nTEL:666; " + "ä" * 100,
        organisation="A, B",
        numbers=[
            ContactNumber(number="+4930901820", label='wo"rk\n', extension="12", display=""),
            ContactNumber(number="1002", label="", extension="", display=""),
        ],
        emails=["a@example.org"],
        groups=["x,y", "z"],
        note="one\ntwo\\",
        changed="",
    )
    text = write_vcard(contact)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (row,) = read_vcards(text.encode()).rows
    assert (row.id, row.contact.organisation, row.contact.groups) == ("ct_1", "A, B", ["x,y", "z"])
    assert row.contact.name == contact.name.replace("\r\n", "\n")
    assert row.contact.note == contact.note
    assert row.contact.numbers == [
        NewNumber(number="+4930901820 ext. 12", label="work"),
        NewNumber(number="1002"),
    ]
    bare = write_vcard(Contact(**{**{f: getattr(contact, f) for f in contact.__struct_fields__}, **EMPTY}))
    assert read_vcards(bare.encode()).rows[0].contact == NewContact(name="x")


EMPTY = {"id": "ct_2", "name": "x", "organisation": "", "numbers": [], "emails": [], "groups": [], "note": ""}


def test_a_hostile_card_costs_little() -> None:
    long = "BEGIN:VCARD\nVERSION:4.0\nFN:x\nTEL" + ';A="' * 100_000 + "\nEND:VCARD\n"
    many = "BEGIN:VCARD\nVERSION:4.0\nFN:x\n" + "TEL:1\n" * 100_000 + "END:VCARD\n"
    assert [row.contact.name for row in read_vcards(long.encode()).rows] == ["x"]
    assert len(read_vcards(many.encode()).refused) == 1


@given(st.text(max_size=300))
def test_no_file_breaks_the_reader(text: str) -> None:
    read_vcards(f"BEGIN:VCARD\nVERSION:4.0\nFN:x\n{text}\nEND:VCARD\n".encode("utf-8", "replace"))
