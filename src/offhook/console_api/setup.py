"""What administrators need to set a phone up, and to look at what it sends.

Source: console-api.md §4; vendors.md §2, §4.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Problem

__all__ = ["DialectInfo", "PhoneAction", "ReachOutcome", "ReachTest", "SetupFileInfo", "SetupSheet", "SetupUrl"]


class DialectInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One make of phones that the console knows."""

    name: Annotated[str, msgspec.Meta(examples=["base"])]
    """For `PhoneSetup.dialect`."""
    title: Annotated[str, msgspec.Meta(examples=["The source document"])]
    can_be_commanded: bool
    """False: such phones report, and how they are commanded is not known."""


class SetupUrl(msgspec.Struct, frozen=True, kw_only=True):
    """One of the phone's 27 Action URLs."""

    event: Annotated[str, msgspec.Meta(examples=["incoming"])]
    title: Annotated[str, msgspec.Meta(examples=["Incoming Call"])]
    """The event's name in the document, and on management pages."""
    setting: str
    """What the make calls the setting in its files; "" when that is not known, or the make has no such event."""
    url: Annotated[str, msgspec.Meta(examples=["http://192.0.2.76:8801/incoming.xml?mac=$mac&call_id=$call_id"])]


class SetupFileInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One form of file that sets the phone up."""

    format: Annotated[str, msgspec.Meta(examples=["toml"])]
    """For `GET /phones/{id}/setup/file?format=`."""
    title: str
    name: Annotated[str, msgspec.Meta(examples=["02000f001001.toml"])]
    """As the phone asks for it."""
    url: str
    """Where the phone can fetch it, with a key of its own: whoever has this URL can read the file. "" for a phone that
    is not set up, or known by no MAC address."""


class SetupSheet(msgspec.Struct, frozen=True, kw_only=True):
    """How to make a phone report to the console and obey it."""

    phone: str
    dialect: str
    dialect_title: str
    listener_url: str
    """What the Action URLs begin with, as the phone reaches it; holds the listener's secret, if there is one."""
    console_address: str
    """IP address that commands come from, for the phone's list of those who may send any."""
    provisioning_url: str
    """Folder that the files are in, for makes that put the file's name behind it; "" as with `SetupFileInfo.url`."""
    steps: list[str]
    """What has to be done at the phone."""
    urls: list[SetupUrl]
    """All 27, in the document's order."""
    text: str
    """The URLs as text to paste."""
    files: list[SetupFileInfo]
    warnings: list[Problem]
    """What would keep it from working."""


class ReachOutcome(StrEnum):
    """Whether the console can command a phone."""

    REACHED = "reached"
    """It answered, and took user and password."""
    UNREACHABLE = "unreachable"
    """No connection."""
    SILENT = "silent"
    """A connection, and no answer."""
    WRONG_PASSWORD = "wrong_password"
    FORBIDDEN = "forbidden"
    """It does not take commands, or not from the console's address."""
    NOT_SET_UP = "not_set_up"
    NOT_TESTED = "not_tested"
    """There is no way to try it without pressing a key."""


class ReachTest(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying to reach a phone."""

    outcome: ReachOutcome
    message: str
    """For people; says what to do next."""
    ms: float | None = None
    """To the answer."""


class PhoneAction(msgspec.Struct, frozen=True, kw_only=True):
    """One Action URL request, as it arrived, as it was understood, and what it led to."""

    number: int
    """Rises from request to request; the cursor to page by."""
    received: str
    phone: str
    source_address: str
    event: str
    """The document's slug, or the word as it arrived when the dialect does not know it."""
    request: str
    """The request target, one Latin-1 character a byte, a secret in it replaced by `***`. Hostile text."""
    vars: dict[str, str]
    """Decoded values. Hostile text."""
    events: list[Envelope]
    """What it led to, in order; empty where these were thrown away already."""
