"""What the phone and the process that makes its calls say to each other.

One JSON object a line, UTF-8, over pipes: orders down (stdin), facts up (stdout). Each object has ``type``, the
struct's name in snake case. The first order is `Configure`, the first fact `Ready` or `NotReady`. Calls have names
that the side which began them gives: the phone for `Place`, the child for `Offered` and for calls it places or takes
on behalf of a transfer. Whatever order comes too late (the call is over, the account unknown) does nothing.

The child ends when its stdin does, after logging out; nobody has to kill it.
Source: architecture decision 7; the meaning of each order and fact is that of `offhook.phone.engine.port`.
"""

from typing import Final, Literal

import msgspec

__all__ = [
    "Accepted",
    "Account",
    "Answer",
    "Answered",
    "Commanded",
    "Configure",
    "Digit",
    "Ended",
    "Fact",
    "HangUp",
    "Held",
    "Hold",
    "How",
    "Join",
    "Mute",
    "NotReady",
    "Offered",
    "Order",
    "Party",
    "Ping",
    "Place",
    "Placed",
    "Pong",
    "Progress",
    "Ready",
    "Redirect",
    "Refer",
    "ReferReplaces",
    "Refused",
    "Register",
    "Reject",
    "RemoteHold",
    "Replaced",
    "Reply",
    "Retrieve",
    "Retrieved",
    "Ring",
    "Ringing",
    "SendDigits",
    "Sound",
    "Stop",
    "Transferred",
    "Unregister",
    "Unwatch",
    "Watch",
    "Watched",
    "read_fact",
    "read_order",
    "write_line",
]

How = Literal[
    "normal", "failed", "unanswered", "cancelled", "elsewhere", "forwarded", "transferred", "redirected", "lost"
]
"""How a call ended: hung up; refused or unreachable; rang for too long; given up by the caller; answered elsewhere;
sent on by the exchange; left for another by a transfer; sent on by us; the other side or the way to it vanished."""


class Party(msgspec.Struct, frozen=True):
    """One party of a call."""

    user: str
    host: str = ""
    display: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to register and to place calls."""

    id: str
    user: str
    host: str
    """With the port, where it is not the standard one."""
    display_name: str = ""
    auth_user: str = ""
    password: str = ""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    proxy: str = ""
    """``host[:port]`` that everything is sent to; "" for none."""
    is_registering: bool = True
    """False for an account of a phone that calls others straight."""
    peers: dict[str, str] = {}
    """Numbers that are called straight, each with its ``host:port``."""


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent to the other side, and what becomes of what it sends."""

    device: str = "none"
    """Sound card, by its name or a part of it; "default" for the machine's own choice, "none" for none."""
    tone_hz: int = 0
    """A steady tone; 0 for none."""
    play_file: str = ""
    """A WAV file, played again and again; "" for none."""
    record_folder: str = ""
    """Where each call's received sound is kept, ``<Call-ID>.wav``; "" keeps nothing."""


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


# --- orders --------------------------------------------------------------------------------------------------------


class _Order(msgspec.Struct, frozen=True, tag_field="type", tag=_snake):
    """Down, from the phone."""


class Configure(_Order, frozen=True, kw_only=True):
    """The first order."""

    generation: int
    """Number of this child; part of the names it gives to calls."""
    address: str = ""
    """IP address to listen on; "" for all."""
    port: int = 0
    """Port for calls, the same for UDP and TCP; 0 takes any."""
    sound: Sound = Sound()
    encryption: Literal["off", "optional", "required"] = "optional"
    """Of the sound (SRTP)."""
    name_servers: tuple[str, ...] | None = None
    """IP addresses of the name servers to ask; None for those of the machine."""
    tls_ca_file: str = ""
    """Certificates that servers are checked against; "" checks nothing."""
    answer_wait_s: float = 5.0
    """Nobody at the other end has said anything for so long: it is not there."""
    ring_wait_s: float = 180.0
    """A call that is placed may ring for so long."""
    silence_s: float = 10.0
    """No sound has come for so long, where some came before: ask whether the other side is still there."""


class Register(_Order, frozen=True):
    """Register, or register again after an edit."""

    account: Account


class Unregister(_Order, frozen=True):
    """Log out; calls go on."""

    account: str


class Place(_Order, frozen=True):
    """Call a number or an address."""

    call: str
    account: str
    target: str


class Ring(_Order, frozen=True):
    """Let the caller hear that it rings."""

    call: str


class Answer(_Order, frozen=True):
    """Answer."""

    call: str


class Reject(_Order, frozen=True):
    """Refuse with a status."""

    call: str
    status: int


class Redirect(_Order, frozen=True):
    """Send a call that comes in elsewhere."""

    call: str
    target: str


class HangUp(_Order, frozen=True):
    """End or cancel."""

    call: str


class Hold(_Order, frozen=True):
    """Hold."""

    call: str


class Retrieve(_Order, frozen=True):
    """Take back from hold."""

    call: str


class Mute(_Order, frozen=True):
    """Stop or start sending our sound."""

    call: str
    is_muted: bool


