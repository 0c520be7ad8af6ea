"""Bodies of the API's requests.

In Python a pattern's `$` also matches before a last line end, hence the `(?!\\n)` in those here.

Source: console-api.md §4 (verbs).
"""

from typing import Annotated

import msgspec

__all__ = [
    "AnswerRequest",
    "DialRequest",
    "DigitsRequest",
    "DndRequest",
    "HoldRequest",
    "KeysRequest",
    "Number",
    "PhoneId",
    "PhoneSetup",
    "TransferRequest",
]

PhoneId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are refused, so that a misspelt one is noticed."""


class DialRequest(_Request, frozen=True):
    """`POST /api/v1/calls`: place a call."""

    phone: PhoneId
    number: Number
    """Digits with `*`, `#` and a leading `+`, or a SIP address."""


class AnswerRequest(_Request, frozen=True):
    """`POST /api/v1/calls/{id}/answer` and `/reject`: which of our phones, when the call rings at several."""

    phone: PhoneId | None = None


class HoldRequest(_Request, frozen=True):
    """`PUT /api/v1/calls/{id}/hold`: the wished state."""

    held: bool
    phone: PhoneId | None = None


class DigitsRequest(_Request, frozen=True):
    """`POST /api/v1/calls/{id}/digits`."""

    digits: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{1,32}(?!\n)$")]
    phone: PhoneId | None = None


class TransferRequest(_Request, frozen=True):
    """`POST /api/v1/transfers`."""

    call: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    target: Number
    flow: Annotated[str, msgspec.Meta(pattern=r"^blind(?!\n)$")] = "blind"
    phone: PhoneId | None = None


class DndRequest(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}/dnd`: the wished state."""

    on: bool


class KeysRequest(_Request, frozen=True):
    """`POST /api/v1/phones/{id}/keys`: press keys, as at the phone."""

    keys: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=32)]],
        msgspec.Meta(min_length=1, max_length=32),
    ]


class PhoneSetup(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}`: what the console needs to command a phone."""

    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    extension: Annotated[str, msgspec.Meta(max_length=64)] = ""
    account: Annotated[str, msgspec.Meta(max_length=128)] = ""
    control_url: Annotated[str, msgspec.Meta(max_length=256)] = ""
    """How it is commanded: `http://host:port` of its management page, or `sip:user@exchange` for NOTIFY over SIP."""
    control_user: Annotated[str, msgspec.Meta(max_length=64)] = "admin"
    control_password: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    """None keeps the one that is set; it is never shown again."""
    dialect: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Name of a dialect; "" recognises it."""
