"""What the API shows: phones, lines, calls, connections, commands.

Source: console-api.md §1 nos. 1, 2, 7, 10; §4 for commands.
"""

from enum import StrEnum

import msgspec

from offhook.callmodel.connection import ConnectionState
from offhook.plain_members import plain_members

__all__ = [
    "Call",
    "CallNote",
    "Command",
    "CommandState",
    "Connection",
    "ContactRef",
    "Direction",
    "Doubt",
    "Forwarding",
    "Line",
    "Party",
    "Phone",
    "PhoneRequestLog",
    "PhoneState",
    "Problem",
    "Snapshot",
    "Transfer",
    "TransferFlow",
    "TransferState",
    "Verb",
]


@plain_members
class Direction(StrEnum):
    """Which side placed the call, seen from the phone."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    UNKNOWN = "unknown"


@plain_members
class Doubt(StrEnum):
    """Why what is shown of a call may be wrong."""

    SILENT = "silent"
    """Nothing was heard of it for longer than such a call lasts without a report."""
    ON_HOOK = "on_hook"
    """The phone went on hook and did not report an end."""
    FAR_END_GONE = "far_end_gone"
    """The phone at the other end, one of ours, reported the end; this one did not."""
    BUSY_ANEW = "busy_anew"
    """The phone said that it became busy, so it must have been idle since."""
    TWO_ACTIVE = "two_active"
    """Another call of the phone was taken up and this one not reported held: a conference, or a lost report."""
    OUT_OF_ORDER = "out_of_order"
    """Its reports came so close together that they may have changed places."""
    UNREPORTED = "unreported"
    """Its end was not reported; another report, which may have been late itself, says that it is over."""


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
    ATTENDED_TRANSFER = "attended_transfer"
    """Call the target first; the transfer is completed, or cancelled, later."""
    COMPLETE_TRANSFER = "complete_transfer"
    CANCEL_TRANSFER = "cancel_transfer"
    CONFERENCE = "conference"
    """Join a held call and the one that is talked on."""
    SET_MIC = "set_mic"
    SET_DND = "set_dnd"
    SET_FORWARDING = "set_forwarding"
    CHANGE_VOLUME = "change_volume"
    SET_AUDIO_PATH = "set_audio_path"
    REDIAL = "redial"
    VOICEMAIL = "voicemail"
    PRESS_LINE = "press_line"
    PRESS_DSS = "press_dss"
    PRESS_SOFT = "press_soft"
    NAVIGATE = "navigate"
    PRESS_KEYS = "press_keys"
    RESTART = "restart"
    PROVISION = "provision"
    """Look for an update of the phone's settings."""

    @property
    def is_provable(self) -> bool:
        """Whether a report of the phone can prove that the wish came true; if not, it ends as unconfirmed."""
        return self not in _UNPROVABLE


_UNPROVABLE = frozenset(
    {
        Verb.SEND_DIGITS,
        Verb.SET_MIC,
        Verb.CHANGE_VOLUME,
        Verb.SET_AUDIO_PATH,
        Verb.PRESS_LINE,
        Verb.PRESS_DSS,
        Verb.PRESS_SOFT,
        Verb.NAVIGATE,
        Verb.PRESS_KEYS,
        Verb.PROVISION,
    }
)


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
    """Base of its Active URI, `http://host:port`; or `sip:user@exchange`, for commands over SIP; "" until set up."""
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
    doubts: list[str] = []
    """What of this may be wrong: `calls`, `dnd`, `forwarding.always`, `forwarding.busy`, `forwarding.no_answer`, or
    `line:` and the account. A later report settles it."""
    chosen_dialect: str = ""
    """The dialect that somebody chose for it; "" where it was recognised."""
    forward_keys: dict[str, str] = {}
    """Keys that set its forwards, see `PhoneSetup.forward_keys`; empty where nobody said how."""
    mac: str = ""
    """Its MAC address; "" where it never said."""
    is_mac_approved: bool = False
    """The phone is known by its MAC address wherever it is: that is its id, or somebody entered it in the set-up."""


class ContactRef(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A contact by name; `GET /contacts/{id}` has the rest."""

    id: str
    name: str


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """The other side of a connection."""

    number: str = ""
    name: str = ""
    uri: str = ""
    phone: str | None = None
    """Id, when it is a phone of ours."""
    display: str = ""
    """The number as people of the console's region write it."""
    contact: ContactRef | None = None
    """The contact that has the number; None for a phone of ours, or nobody known."""


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
    is_uncertain: bool = False
    """What is shown may be wrong; a later report of the phone settles it."""
    doubt: Doubt | None = None
    """Why it is uncertain."""
    was_transferred: bool = False
    """A transfer was carried out; the end that follows is its doing."""
    is_muted: bool = False
    """The console muted the microphone; what is done at the phone itself is not reported."""


class CallNote(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one user has to say about a call."""

    by: str
    """`user:NAME` or `token:NAME`."""
    at: str
    """RFC 3339, when it was last written."""
    text: str = ""
    outcome: str = ""


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
    notes: list[CallNote] = []
    """Oldest first, one of each user at most."""


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
    arguments: dict[str, str | bool | int | list[str]]
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
    by: str = ""
    """Who asked for it: `user:NAME` or `token:NAME`; "" for one of before users were known."""
    request_id: str = ""
    """That of the request which asked for it, as in its `X-Request-ID`."""
    reason_id: str | None = None
    """The reason for programs: an `EndReason`, or the id of the error; None without one, and of older commands."""


class TransferFlow(StrEnum):
    """How the other party of a call is sent elsewhere."""

    BLIND = "blind"
    """At once."""
    ATTENDED = "attended"
    """After the target was called; ends by being completed or cancelled."""


class TransferState(StrEnum):
    """How far a transfer got; the last five are final."""

    STARTING = "starting"
    """Its keys are on their way; a blind one stays here until the target answers."""
    RINGBACK = "ringback"
    """Attended: the target is called."""
    ANSWERED = "answered"
    """Attended: the target is talked to; complete or cancel it."""
    COMPLETED = "completed"
    BLIND_TRANSFERRED = "blind_transferred"
    FAILED = "failed"
    ABANDONED = "abandoned"
    """Attended: cancelled, or one of the two calls ended before."""
    UNCONFIRMED = "unconfirmed"
    """The phone took the keys, and no report tells what became of it: look at its screen."""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will happen to the transfer."""
        return self not in (TransferState.STARTING, TransferState.RINGBACK, TransferState.ANSWERED)


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """One transfer, from its start to how it went."""

    id: str
    """That of the command which started it."""
    flow: TransferFlow
    phone: str
    call: str
    """The call whose other party is sent elsewhere."""
    target: str
    consultation: str | None
    """Attended: the call to the target, once there is one."""
    state: TransferState
    reason: str | None
    """In words a user understands; None while all is well."""
    verbs: list[Verb]
    """What would work now: `complete_transfer`, `cancel_transfer`."""
    command: Command
    """What started it."""
    reason_id: str | None = None
    """The reason for programs, as in `Command`."""


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
    request_id: str = ""
    """That of the request which is answered, as in its `X-Request-ID`: the console's log has its lines by it."""
