"""Bodies of the API's requests.

In Python a pattern's `$` also matches before a last line end, hence the `(?!\\n)` in those here.

Source: console-api.md §4 (verbs).
"""

from typing import Annotated, Literal

import msgspec

from offhook.console_api.resources import TransferFlow

__all__ = [
    "AnswerRequest",
    "AudioPathRequest",
    "CallId",
    "ConferenceRequest",
    "DialRequest",
    "DigitsRequest",
    "DndRequest",
    "ForwardKeys",
    "ForwardSwitch",
    "ForwardingRequest",
    "HoldRequest",
    "KeysRequest",
    "MicRequest",
    "NavigationRequest",
    "NoteRequest",
    "Number",
    "PhoneId",
    "PhoneSetup",
    "RestartRequest",
    "TransferRequest",
    "VolumeRequest",
]

CallId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
PhoneId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Number = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


ForwardSwitch = Annotated[str, msgspec.Meta(pattern=r"^(always|busy|no_answer)_(on|off)(?!\n)$")]
ForwardKeys = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Unknown fields are refused, so that a misspelt one is noticed."""


class DialRequest(_Request, frozen=True):
    """`POST /api/v1/calls`: place a call."""

    phone: PhoneId
    number: Number
    """Digits with `*`, `#` and a leading `+`, or an address: `user@host`, `sip:`, `tel:`. Spaces, dots, dashes, slashes
    and brackets are left out; a number with anything else in it is refused."""
    account: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None
    """Account of the phone to dial from, `user@host`; None takes the one of its set-up."""


class AnswerRequest(_Request, frozen=True):
    """`POST /api/v1/calls/{id}/answer` and `/reject`: which of our phones, when the call rings at several."""

    phone: PhoneId | None = None


class HoldRequest(_Request, frozen=True):
    """`PUT /api/v1/calls/{id}/hold`: the wished state."""

    held: bool
    phone: PhoneId | None = None


class DigitsRequest(_Request, frozen=True):
    """`POST /api/v1/calls/{id}/digits`."""

    digits: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{1,32}(?!\n)$")]
    phone: PhoneId | None = None


class TransferRequest(_Request, frozen=True):
    """`POST /api/v1/transfers`."""

    call: CallId
    target: Number
    flow: TransferFlow = TransferFlow.BLIND
    phone: PhoneId | None = None


class ConferenceRequest(_Request, frozen=True):
    """`POST /api/v1/conferences`: join a held call and the one that is talked on, both at one phone."""

    calls: Annotated[list[CallId], msgspec.Meta(min_length=2, max_length=2)]
    phone: PhoneId | None = None
    """Which of our phones, when more than one is in both calls."""


class NoteRequest(_Request, frozen=True):
    """`PUT /api/v1/calls/{id}/note`; both empty remove the note."""

    text: Annotated[str, msgspec.Meta(max_length=4000)] = ""
    outcome: Annotated[str, msgspec.Meta(max_length=64)] = ""


class MicRequest(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}/mic`: the wished state."""

    muted: bool


class DndRequest(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}/dnd`: the wished state."""

    on: bool


class ForwardingRequest(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}/forwarding/{always|busy|no_answer}`: the wished state."""

    on: bool
    target: Annotated[str, msgspec.Meta(pattern=r"^[0-9*#]{1,32}(?!\n)$")] | None = None
    """Where to; None keeps the one that the phone has."""


class VolumeRequest(_Request, frozen=True):
    """`POST /api/v1/phones/{id}/volume`: so many steps louder, or softer when negative."""

    delta: Annotated[int, msgspec.Meta(ge=-10, le=10)]


class AudioPathRequest(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}/audio-path`: where the voice goes."""

    path: Literal["speaker", "headset"]


class NavigationRequest(_Request, frozen=True):
    """`POST /api/v1/phones/{id}/keys/nav`."""

    direction: Literal["up", "down", "left", "right"]


class RestartRequest(_Request, frozen=True):
    """`POST /api/v1/phones/{id}/restart` and `/provision`."""

    force: bool = False
    """Also while the phone has a call, which a restart ends."""


class KeysRequest(_Request, frozen=True):
    """`POST /api/v1/phones/{id}/keys`: press keys, as at the phone."""

    keys: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=32)]],
        msgspec.Meta(min_length=1, max_length=32),
    ]
    force: bool = False
    """For keys that restart the phone: also while it has a call, which a restart ends."""


class PhoneSetup(_Request, frozen=True):
    """`PUT /api/v1/phones/{id}`: what the console needs to command a phone."""

    name: Annotated[str, msgspec.Meta(max_length=80)] = ""
    extension: Annotated[str, msgspec.Meta(max_length=64)] = ""
    account: Annotated[str, msgspec.Meta(max_length=128)] = ""
    control_url: Annotated[str, msgspec.Meta(max_length=256)] = ""
    """How it is commanded: `http://host:port` of its management page, or `sip:user@exchange` for NOTIFY over SIP."""
    control_user: Annotated[str, msgspec.Meta(max_length=64)] = "admin"
    control_password: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    """None keeps the one that is set; it is never shown again."""
    dialect: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Name of a dialect; "" recognises it."""
    forward_keys: dict[ForwardSwitch, ForwardKeys] | None = None
    """Keys that turn its forwards on and off, by `always_on`, `always_off`, `busy_on` and so on: tokens and runs of
    digits separated by spaces, `{target}` for the number, as in `SPEAKER *72{target} OK`. The document has no such
    command; what the keys do is up to the phone and its exchange. Where none are named, what the phone's make has for
    it is used. None keeps those that are set."""
    mac: Annotated[str, msgspec.Meta(max_length=32)] | None = None
    """MAC address of a phone whose id is an IP address: from then on it is known by it wherever it is. "" forgets it,
    None keeps it."""
