"""Contacts, as the API shows and takes them.

Source: ITU-T E.164 (numbers); RFC 6350 (what a contact has).
"""

from typing import Annotated

import msgspec

__all__ = ["Contact", "ContactNumber", "ImportReport", "NewContact", "NewNumber", "RefusedRow"]

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=120, examples=["Anna Müller"])]
_Organisation = Annotated[str, msgspec.Meta(max_length=120, examples=["Kranz GmbH"])]
_Label = Annotated[str, msgspec.Meta(max_length=32, examples=["work"])]
_Extension = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9]{0,12}(?!\n)$", description="To be dialled once the call is answered.", examples=["12"]
    ),
]
_Email = Annotated[str, msgspec.Meta(min_length=1, max_length=254, examples=["anna@example.org"])]
_Group = Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=["Suppliers"])]
_Note = Annotated[str, msgspec.Meta(max_length=4000)]


class ContactNumber(msgspec.Struct, frozen=True, kw_only=True):
    """One number of a contact."""

    number: Annotated[str, msgspec.Meta(examples=["+4930901820"])]
    """E.164 where the country is known, as it was written otherwise."""
    label: _Label
    extension: _Extension
    display: Annotated[str, msgspec.Meta(examples=["030 901820"])]
    """As people of the console's region write it."""


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who calls or is called."""

    id: Annotated[str, msgspec.Meta(examples=["ct_5f2b9c0d1e7a"])]
    name: _Name
    organisation: _Organisation
    numbers: list[ContactNumber]
    emails: list[_Email]
    groups: list[_Group]
    note: _Note
    changed: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]


class NewNumber(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A number to keep, written in any way."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=128, examples=["030 901820"])]
    label: _Label = ""
    extension: _Extension = ""


class NewContact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/v1/contacts`, and `PUT /api/v1/contacts/{id}`, which replaces it whole."""

    name: _Name
    organisation: _Organisation = ""
    numbers: Annotated[list[NewNumber], msgspec.Meta(max_length=16)] = []
    emails: Annotated[list[_Email], msgspec.Meta(max_length=16)] = []
    groups: Annotated[list[_Group], msgspec.Meta(max_length=32)] = []
    note: _Note = ""


class RefusedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not taken."""

    row: Annotated[int, msgspec.Meta(examples=[4])]
    """Line of the file it begins in, from 1."""
    reason: Annotated[str, msgspec.Meta(examples=["no name, and no number to name it by"])]
    text: str
    """How it begins; hostile text."""


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file of contacts, or would."""

    is_dry_run: bool
    """Nothing was changed."""
    format: Annotated[str, msgspec.Meta(examples=["csv"])]
    rows: Annotated[int, msgspec.Meta(examples=[3])]
    created: int
    updated: int
    unchanged: int
    columns: Annotated[dict[str, str], msgspec.Meta(examples=[{"Phone 1": "number", "Shoe size": ""}])]
    """CSV: what each column was taken for; "" for those left out. Empty for vCard."""
    refused: list[RefusedRow]
    """The first of them."""
    refused_more: int
    """So many more."""
