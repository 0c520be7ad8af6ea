"""The port between a phone and whatever makes its calls.

Orders go down as method calls that return at once and never block; facts come up, in order, through the callback given
to `start`, always on the event loop's thread and never from inside an order. One contract test suite runs on every
engine (tests/phone/engine/).

What is not promised: that an order has effect (a fact says so), or any order of facts between two calls.
Source: RFC 3261 (calls), RFC 3515 and RFC 3891 (transfer), RFC 4733 (digits); architecture decision 7.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NewType, Protocol

from offhook.callmodel.connection import Cause
from offhook.protocol.sip_uri import PartyAddress

__all__ = [
    "AccountAccepted",
    "AccountLost",
    "AccountRefused",
    "AccountSettings",
    "CallAnswered",
    "CallEnded",
    "CallEngine",
    "CallHeld",
    "CallPlaced",
    "CallRef",
    "CallReplaced",
    "CallRetrieved",
    "CallRinging",
    "CommandReceived",
    "CommandRef",
    "DigitReceived",
    "EngineFact",
    "IncomingCall",
    "NumberState",
    "NumberStatus",
    "RemoteHeld",
    "TransferAsked",
    "TransferProgress",
]

CallRef = NewType("CallRef", str)
"""The engine's name for one call at one phone; never used again while the engine lives."""

CommandRef = NewType("CommandRef", str)
"""The engine's name for one command that waits for its answer."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What an engine needs to register and to place calls."""

    id: str
    """The phone's own name for the account, stable across edits."""
    user: str
    host: str
    """Registrar, also the host part of the account's address; with its port where it is not the standard one."""
    display_name: str = ""
    auth_user: str = ""
    """"" means the same as `user`."""
    password: str = ""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """How the registrar is reached."""
    proxy: str = ""
    """Outbound proxy, ``host[:port]``; "" for none."""
    is_registering: bool = True
    """False for an account without a registrar, whose calls go straight to addresses; accepted at once."""
    peers: Mapping[str, str] = field(default_factory=dict)
    """Numbers called straight at an address, each with its ``host:port``."""


@dataclass(frozen=True, slots=True)
class AccountAccepted:
    """The registrar took the account; said again at each refresh."""

    account: str


@dataclass(frozen=True, slots=True)
class AccountRefused:
    """The registrar said no, or nothing."""

    account: str
    status: int
    """SIP status; 408 when nobody answered."""
    reason: str


@dataclass(frozen=True, slots=True)
class AccountLost:
    """The engine broke down, and with it the registration; it registers again by itself and says how that went."""

    account: str


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call has come in; the caller hears nothing until `ring`, `answer`, `reject` or `redirect`."""

    call: CallRef
    account: str
    call_id: str
    """SIP Call-ID, the same at both ends."""
    local: PartyAddress
    """Who was called."""
    remote: PartyAddress
    """Who calls."""


@dataclass(frozen=True, slots=True)
class CallPlaced:
    """An outgoing call is on its way."""

    call: CallRef
    call_id: str
    remote: PartyAddress
    """Who is called."""


@dataclass(frozen=True, slots=True)
class CallRinging:
    """The called side rings."""

    call: CallRef


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """Both sides can talk."""

    call: CallRef
    remote: PartyAddress
    """Who answered; may differ from who was called."""


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over, whoever ended it and however it went. The last fact about a call."""

    call: CallRef
    cause: Cause
    status: int
    """SIP status: 200 normal end, 486 busy, 487 cancelled, 480 no answer, 404, 302 redirected, 603 declined, 408."""
    by_remote: bool


@dataclass(frozen=True, slots=True)
class CallHeld:
    """Our hold took effect."""

    call: CallRef


@dataclass(frozen=True, slots=True)
class CallRetrieved:
    """Our retrieve took effect."""

    call: CallRef


@dataclass(frozen=True, slots=True)
class RemoteHeld:
    """The other side put us on hold, or took us back."""

    call: CallRef
    is_held: bool


@dataclass(frozen=True, slots=True)
class DigitReceived:
    """The other side sent a digit."""

    call: CallRef
    digit: str


