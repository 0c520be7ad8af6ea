"""What the API shows: phones, lines, calls, connections, commands.

Source: console-api.md §1 nos. 1, 2, 7, 10; §4 for commands.
"""

from enum import StrEnum

import msgspec

from offhook.callmodel.connection import ConnectionState

__all__ = [
    "Call",
    "Command",
    "CommandState",
    "Connection",
    "Direction",
    "Forwarding",
    "Line",
    "Party",
    "Phone",
    "PhoneRequestLog",
    "PhoneState",
    "Problem",
    "Snapshot",
    "Verb",
]


class Direction(StrEnum):
    """Which side placed the call, seen from the phone."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    UNKNOWN = "unknown"


class PhoneState(StrEnum):
    """A phone at a glance, derived from its calls and hook."""

    UNKNOWN = "unknown"
    """Nothing was ever reported."""
    IDLE = "idle"
    DIALLING = "dialling"
    """Off hook, no number sent yet."""
    CALLING = "calling"
    RINGING = "ringing"
    TALKING = "talking"
    ON_HOLD = "on_hold"
    """All of its calls are held."""


class Verb(StrEnum):
    """What can be wished for. Verbs are desired states, never toggles."""

    DIAL = "dial"
    ANSWER = "answer"
    REJECT = "reject"
    HANG_UP = "hang_up"
    HOLD = "hold"
    RETRIEVE = "retrieve"
    SEND_DIGITS = "send_digits"
    BLIND_TRANSFER = "blind_transfer"
    SET_DND = "set_dnd"
    PRESS_KEYS = "press_keys"
    RESTART = "restart"


class CommandState(StrEnum):
    """How far a command got; the last five are final."""

    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    """The phone answered 200: it read the keys. Not more."""
    CONFIRMED = "confirmed"
    """The phone's own report proved the effect, or the wish was true already."""
    UNCONFIRMED = "unconfirmed"
    """Acknowledged, and no proof came, or none exists for this verb."""
    REJECTED = "rejected"
    """The phone, or the state of the call, said no."""
    TIMED_OUT = "timed_out"
    """The phone took the request and did not answer."""
    UNREACHABLE = "unreachable"
    """No connection to the phone."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the command."""
        return self not in (CommandState.QUEUED, CommandState.SENT, CommandState.ACKNOWLEDGED)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One account of a phone, known from its registration reports."""

    uri: str
    """`user@host`; "" when the report named no account."""
    state: str
    """registered, failed or unregistered."""


class Forwarding(msgspec.Struct, frozen=True, kw_only=True):
    """Whether each forward is on; None until the phone reports it."""

    always: bool | None = None
    busy: bool | None = None
    no_answer: bool | None = None


class Phone(msgspec.Struct, frozen=True, kw_only=True):
    """One desk phone."""

    id: str
    """MAC address, twelve lower-case hexadecimal digits; or the IP address of a phone that sends no MAC."""
    name: str
    """What people call it; the id until somebody says otherwise."""
    extension: str
    """Number it is reached at; "" when unknown."""
    account: str
    """Account to dial from, `user@host`; "" lets the phone choose."""
    is_set_up: bool
    """False for a phone that only reported: it can be seen, not commanded."""
    address: str
    """IP address last reported or seen; "" when unknown."""
    model: str
    firmware: str
    dialect: str
    control_url: str
    """Base of its Active URI, `http://host:port`; "" until set up."""
    control_user: str
    state: PhoneState
    hook: str
    """on, off or unknown."""
    is_busy: bool | None
    dnd: bool | None
    forwarding: Forwarding
    lines: list[Line]
    missed_calls: int
    """Missed since the console knows the phone."""
    last_report: str | None
    """RFC 3339 time of the last Action URL."""
    verbs: list[Verb]
    """What would work on the phone now; verbs of a call are listed at its connection."""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The other side of a connection."""

    number: str = ""
    name: str = ""
    uri: str = ""
    phone: str | None = None
    """Id, when it is a phone of ours."""


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """One call at one of our phones."""

    id: str
    """`<call>:<phone>`."""
    phone: str
    state: ConnectionState
    direction: Direction
    line: str
    remote: Party
    began: str
    answered: str | None
    ended: str | None
    cause: str | None
    """Why it ended."""
    is_missed: bool
    is_transferring: bool
    """A transfer was started and has not ended."""
    confidence: float
    verbs: list[Verb]
    """What would work now."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call, seen at one or more of our phones."""

    id: str
    call_id: str | None
    """SIP Call-ID, or the phone's own counter; None when the phone sent none."""
    is_live: bool
    began: str
    answered: str | None
    ended: str | None
    connections: list[Connection]


class PhoneRequestLog(msgspec.Struct, frozen=True, kw_only=True):
    """One Active URI request of a command."""

    request: str
    """Path and query."""
    status: int | None
    """HTTP status; None when there was no answer."""
    ms: float
    """From the first byte sent to the answer."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A wish and what became of it."""

    id: str
    phone: str
    verb: Verb
    arguments: dict[str, str | bool | list[str]]
    state: CommandState
    reason: str | None
    """In words a user understands; None while all is well."""
    call: str | None
    connection: str | None
    created: str
    changed: str
    requests: list[PhoneRequestLog]
    proof: str | None
    """Id of the event that confirmed it; None when it was true already, or not confirmed."""
    round_trip_ms: float | None
    """From the first request to the proof."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is live, at one position of the feed."""

    epoch: str
    seq: int
    """The last event that is part of the snapshot; subscribe after it."""
    time: str
    phones: list[Phone]
    calls: list[Call]
    """Live calls and those that ended a moment ago."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Every error answer."""

    error_id: str
    """Stable, for programs."""
    message: str
    """For people; says what to do next."""
    details: dict[str, str | int | float | bool | list[str] | None] = {}
