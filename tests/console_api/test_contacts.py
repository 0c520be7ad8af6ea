"""Bodies about contacts take what fits, and nothing else."""

from typing import Any

import msgspec
import pytest

from offhook.console_api.contacts import Contact, ContactNumber, ImportReport, NewContact, RefusedRow


def test_a_name_is_enough() -> None:
    contact = msgspec.json.decode(b'{"name": "Zo\xc3\xab"}', type=NewContact)
    assert contact == NewContact(name="Zoë", organisation="", numbers=[], emails=[], groups=[], note="")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 121},
        {"name": "x", "shoe": 43},
        {"name": "x", "numbers": [{"number": ""}]},
        {"name": "x", "numbers": [{"number": "1", "extension": "12\n"}]},
        {"name": "x", "numbers": [{"number": "1"}] * 17},
        {"name": "x", "emails": [""]},
        {"name": "x", "groups": ["g" * 65]},
        {"name": "x", "note": "n" * 4001},
    ],
)
def test_what_does_not_fit_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, NewContact)


def test_answers_are_written_whole() -> None:
    contact = Contact(
        id="ct_1",
        name="Zoë",
        organisation="",
        numbers=[ContactNumber(number="+4930901820", label="", extension="", display="030 901820")],
        emails=[],
        groups=[],
        note="",
        changed="2026-01-05T09:12:03.418Z",
    )
    assert msgspec.json.decode(msgspec.json.encode(contact), type=Contact) == contact
    report = ImportReport(
        is_dry_run=True,
        format="csv",
        rows=1,
        created=0,
        updated=0,
        unchanged=0,
        columns={"x": ""},
        refused=[RefusedRow(row=2, reason="no name", text=";")],
        refused_more=0,
    )
    assert msgspec.json.decode(msgspec.json.encode(report), type=ImportReport) == report