@dataclass(frozen=True, slots=True)
class TransferProgress:
    """How a transfer that we asked for goes: 100, 180, then 200 or a failure (>= 300), once."""

    call: CallRef
    status: int


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The other side transferred us: the engine has placed `new_call` on its behalf; `call` ends when that worked."""

    call: CallRef
    new_call: CallRef
    call_id: str
    remote: PartyAddress
    """Whom we are transferred to."""


@dataclass(frozen=True, slots=True)
class CallReplaced:
    """An attended transfer reached us: `new_call`, already connected, takes the place of `call`, which ends."""

    call: CallRef
    new_call: CallRef
    call_id: str
    remote: PartyAddress


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """A command came the way that calls come (Active URI over SIP); said once, however often it is sent.

    Whoever takes it gives the engine a `reply`.
    """

    command: CommandRef
    text: str
    """As it came: ``key=OK``, or ``number=…&outgoing_uri=…``."""
    source: str
    """IP address it came from."""
    is_from_registrar: bool
    """Whether it came from the server at which an account is registered now."""


class NumberStatus(StrEnum):
    """How a number that is watched is doing."""

    IDLE = "idle"
    RINGING = "ringing"
    BUSY = "busy"
    UNKNOWN = "unknown"
    """Nobody is there, or the exchange does not say."""


@dataclass(frozen=True, slots=True)
class NumberState:
    """How a number is doing that `watch` asked about."""

    account: str
    number: str
    """As it was given to `watch`."""
    state: NumberStatus


EngineFact = (
    AccountAccepted
    | AccountRefused
    | AccountLost
    | IncomingCall
    | CallPlaced
    | CallRinging
    | CallAnswered
    | CallEnded
    | CallHeld
    | CallRetrieved
    | RemoteHeld
    | DigitReceived
    | TransferProgress
    | TransferAsked
    | CallReplaced
    | CommandReceived
    | NumberState
)


class CallEngine(Protocol):
    """Makes and takes calls for one phone."""

    async def start(self, on_fact: Callable[[EngineFact], None]) -> None:
        """Get ready; facts go to ``on_fact`` from now on."""

    async def stop(self) -> None:
        """End every call, log every account out, and send no fact any more."""

    def register(self, account: AccountSettings) -> None:
        """Register, or register again after an edit; `AccountAccepted` or `AccountRefused` follows."""

    def unregister(self, account: str) -> None:
        """Log out; no fact follows. Calls in progress go on."""

    def place(self, account: str, target: str) -> CallRef:
        """Call ``target``, a number or an address; `CallPlaced` follows, or `CallEnded` alone."""

    def ring(self, call: CallRef) -> None:
        """Let the caller hear that we ring (180)."""

    def answer(self, call: CallRef) -> None:
        """Answer; `CallAnswered` follows."""

    def reject(self, call: CallRef, status: int) -> None:
        """Refuse an incoming call with a SIP status (486, 603, 480); `CallEnded` follows."""

    def redirect(self, call: CallRef, target: str) -> None:
        """Send an incoming call elsewhere (302); `CallEnded` follows."""

    def hang_up(self, call: CallRef) -> None:
        """End a call, or cancel one that was placed; `CallEnded` follows."""

    def hold(self, call: CallRef) -> None:
        """`CallHeld` follows."""

    def retrieve(self, call: CallRef) -> None:
        """`CallRetrieved` follows."""

    def set_muted(self, call: CallRef, is_muted: bool) -> None:
        """Stop or start sending our voice; no fact follows."""

    def send_digits(self, call: CallRef, digits: str) -> None:
        """Send digits out of ``0123456789*#``; the other side gets `DigitReceived` for each."""

    def refer(self, call: CallRef, target: str) -> None:
        """Blind transfer: ask the other side to call ``target``; `TransferProgress` follows until it is final."""

    def refer_replaces(self, call: CallRef, other: CallRef) -> None:
        """Attended transfer: join the other sides of two calls; `TransferProgress` for ``call`` follows."""

    def join(self, calls: Sequence[CallRef]) -> None:
        """Conference: mix the calls; no fact follows. Fewer than two calls end the mixing."""

    def reply(self, command: CommandRef, status: int, reason: str) -> None:
        """Answer a command with a SIP status, and words for who sent it; no fact follows."""

    def watch(self, account: str, number: str) -> None:
        """Tell how ``number`` is doing, now and at each change: `NumberState`. Over when the account is logged out."""

    def unwatch(self, account: str, number: str) -> None:
        """Tell it no more."""
