"""A phone's settings: one typed model, written by the TOML file and by the management page alike.

Every field has a default that makes a phone start on loopback. Reading and writing the file is `settings_file`'s.
Source: DOC §2.3 (a URL for each event), §3.3 (login), "What the document leaves open" for the switches.
"""

from typing import Annotated, Literal

import msgspec

from offhook.errors import ProtocolError
from offhook.phone.allow_list import MAX_ENTRIES, wrong_entry
from offhook.phone.provisioning_url import wrong_url
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event

__all__ = [
    "DEFAULT_PASSWORD",
    "DEFAULT_USER",
    "MAX_CONTACTS",
    "MAX_NO_ANSWER_S",
    "MIN_INTERVAL_S",
    "MIN_NO_ANSWER_S",
    "Account",
    "ActiveUri",
    "Contact",
    "DssKey",
    "DssKeyType",
    "FeatureSettings",
    "ForwardSettings",
    "Identity",
    "Login",
    "Network",
    "PhoneSettings",
    "ProvisioningSettings",
    "Sip",
    "Sound",
]

DEFAULT_USER = "admin"
DEFAULT_PASSWORD = "admin"
"""The document's default (DOC §3.3); good on loopback only."""


MIN_INTERVAL_S = 60
"""Shortest time from one look for a provisioning file to the next: a server has many phones."""


MIN_NO_ANSWER_S = 1
MAX_NO_ANSWER_S = 600


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

    device: Annotated[str, msgspec.Meta(max_length=128)] = "none"
    """Sound card: "none", "default", or a card's name or part of it."""
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
    no_answer_s: Annotated[float, msgspec.Meta(ge=MIN_NO_ANSWER_S, le=MAX_NO_ANSWER_S)] = 20.0
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
    notify_from: Literal["registrar", "off"] | Annotated[list[str], msgspec.Meta(max_length=MAX_ENTRIES)] = "registrar"
    """Who may send commands by SIP (NOTIFY): whoever is where an account is registered, nobody, or a list as above."""

    def __post_init__(self) -> None:
        """Refuse what is no address; whoever reads settings gets it as a validation error."""
        listed = self.notify_from if isinstance(self.notify_from, list) else []
        for name, entries in (("allowed", self.allowed), ("notify_from", listed)):
            for entry in entries:
                if reason := wrong_entry(entry):
                    raise ValueError(f"{name}: {reason}")


class ProvisioningSettings(_Section, frozen=True, kw_only=True):
    """Where the phone fetches settings that somebody else keeps for it; see `offhook.phone.provisioning`."""

    url: Annotated[str, msgspec.Meta(max_length=512)] = ""
    """``http`` or ``https``, with `$mac`, `$model`, `$firmware` and `$ip` filled in; "" for no server."""
    user: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """For Basic authentication; "" sends none."""
    password: Annotated[str, msgspec.Meta(max_length=128)] = ""
    interval_s: Annotated[int, msgspec.Meta(ge=0, le=31_536_000)] = 86_400
    """From one check to the next, 60 at least; 0 checks only when the phone starts or is told to (`AutoP`)."""
    at_start: bool = True
    """Whether the phone checks when it starts, after a `Reboot` too."""
    applied: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """SHA-256 of the file that was applied last. The phone writes it, with what was applied; nobody else should."""

    def __post_init__(self) -> None:
        """Refuse what cannot be asked; whoever reads settings gets it as a validation error."""
        if self.url and (reason := wrong_url(self.url)):
            raise ValueError(f"url: {reason}")
        if 0 < self.interval_s < MIN_INTERVAL_S:
            raise ValueError(f"interval_s: must be 0 or at least {MIN_INTERVAL_S}")


DssKeyType = Literal["none", "speed_dial", "line", "dnd", "forward", "transfer", "dtmf", "action_url", "busy_lamp"]


class DssKey(_Section, frozen=True, kw_only=True):
    """One programmable key; what each type does is in `offhook.phone.dss_keys`."""

    position: Annotated[int, msgspec.Meta(ge=1, le=10)]
    """1 for `D1`."""
    type: DssKeyType = "none"
    value: Annotated[str, msgspec.Meta(max_length=512)] = ""
    """A number; for "line" an account as in `outgoing_uri`, for "dtmf" digits, for "action_url" a URL template."""
    label: Annotated[str, msgspec.Meta(max_length=20)] = ""
    """What the face writes beside the key; "" makes one up."""

    def __post_init__(self) -> None:
        """Refuse a value that the key could do nothing with."""
        if reason := _wrong_with(self.type, self.value):
            raise ValueError(f"D{self.position}: {reason}")


def _wrong_with(kind: DssKeyType, value: str) -> str:
    if kind == "action_url":
        try:
            check_template(value)
        except ProtocolError as error:
            # Without the URL itself, which may hold a secret.
            return getattr(error, "reason", None) or str(error)
    if kind == "dtmf" and (not value or not set(value) <= set("0123456789*#")):
        return "digits are 0-9, * and #"
    if kind in ("speed_dial", "line", "transfer", "busy_lamp") and not value:
        return f"say which {'account' if kind == 'line' else 'number'}"
    return ""


MAX_CONTACTS = 500


class Contact(_Section, frozen=True, kw_only=True):
    """Somebody in the phone's directory."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
    """Digits or a SIP address."""


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
    provisioning: ProvisioningSettings = ProvisioningSettings()
    action_urls: dict[Event, str] = {}
    """URL template by event slug (DOC §2.3); an event without one is not sent."""
    dss_keys: Annotated[list[DssKey], msgspec.Meta(max_length=10)] = []
    """In any order; a position that is not here has nothing programmed."""
    directory: Annotated[list[Contact], msgspec.Meta(max_length=MAX_CONTACTS)] = []
    """People to call from the menu, in the order of the list."""

    def __post_init__(self) -> None:
        """Refuse two meanings for one key."""
        positions = [key.position for key in self.dss_keys]
        for position in positions:
            if positions.count(position) > 1:
                raise ValueError(f"dss_keys: D{position} is there twice")