class SendDigits(_Order, frozen=True):
    """Send digits."""

    call: str
    digits: str


class Refer(_Order, frozen=True):
    """Blind transfer."""

    call: str
    target: str


class ReferReplaces(_Order, frozen=True):
    """Attended transfer: connect the far sides of two calls."""

    call: str
    other: str


class Join(_Order, frozen=True):
    """Mix these calls and no others."""

    calls: tuple[str, ...]


class Reply(_Order, frozen=True):
    """Answer a command."""

    command: str
    status: int
    reason: str


class Watch(_Order, frozen=True):
    """Tell how a number is doing."""

    account: str
    number: str


class Unwatch(_Order, frozen=True):
    """Tell it no more."""

    account: str
    number: str


class Ping(_Order, frozen=True):
    """Say `Pong`: the way to see that it works on and does not hang."""


class Stop(_Order, frozen=True):
    """Hang up, log out, end."""


Order = (
    Configure
    | Register
    | Unregister
    | Place
    | Ring
    | Answer
    | Reject
    | Redirect
    | HangUp
    | Hold
    | Retrieve
    | Mute
    | SendDigits
    | Refer
    | ReferReplaces
    | Join
    | Reply
    | Watch
    | Unwatch
    | Ping
    | Stop
)

# --- facts ---------------------------------------------------------------------------------------------------------


class _Fact(msgspec.Struct, frozen=True, tag_field="type", tag=_snake):
    """Up, from the child."""


class Ready(_Fact, frozen=True):
    """It listens."""

    port: int
    no_commands: str = ""
    """Why it takes no commands by NOTIFY; "" when it does."""


class NotReady(_Fact, frozen=True):
    """It cannot start and ends."""

    reason: str
    is_port_taken: bool = False


class Pong(_Fact, frozen=True):
    """The answer to `Ping`."""


class Accepted(_Fact, frozen=True):
    """The registrar took the account."""

    account: str


class Refused(_Fact, frozen=True):
    """The registrar said no, or nothing."""

    account: str
    status: int
    reason: str


class Offered(_Fact, frozen=True):
    """A call came in."""

    call: str
    account: str
    call_id: str
    local: Party
    remote: Party


class Placed(_Fact, frozen=True):
    """A call is on its way."""

    call: str
    call_id: str
    remote: Party


class Ringing(_Fact, frozen=True):
    """It rings there."""

    call: str


class Answered(_Fact, frozen=True):
    """Both sides can talk."""

    call: str
    remote: Party


class Ended(_Fact, frozen=True):
    """The call is over."""

    call: str
    how: How
    status: int
    by_remote: bool


class Held(_Fact, frozen=True):
    """Our hold took effect."""

    call: str


class Retrieved(_Fact, frozen=True):
    """Our retrieve took effect."""

    call: str


class RemoteHold(_Fact, frozen=True):
    """The other side held or took back."""

    call: str
    is_held: bool


class Digit(_Fact, frozen=True):
    """The other side sent a digit."""

    call: str
    digit: str


class Progress(_Fact, frozen=True):
    """How a transfer that we asked for goes."""

    call: str
    status: int


class Transferred(_Fact, frozen=True):
    """The other side transferred us; `new_call` is on its way."""

    call: str
    new_call: str
    call_id: str
    remote: Party


class Replaced(_Fact, frozen=True):
    """`new_call`, connected, takes the place of `call`."""

    call: str
    new_call: str
    call_id: str
    remote: Party


class Commanded(_Fact, frozen=True):
    """A command came: a NOTIFY with ``Event: ACTION-URI``. It waits for its `Reply`, for 10 s."""

    command: str
    """Name for the reply; each repetition has another."""
    identity: str
    """The same for each repetition of one request."""
    text: str
    """The body."""
    source: str
    """IP address it came from."""
    is_from_registrar: bool
    """Whether an account is registered at that address now."""


class Watched(_Fact, frozen=True):
    """How a number is doing that is watched."""

    account: str
    number: str
    state: Literal["idle", "ringing", "busy", "unknown"]


Fact = (
    Ready
    | NotReady
    | Pong
    | Accepted
    | Refused
    | Offered
    | Placed
    | Ringing
    | Answered
    | Ended
    | Held
    | Retrieved
    | RemoteHold
    | Digit
    | Progress
    | Transferred
    | Replaced
    | Commanded
    | Watched
)


_ENCODER: Final = msgspec.json.Encoder()
_ORDERS: Final[msgspec.json.Decoder[Order]] = msgspec.json.Decoder(Order)
_FACTS: Final[msgspec.json.Decoder[Fact]] = msgspec.json.Decoder(Fact)


def write_line(message: Order | Fact) -> bytes:
    """Write one message with the end of its line."""
    return _ENCODER.encode(message) + b"\n"


def read_order(line: bytes) -> Order:
    """Read one order.

    Raises:
        msgspec.MsgspecError: It is none.
    """
    return _ORDERS.decode(line)


def read_fact(line: bytes) -> Fact:
    """Read one fact.

    Raises:
        msgspec.MsgspecError: It is none.
    """
    return _FACTS.decode(line)
