"""Tables of contacts as programs write them, and as nobody should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.console.contact_csv import read_csv, write_csv
from offhook.console_api.contacts import Contact, ContactNumber, NewContact, NewNumber
from offhook.errors import NotValid


def test_columns_are_guessed() -> None:
    text = (
        "Vorname;Nachname;Firma;Telefon geschäftlich;Mobil;E-Mail;Gruppen;Notiz;Schuhgröße\r\n"
        'Anna;Müller;Kranz GmbH;030 901820;0171 1234567;a@example.org, b@example.org;Berlin;"zwei\r\nZeilen";43\r\n'
        ";;;;;;;;\r\n"
        ";;Ölwerk;1002;;;;;\r\n"
    )
    file = read_csv(text.encode("cp1252"))
    assert file.columns["Telefon geschäftlich"] == file.columns["Mobil"] == "number"
    assert file.columns["Schuhgröße"] == ""
    assert [row.line for row in file.rows] == [2, 5]
    assert file.rows[0].contact == NewContact(
        name="Anna Müller",
        organisation="Kranz GmbH",
        numbers=[
            NewNumber(number="030 901820", label="geschäftlich"),
            NewNumber(number="0171 1234567", label="mobil"),
        ],
        emails=["a@example.org", "b@example.org"],
        groups=["Berlin"],
        note="zwei\r\nZeilen",
    )
    assert file.rows[1].contact.name == "Ölwerk"
    assert file.refused == []


def test_labels_in_columns_of_their_own() -> None:
    header = "Name,Phone 1 - Type,Phone 1 - Value,E-mail 1 - Type,E-mail 1 - Value,Group Membership"
    text = f"{header}\nZoë,Work,1002,Home,z@x,* My ::: B\n"
    (row,) = read_csv(text.encode()).rows
    assert row.contact.numbers == [NewNumber(number="1002", label="Work")]
    assert (row.contact.emails, row.contact.groups) == (["z@x"], ["My", "B"])


def test_rows_that_cannot_be_taken_are_told() -> None:
    text = 'name,phone\nAnna,1,surplus\n,\n"\n' + "x" * 200_000 + '",2\nBen,3\n'
    file = read_csv(text.encode())
    assert [(each.line, each.reason[:7]) for each in file.refused] == [(2, "3 cells"), (4, "not CSV")]
    assert [row.contact.name for row in file.rows][-1:] == ["Ben"]
    assert read_csv(b"name;phone\nAnna").rows[0].contact.numbers == []


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"shoe,size\n1,2\n", b"\x00" * 50])
def test_a_file_that_is_no_table_of_contacts_is_refused(raw: bytes) -> None:
    with pytest.raises(NotValid, match="first line"):
        read_csv(raw)


def a_contact(**changes: object) -> Contact:
    given: dict[str, object] = {
        "id": "ct_1",
        "name": "=Anna",
        "organisation": "+Kranz; Co",
        "numbers": [
            ContactNumber(number="+4930901820", label="work", extension="12", display=""),
            ContactNumber(number="1002", label="", extension="", display=""),
        ],
        "emails": ["a@example.org", "b@example.org"],
        "groups": ["Berlin"],
        "note": "zwei\nZeilen",
        "changed": "",
    }
    return Contact(**{**given, **changes})  # type: ignore[arg-type]


def test_what_is_written_is_read_again() -> None:
    text = write_csv([a_contact(), a_contact(id="ct_2", name="Ben", numbers=[])])
    assert "'=Anna" in text and "'+4930901820 ext. 12" in text, "a spreadsheet runs nothing of it"
    first, second = read_csv(text.encode()).rows
    assert (first.id, first.contact.name, first.contact.organisation) == ("ct_1", "=Anna", "+Kranz; Co")
    assert [each.number for each in first.contact.numbers] == ["+4930901820 ext. 12", "1002"]
    assert [each.label for each in first.contact.numbers] == ["work", ""]
    assert (first.contact.emails, first.contact.groups) == (["a@example.org", "b@example.org"], ["Berlin"])
    assert (second.id, second.contact.numbers) == ("ct_2", [])
    assert write_csv([]).startswith("id,name,organisation,number 1,label 1,")


@given(st.binary(max_size=300))
def test_no_file_breaks_the_reader(raw: bytes) -> None:
    file = read_csv(b"name,phone\n" + raw)
    assert all(row.contact.name for row in file.rows)
