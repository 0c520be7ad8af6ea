"""One dialect as a typed record: spellings only, every entry with its source.

Source: DOC §2.2-2.5, §3.2-3.4 for the words; vendors.md for how others differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from offhook.plain_members import plain_members
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable

__all__ = ["Authentication", "CallIdScope", "Control", "Dialect", "Escaping", "Match", "SetupFile", "SetupGuide"]


@plain_members
class CallIdScope(StrEnum):
    """How far a `$call_id` can be trusted to name one call."""

    GLOBAL = "global"
    """A SIP Call-ID: the same at both ends, never used again."""
    PHONE = "phone"
    """A counter of the phone's own, starting anew with the phone (vendors.md §2.3)."""


class Authentication(StrEnum):
    """How a phone wants to be told who asks."""

    CHALLENGE = "challenge"
    """Whatever its 401 offers, Digest before Basic."""
    BASIC = "basic"
    """Basic at once; the phone never challenges."""


@dataclass(frozen=True, slots=True)
class Match:
    """Which phones speak the dialect; empty means any."""

    vendor: str = ""
    model: str = ""
    """Start of the model's name, any case."""
    mac_prefixes: tuple[str, ...] = ()
    """First six hexadecimal digits, lower case."""


@dataclass(frozen=True, slots=True)
class Control:
    """How the phone is controlled (Active URI)."""

    path: str
    """What a command's `?` follows; "" where nobody knows how to command such a phone: it only reports."""
    has_sequences: bool
    """Whether several keys may be sent in one request, separated by `;`."""
    authentication: Authentication
    accepted_statuses: tuple[int, ...]
    """HTTP statuses that mean: the command was taken."""
    transfers_ringing: bool = False
    """Whether the Transfer key hands a call over to a target that still rings (a semi-attended transfer)."""


class Escaping(StrEnum):
    """How a URL is written in a set-up file."""

    NONE = "none"
    XML = "xml"
    """`&` becomes `&amp;`."""


@dataclass(frozen=True, slots=True)
class SetupFile:
    """One form of set-up file: a head, a line for each event, a foot."""

    id: str
    title: str
    name: str
    """As the phone asks for it; `{mac}` and `{MAC}` are filled in."""
    media_type: str
    escaping: Escaping
    head: str
    """`{mac}`, `{MAC}` and `{console}`, the address that may command the phone, are filled in; in `foot`, too."""
    line: str
    """`{setting}` and `{url}` are filled in."""
    foot: str
    settings: Mapping[Event, str]
    """The vendor's name of each event's setting, its spelling kept; an event that is absent the phone does not have."""


@dataclass(frozen=True, slots=True)
class SetupGuide:
    """What somebody has to know to set such a phone up."""

    max_url_chars: int = 256
    """Longest Action URL the phone keeps; the default is what all of them keep (vendors.md §2.4)."""
    steps: tuple[str, ...] = ()
    """What has to be switched on at the phone, in words; `{console}` is the console's address."""
    files: tuple[SetupFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to speak Action URL and Active URI."""

    name: str
    title: str
    source: str
    """Where this was learned: a section of the document, or a capture."""
    match: Match
    events: Mapping[str, Event]
    """Event by each of its spellings, folded."""
    variables: Mapping[str, Variable]
    """Variable by each of its spellings, folded."""
    key_spellings: Mapping[Key, str]
    """What to send for each key; a key that is absent the phone does not have."""
    key_aliases: Mapping[str, Key]
    """Key by each spelling to accept, folded."""
    control: Control
    call_id_scope: CallIdScope
    variable_spellings: Mapping[Variable, str] = field(default_factory=dict)
    """What to write, after the `$`, for each variable; one that is absent the phone does not have."""
    setup: SetupGuide = SetupGuide()
    forwards: Mapping[str, str] = field(default_factory=dict)
    """What follows `key=` to turn a forward on or off, `{target}` for the number; by `always_on`, `always_off`,
    `busy_on` and so on. One that is absent cannot be turned from afar."""

    def __hash__(self) -> int:
        # Of what can be hashed, so that what was worked out for a dialect can be kept.
        return hash((self.name, frozenset(self.key_spellings)))

    def event_for(self, word: str) -> Event | None:
        """Find the event for a word of a request's path, in any case; None if the dialect has no such event."""
        return self.events.get(word.casefold())

    def values_of(self, raw: Mapping[str, str]) -> dict[Variable, str]:
        """Pick the values of the 12 variables out of a request's parameters, whatever else it holds."""
        known = self.variables
        return {known[name]: value for name, value in raw.items() if name in known}
