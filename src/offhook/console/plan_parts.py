"""What plans are made of: requests to send, the report that proves them, what refutes them, and the guards of verbs.

Pure. Keys act on the call that the phone's screen shows, which nothing reports; where that could be another call than
the one meant, a guard refuses the wish rather than carry it out on a guess.

Source: DOC §3.2, §3.4 for the keys; DOC §2.4 for the proofs; console-api.md §4 for the guards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from offhook.callmodel.connection import ConnectionState
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Connection, Phone
from offhook.dialects.dialect import Dialect
from offhook.errors import NotPossibleNow, NotValid, UnknownKey
from offhook.protocol.active_uri import ActiveUriCommand, PressKeys
from offhook.protocol.keys import Key, key_for_digit, parse_key

__all__ = [
    "FRONT",
    "KEYPAD",
    "MAX_KEYS",
    "RESTARTING_KEYS",
    "AlreadySo",
    "Arguments",
    "Patience",
    "Plan",
    "Proof",
    "Refutation",
    "Situation",
    "connection_proof",
    "has_other",
    "if_gone",
    "key_requests",
    "others_of",
    "press",
    "read_keys",
    "require_talking",
    "target_of",
]

Arguments = Mapping[str, str | bool | int | list[str]]
"""What a command was given, as in `Command.arguments`."""

_S = ConnectionState
FRONT = (_S.ALERTING, _S.INITIATED, _S.FAILED, _S.CONNECTED, _S.HELD)
"""Which of several calls a phone has in front, and so which one its keys act on."""
KEYPAD = frozenset("0123456789*#")
MAX_KEYS = 64
RESTARTING_KEYS = frozenset({Key.REBOOT, Key.AUTO_P})
"""Keys that restart a phone, or may, and so end its calls."""


class Patience(StrEnum):
    """How long a proof may take."""

    REPORT = "report"
    """The phone reports at once."""
    PEOPLE = "people"
    """Somebody has to do something first; other commands go on meanwhile."""
    RESTART = "restart"
    """The phone has to start."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Which event shows that a wish came true."""

    type: EventType
    phone: str
    connection: str | None = None
    """None: any connection of the phone."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """Entries that the event's detail must have."""
    but: str | None = None
    """Not this connection."""

    def is_met_by(self, event: Envelope) -> bool:
        """Say whether ``event`` is the proof."""
        if "merged_into" in event.detail:  # one call was known under two ids; nothing happened to it
            return False
        return (
            event.type is self.type
            and event.phone == self.phone
            and (self.connection is None or event.connection == self.connection)
            and (self.but is None or event.connection != self.but)
            and all(event.detail.get(name) == value for name, value in self.detail.items())
        )


@dataclass(frozen=True, slots=True)
class Refutation:
    """Which event shows that a wish will not come true."""

    sign: Proof
    reason_id: EndReason
    reason: str
    """In words a user understands."""
    is_final: bool = True
    """False: the proof may still come a moment later, because reports have no promised order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send and what to wait for."""

    requests: tuple[ActiveUriCommand, ...]
    """One HTTP request each, in order; the next only after the phone accepted the one before."""
    proof: Proof | None
    """None: the document has no event that could prove it."""
    patience: Patience = Patience.REPORT
    refutations: tuple[Refutation, ...] = ()
    unproved: str = "the phone accepted the keys; it has no report to prove what they did"
    """What to say at the end of a plan without a proof."""


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """The wish is true already: nothing is sent."""

    reason_id: EndReason
    reason: str
    is_sure: bool = True
    """False: as far as the console knows; no report tells."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a wish is looked at."""

    phone: Phone
    connections: Sequence[Connection]
    """The phone's connections that are not over."""
    target: Connection | None
    """The connection that is meant, for verbs of a call."""
    dialect: Dialect


def target_of(situation: Situation) -> Connection:
    """Give the connection that is meant.

    Raises:
        NotPossibleNow: The phone has it no more.
    """
    if situation.target is None:
        raise NotPossibleNow("call-not-at-phone", "the call is not, or no longer, at this phone")
    return situation.target


def others_of(situation: Situation) -> list[Connection]:
    """Give the phone's live connections beside the one that is meant."""
    own = target_of(situation).id
    return [each for each in situation.connections if each.id != own and each.state is not _S.NULL]


def has_other(situation: Situation, *states: ConnectionState) -> bool:
    """Say whether the phone has another live connection in one of ``states``."""
    return any(each.state in states for each in others_of(situation))


def require_talking(situation: Situation, target: Connection) -> None:
    """Insist that ``target`` is the phone's one active call, so that keys are about it."""
    if target.state is _S.HELD:
        raise NotPossibleNow("call-on-hold", "the call is on hold: resume it first")
    if target.state is not _S.CONNECTED:
        raise NotPossibleNow("call-not-connected", "this needs a call that is being talked on")
    if has_other(situation, _S.CONNECTED, _S.INITIATED, _S.FAILED):
        raise NotPossibleNow(
            "another-call-active", "the phone has another active call, which its keys may act on instead"
        )


def connection_proof(type_: EventType, target: Connection, **detail: object) -> Proof:
    """Make a proof by an event of ``target``."""
    return Proof(type_, target.phone, target.id, detail)


def if_gone(target: Connection) -> tuple[Refutation, ...]:
    """What refutes every wish about a call but its end."""
    return (
        Refutation(
            connection_proof(EventType.CALL_CONNECTION_CLEARED, target),
            EndReason.CALL_ENDED,
            "the call ended before that",
        ),
    )


def press(key: Key) -> tuple[PressKeys]:
    """One request that presses one key."""
    return (PressKeys((key,)),)


def key_requests(keys: Sequence[Key], dialect: Dialect) -> tuple[ActiveUriCommand, ...]:
    """One request for all keys where the phone takes sequences, else one for each (DOC §3.3)."""
    if dialect.control.has_sequences:
        return (PressKeys(tuple(keys)),)
    return tuple(PressKeys((key,)) for key in keys)


def read_keys(tokens: Sequence[str], dialect: Dialect) -> list[Key]:
    """Read keys by their names, and runs of digits as the keys that enter them.

    Raises:
        NotValid: None, too many, or one that no phone has.
    """
    if not tokens:
        raise NotValid("keys-missing", "name at least one key")
    keys = [key for token in tokens for key in _read_token(token, dialect)]
    if len(keys) > MAX_KEYS:
        raise NotValid("too-many-keys", f"at most {MAX_KEYS} keys in one command")
    return keys


def _read_token(token: str, dialect: Dialect) -> list[Key]:
    text = token.strip()
    alias = dialect.key_aliases.get(text.casefold())
    if alias is not None:
        return [alias]
    if len(text) > 1 and KEYPAD.issuperset(text):
        return [key_for_digit(digit) for digit in text]
    try:
        return [parse_key(text)]
    except UnknownKey as error:
        raise NotValid("unknown-key", str(error)) from error
