"""A phone's settings: one typed model, written by the TOML file and by the management page alike.

Every field has a default that makes a phone start on loopback. Reading and writing the file is `settings_file`'s.
Source: DOC §2.3 (a URL for each event), §3.3 (login), "What the document leaves open" for the switches.
"""

from typing import Annotated, Literal

import msgspec

from offhook.phone.allow_list import MAX_ENTRIES, wrong_entry
from offhook.protocol.events import Event

__all__ = [
    "DEFAULT_PASSWORD",
    "DEFAULT_USER",
    "Account",
    "ActiveUri",
    "FeatureSettings",
    "ForwardSettings",
    "Identity",
    "Login",
    "Network",
    "PhoneSettings",
    "Sip",
    "Sound",
]

DEFAULT_USER = "admin"
DEFAULT_PASSWORD = "admin"
"""The document's default (DOC §3.3); good on loopback only."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown keys are refused, so that a misspelt one is noticed."""


class Identity(_Section, frozen=True, kw_only=True):
    """What the phone says of itself (DOC §2.5: $mac, $model, $firmware)."""

    mac: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}\Z")] = "02000f000001"
    """Twelve lower-case hexadecimal digits; the default is a locally administered address."""
    model: str = "offhook"
    firmware: str = "0.1.0"


class Network(_Section, frozen=True, kw_only=True):
    """Where the phone lives."""

    address: str = "127.0.0.1"
    """IP address of the management page and value of `$ip`; editing it moves the phone (IP Changed)."""
    http_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 8080


class Login(_Section, frozen=True, kw_only=True):
    """Who may open the management page and send commands (DOC §3.3)."""

    user: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] = DEFAULT_USER
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] = DEFAULT_PASSWORD


class Account(_Section, frozen=True, kw_only=True):
    """One SIP account."""

    user: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    host: Annotated[str, msgspec.Meta(min_length=1, max_length=255)] = "127.0.0.1"
    display_name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    auth_user: Annotated[str, msgspec.Meta(max_length=64)] = ""
    password: Annotated[str, msgspec.Meta(max_length=128)] = ""
    is_enabled: bool = True
    """Whether the phone registers it; turning it off logs it out (Unregistered)."""
    transport: Literal["udp", "tcp", "tls"] = "udp"
    """How the registrar is reached; SIP engine only, like the three below."""
    proxy: Annotated[str, msgspec.Meta(max_length=255)] = ""
    """Outbound proxy, ``host[:port]``; "" for none."""
    is_registering: bool = True
    """False for an account without a registrar: its calls go straight to addresses."""
    peers: dict[str, str] = {}
    """Numbers called straight at an address: ``1002 = "192.0.2.7:5060"``."""


class Sound(_Section, frozen=True, kw_only=True):
    """What real calls sound like; the default sends silence and keeps nothing."""

    tone_hz: Annotated[int, msgspec.Meta(ge=0, le=4000)] = 0
    """A steady tone for the other side; 0 for none."""
    play_file: Annotated[str, msgspec.Meta(max_length=512)] = ""
    """A WAV file for the other side, again and again; "" for none."""
    record_folder: Annotated[str, msgspec.Meta(max_length=512)] = ""
    """Where what the other side says is kept, one WAV file a call; "" keeps nothing."""


class Sip(_Section, frozen=True, kw_only=True):
    """Real calls; the virtual engine needs none of it. Read when the phone starts."""

    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """Port for calls, UDP and TCP; 0 takes any that is free."""
    encryption: Literal["off", "optional", "required"] = "optional"
    """Of the sound (SRTP)."""
    tls_ca_file: Annotated[str, msgspec.Meta(max_length=512)] = ""
    """Certificates that TLS servers are checked against; "" checks nothing."""
    silence_s: Annotated[float, msgspec.Meta(ge=1, le=3600)] = 10.0
    """Seconds without sound after which the phone asks whether the other side is still there."""
    sound: Sound = Sound()


class ForwardSettings(_Section, frozen=True, kw_only=True):
    """One forward."""

    is_on: bool = False
    target: Annotated[str, msgspec.Meta(max_length=128)] = ""


class FeatureSettings(_Section, frozen=True, kw_only=True):
    """Do-not-disturb and forwards; survive a reboot."""

    dnd: bool = False
    always: ForwardSettings = ForwardSettings()
    busy: ForwardSettings = ForwardSettings()
    no_answer: ForwardSettings = ForwardSettings()
    no_answer_s: Annotated[float, msgspec.Meta(ge=1, le=600)] = 20.0
    """Seconds of ringing before the no answer forward takes a call."""
    voicemail: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """Number the Message key dials; "" for none."""


class ActiveUri(_Section, frozen=True, kw_only=True):
    """Remote control."""

    is_enabled: bool = True
    x_key: Literal["hang_up", "mute"] = "hang_up"
    """What `X` does in a call: the document says both (DOC §3.2)."""
    allowed: Annotated[list[str], msgspec.Meta(max_length=MAX_ENTRIES)] = []
    """Who may send commands besides the phone's own computer: ``192.0.2.7``, ``192.0.2.*``, ``192.0.2.0/24``; empty for
    nobody else."""

    def __post_init__(self) -> None:
        """Refuse what is no address; whoever reads settings gets it as a validation error."""
        for entry in self.allowed:
            if reason := wrong_entry(entry):
                raise ValueError(f"allowed: {reason}")


class PhoneSettings(_Section, frozen=True, kw_only=True):
    """Everything that can be set."""

    identity: Identity = Identity()
    network: Network = Network()
    login: Login = Login()
    sip: Sip = Sip()
    accounts: Annotated[list[Account], msgspec.Meta(max_length=8)] = []
    """Lines, `L1` first."""
    features: FeatureSettings = FeatureSettings()
    active_uri: ActiveUri = ActiveUri()
    local_means: Literal["callee", "own_side"] = "callee"
    """`$local` is the callee in both directions (DOC §2.5), or always this phone, as sister vendors have it."""
    action_urls: dict[Event, str] = {}
    """URL template by event slug (DOC §2.3); an event without one is not sent."""
