"""What the console keeps: immutable records of phones, calls and what happened to them.

Nothing here changes in place. A batch makes new records, the store writes them, and only then the live state takes
them over; so a batch that fails leaves nothing behind. Times are seconds since 1970 (UTC) inside the console and
become RFC 3339 text in `times` and `views`.

Source: console-api.md §1 no. 1 (connection = call + device), §2 (the envelope); architecture decision 3.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from offhook.callmodel.connection import ConnectionState
from offhook.console.store.people import AuditRecord
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Command, Direction, Doubt, Forwarding, Line, Party
from offhook.protocol.action_url import ReportTarget

__all__ = [
    "ActionRecord",
    "Batch",
    "CallAnnotated",
    "CallRecord",
    "Change",
    "CommandProgress",
    "ConnectionRecord",
    "DoubtArose",
    "EndedRecord",
    "Happening",
    "IncomingReport",
    "NoteRecord",
    "PhoneRecord",
    "PhoneRemoved",
    "PhoneSetupChanged",
    "WebhookStopped",
]


# --- what is remembered -------------------------------------------------------------------------------------------
# gc=False: records never form cycles, and there are tens of thousands of them for the collector not to walk.


class EndedRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A connection that is over, remembered so that a late report does not bring it back."""

    wire: str
    """The call's key on the wire, see `CallRecord.wire`; "" when it had none."""
    call: str
    """Id of the call; "" when only its end was ever reported."""
    at: float
    is_missed: bool = False
    was_answered: bool = False
    is_inferred: bool = False
    """The end itself was not reported: a later report may show that the call goes on."""


class PhoneRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One phone: what somebody set up, and what it reported."""

    id: str
    is_set_up: bool = False
    name: str = ""
    extension: str = ""
    account: str = ""
    control_url: str = ""
    approved_url: str = ""
    """Control URL as somebody set it: a report can move `control_url` (IP Changed), and anybody can send a report."""
    control_user: str = ""
    wanted_dialect: str = ""
    """Dialect somebody chose; "" recognises it."""
    forward_keys: dict[str, str] = {}
    """Keys that set its forwards, as in `PhoneSetup`."""
    dialect: str = "base"
    """Dialect in use."""
    address: str = ""
    mac: str = ""
    """MAC address, where the id is another one: as the phone says."""
    is_mac_approved: bool = False
    """Somebody entered it: the phone is known by it wherever it is, see `which_phone`."""
    model: str = ""
    firmware: str = ""
    is_off_hook: bool | None = None
    is_busy: bool | None = None
    dnd: bool | None = None
    forwarding: Forwarding = Forwarding()
    lines: tuple[Line, ...] = ()
    missed_calls: int = 0
    reported: float | None = None
    """When the last Action URL arrived."""
    on_hook_at: float | None = None
    """When it went on hook; None while it is off hook, or never said."""
    idle_at: float | None = None
    """When a report last said that it is in no call."""
    has_doubtful_end: bool = False
    """One of its calls is shown as over and may not be."""
    may_be_busy_since: float | None = None
    """It shows no call and said that it is busy: when that became odd."""
    doubts: tuple[str, ...] = ()
    """Features and lines whose reports may have changed places, see `certainty`."""
    heard: tuple[tuple[str, float], ...] = ()
    """Features and lines reported a moment ago, and when."""
    calls: tuple[str, ...] = ()
    """Ids of the calls it is in now, oldest first; rebuilt from the calls at start, not stored."""
    ended: tuple[EndedRecord, ...] = ()
    """Its last ended connections, oldest first; rebuilt like `calls`."""

    @property
    def is_idle_uncertain(self) -> bool:
        """Whether it shows no call, and that may be wrong."""
        return not self.calls and (self.has_doubtful_end or self.may_be_busy_since is not None)


class ConnectionRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One call at one phone."""

    phone: str
    state: ConnectionState
    began: float
    direction: Direction = Direction.UNKNOWN
    line: str = ""
    remote: Party = Party()
    answered: float | None = None
    ended: float | None = None
    cause: str | None = None
    is_missed: bool = False
    is_transferring: bool = False
    was_transferred: bool = False
    """A transfer was carried out; the end that follows is its doing."""
    is_muted: bool = False
    """The console muted the microphone; what is done at the phone itself is not reported."""
    is_provisional: bool = False
    """The phone is off hook and has not said yet what for."""
    confidence: float = 1.0
    reported: float = 0.0
    """When the last report about it arrived."""
    hold_reported: float | None = None
    """When Hold or Unhold last arrived."""
    is_end_inferred: bool = False
    """It is over because another report says so; its own end was not reported."""
    may_go_on: bool = False
    """It is shown as over, and the report that says so may have been older than it."""
    doubt: Doubt | None = None
    """Why its state, or its end, may be wrong."""

    @property
    def is_live(self) -> bool:
        """Whether the connection exists now."""
        return self.state is not ConnectionState.NULL


class NoteRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """What one user has to say about a call."""

    by: str
    at: float
    text: str = ""
    outcome: str = ""

    @property
    def is_there(self) -> bool:
        """Whether it says anything; one that was taken back stays, empty, so that it is not found any more."""
        return bool(self.text or self.outcome)


class CallRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One call and its connections, in the order in which they became known."""

    id: str
    began: float
    wire: str = ""
    """What reports recognise the call by: the Call-ID, prefixed with its phone where it is only the phone's own."""
    call_id: str | None = None
    """The Call-ID as it arrived."""
    answered: float | None = None
    ended: float | None = None
    connections: tuple[ConnectionRecord, ...] = ()
    notes: tuple[NoteRecord, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether any of its connections exists now."""
        return any(connection.is_live for connection in self.connections)

    def at(self, phone: str) -> ConnectionRecord | None:
        """Give the connection of one phone; None if the phone is not in the call."""
        for connection in self.connections:
            if connection.phone == phone:
                return connection
        return None


# --- what comes in ------------------------------------------------------------------------------------------------


class IncomingReport(msgspec.Struct, frozen=True, gc=False):
    """One Action URL request, read but not yet understood."""

    target: ReportTarget
    request: bytes
    """The request target as it arrived, with a secret in it replaced by `***`."""
    source_address: str
    """IP address the request came from."""
    received: float


@dataclass(frozen=True, slots=True)
class PhoneSetupChanged:
    """Somebody set a phone up, or edited it; ``phone`` is its id (a MAC or an IP address)."""

    phone: str
    setup: PhoneSetup


@dataclass(frozen=True, slots=True)
class PhoneRemoved:
    """Somebody removed a phone; if it reports again it is a phone that was never set up."""

    phone: str


@dataclass(frozen=True, slots=True)
class CommandProgress:
    """A command was accepted, or got further; becomes the `command.*` event of its state."""

    command: Command
    idempotency_key: str | None = None
    """Key of the request that made it, scoped by the caller to whoever asked; kept from the first progress on."""
    audit: AuditRecord | None = None
    """Entry of the request that made it: on disk with the command, or neither is."""


@dataclass(frozen=True, slots=True)
class DoubtArose:
    """Time has passed, and what is shown of a phone may be wrong; looked at again when it is taken."""

    phone: str
    call: str | None
    """None: that the phone is idle."""
    doubt: Doubt
    reported: float | None
    """When the last report about it had arrived; a later one makes this void."""


@dataclass(frozen=True, slots=True)
class WebhookStopped:
    """A webhook's receiver took nothing for so long that it was switched off."""

    webhook: str
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class CallAnnotated:
    """Somebody wrote a note on a call, or took it back: then text and outcome are empty."""

    call: CallRecord
    """As it was read; the one in the live state goes first."""
    by: str
    text: str
    outcome: str


Change = PhoneSetupChanged | PhoneRemoved | CommandProgress | DoubtArose | WebhookStopped | CallAnnotated


# --- what goes out ------------------------------------------------------------------------------------------------


class Happening(msgspec.Struct, kw_only=True, gc=False):
    """An event before the journal gave it a number."""

    type: EventType
    at: float
    received: float
    origin: Origin = Origin.REPORTED
    confidence: float = 1.0
    phone: str | None = None
    line: str | None = None
    call: str | None = None
    connection_state: ConnectionState | None = None
    cause: str | None = None
    command: str | None = None
    detail: dict[str, Any] = {}
    source: Source | None = None


class ActionRecord(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One Action URL request as the store keeps it; fields are only ever added, at the end."""

    number: int
    received: str
    phone: str
    source_address: str
    event: str
    """The document's slug, or the word as it arrived."""
    request: bytes


@dataclass(slots=True, kw_only=True)
class Batch:
    """Everything one transaction writes."""

    actions: list[ActionRecord] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    phones: list[PhoneRecord] = field(default_factory=list)
    passwords: dict[str, bytes | None] = field(default_factory=dict)
    """Encrypted control password by phone, where it was changed; None forgets it."""
    removed_phones: list[str] = field(default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)
    removed_calls: list[str] = field(default_factory=list)
    """Calls that turned out to be part of another one."""
    commands: list[CommandProgress] = field(default_factory=list)
