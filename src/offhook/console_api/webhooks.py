"""Webhooks, as the API shows and takes them.

Source: docs/webhooks.md; Standard Webhooks (standardwebhooks.com), "Payload" and "Headers".
"""

from typing import Annotated, Any

import msgspec

from offhook.console_api.event_types import EventType

__all__ = [
    "DeadLetter",
    "NewWebhook",
    "ReplayRequest",
    "Replayed",
    "Webhook",
    "WebhookChange",
    "WebhookTest",
    "WebhookWithSecret",
]

_Url = Annotated[
    str,
    msgspec.Meta(
        min_length=8,
        max_length=2048,
        pattern=r"^https?://[!-~]+(?!\n)$",
        description="Where events are sent to, by POST; http or https, without user and password.",
        examples=["https://crm.example.com/offhook"],
    ),
]
_Name = Annotated[str, msgspec.Meta(max_length=80, description="For people.", examples=["CRM"])]
_Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,16}\.[a-z_]{0,48}(?!\n)$")]
_Types = Annotated[
    list[_Kind],
    msgspec.Meta(
        max_length=64,
        description="Event types; one that ends in `.` stands for all that begin with it. Empty: all.",
        examples=[["call.", "phone.dnd_changed"]],
    ),
]
_Phones = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]],
    msgspec.Meta(
        max_length=1024,
        description="Only events of these phones, and of those of `groups`. Both empty: of all.",
        examples=[["02000f001001"]],
    ),
]
_Groups = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]],
    msgspec.Meta(max_length=64, description="Only events of these groups' phones.", examples=[["Sales"]]),
]


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/v1/webhooks`."""

    url: _Url
    name: _Name = ""
    types: _Types = []
    phones: _Phones = []
    groups: _Groups = []
    is_enabled: bool = True


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`PATCH /api/v1/webhooks/{id}`: what is left out stays as it is."""

    url: _Url | msgspec.UnsetType = msgspec.UNSET
    name: _Name | msgspec.UnsetType = msgspec.UNSET
    types: _Types | msgspec.UnsetType = msgspec.UNSET
    phones: _Phones | msgspec.UnsetType = msgspec.UNSET
    groups: _Groups | msgspec.UnsetType = msgspec.UNSET
    is_enabled: bool | msgspec.UnsetType = msgspec.UNSET
    """True begins again where it stopped, as far as the events are still kept."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told of events by HTTP, and how far that has got."""

    id: Annotated[str, msgspec.Meta(examples=["wh_1f2e3d4c5b6a"])]
    name: str
    url: str
    types: list[str]
    phones: list[str]
    groups: list[str]
    is_enabled: bool
    created: str
    created_by: Annotated[str, msgspec.Meta(examples=["user:anna"])]
    """Whose rights decide what is sent; nothing is while they do not allow webhooks."""
    problem: str | None
    """Why nothing goes out, or why the last attempt failed; None when all is well."""
    position: Annotated[int, msgspec.Meta(examples=[4711])]
    """`seq` of the last event that is done with."""
    waiting: int
    """Events after that position, of any kind."""
    failed_attempts: int
    """In a row, of the event that is to go next."""
    next_attempt: str | None
    """When that event is sent again; None when nothing failed."""
    failing_since: str | None
    last_success: str | None
    lost: int
    """Events that were thrown away, being too old, before they could be sent."""
    dead_letters: int


class WebhookWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook with the secret to check its signatures with, shown this once."""

    webhook: Webhook
    secret: Annotated[str, msgspec.Meta(examples=["whsec_(44 characters)"])]


class WebhookTest(msgspec.Struct, frozen=True, kw_only=True):
    """How a trial went."""

    is_delivered: bool
    status: int | None
    """HTTP status of the answer; None when there was none."""
    problem: str | None
    ms: float


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """An event that could not be delivered and was set aside."""

    number: Annotated[int, msgspec.Meta(examples=[17])]
    """Rises; the cursor to page by."""
    message: Annotated[str, msgspec.Meta(examples=["df39c207d387-67"])]
    """`webhook-id` it was, and will be, sent with."""
    type: EventType
    time: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]
    """When it was set aside."""
    attempts: int
    problem: str
    """What came of the last attempt."""
    is_waiting: bool
    """It is to be sent again: somebody asked for it."""
    event: dict[str, Any]
    """What is sent, as it is sent."""


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/v1/webhooks/{id}/dead-letters/replay`."""

    numbers: Annotated[
        list[Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)]], msgspec.Meta(max_length=1000, examples=[[17]])
    ] = []
    """Which dead letters; empty: all."""


class Replayed(msgspec.Struct, frozen=True, kw_only=True):
    """How many dead letters are to be sent again, in their order, once each."""

    letters: int
