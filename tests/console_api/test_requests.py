"""Bodies of requests: what is taken, and that a misspelt or hostile one is refused."""

import msgspec
import pytest

from offhook.console_api.requests import (
    AnswerRequest,
    AudioPathRequest,
    ConferenceRequest,
    DialRequest,
    DigitsRequest,
    DndRequest,
    ForwardingRequest,
    HoldRequest,
    KeysRequest,
    MicRequest,
    NavigationRequest,
    PhoneSetup,
    RestartRequest,
    TransferRequest,
    VolumeRequest,
)

Body = type[msgspec.Struct]

SMALLEST: dict[Body, dict[str, object]] = {
    DialRequest: {"phone": "p1", "number": "1002"},
    AnswerRequest: {},
    HoldRequest: {"held": True},
    DigitsRequest: {"digits": "12*#"},
    TransferRequest: {"call": "c_1", "target": "1003"},
    DndRequest: {"on": False},
    KeysRequest: {"keys": ["OK"]},
    ConferenceRequest: {"calls": ["c_1", "c_2"]},
    ForwardingRequest: {"on": True},
    MicRequest: {"muted": True},
    VolumeRequest: {"delta": -1},
    AudioPathRequest: {"path": "headset"},
    NavigationRequest: {"direction": "up"},
    RestartRequest: {},
    PhoneSetup: {},
}
every_body = pytest.mark.parametrize("body", SMALLEST, ids=lambda body: body.__name__)


@every_body
def test_the_smallest_is_taken_and_round_trips(body: Body) -> None:
    request = msgspec.json.decode(msgspec.json.encode(SMALLEST[body]), type=body)
    assert msgspec.json.decode(msgspec.json.encode(request), type=body) == request
    with pytest.raises(AttributeError):
        request.phone = "another"  # type: ignore[attr-defined]


@every_body
def test_an_unknown_field_is_refused(body: Body) -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field `helt`"):
        msgspec.convert({**SMALLEST[body], "helt": True}, body)


@every_body
def test_what_is_needed_is_needed(body: Body) -> None:
    for field in SMALLEST[body]:
        rest = {name: value for name, value in SMALLEST[body].items() if name != field}
        with pytest.raises(msgspec.ValidationError, match=f"missing required field `{field}`"):
            msgspec.convert(rest, body)


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (DialRequest, "phone", ""),
        (DialRequest, "phone", "p" * 65),
        (DialRequest, "number", ""),
        (DialRequest, "number", "1" * 129),
        (DialRequest, "number", 1002),
        (AnswerRequest, "phone", ""),
        (HoldRequest, "held", "true"),
        (HoldRequest, "held", None),
        (HoldRequest, "held", 1),
        (DigitsRequest, "digits", ""),
        (DigitsRequest, "digits", "1" * 33),
        (DigitsRequest, "digits", "12a"),
        (DigitsRequest, "digits", "12\n"),
        (DigitsRequest, "digits", "٣"),
        (TransferRequest, "call", ""),
        (TransferRequest, "target", ""),
        (ConferenceRequest, "calls", ["c_1"]),
        (ConferenceRequest, "calls", ["c_1", "c_2", "c_3"]),
        (ForwardingRequest, "target", "sip:1"),
        (VolumeRequest, "delta", 11),
        (AudioPathRequest, "path", "handset"),
        (NavigationRequest, "direction", "UP"),
        (RestartRequest, "force", 1),
        (MicRequest, "muted", "on"),
        (PhoneSetup, "forward_keys", {"sometimes_on": "D1"}),
        (PhoneSetup, "forward_keys", {"busy_on": ""}),
        (TransferRequest, "flow", "blind\n"),
        (TransferRequest, "flow", "blindly"),
        (DndRequest, "on", "on"),
        (KeysRequest, "keys", []),
        (KeysRequest, "keys", [""]),
        (KeysRequest, "keys", ["OK"] * 33),
        (KeysRequest, "keys", ["1" * 33]),
        (KeysRequest, "keys", "OK"),
        (PhoneSetup, "name", "n" * 81),
        (PhoneSetup, "control_url", "h" * 257),
        (PhoneSetup, "control_password", "p" * 129),
        (PhoneSetup, "dialect", "d" * 65),
    ],
)
def test_refused(body: Body, field: str, value: object) -> None:
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert({**SMALLEST[body], field: value}, body)


@pytest.mark.parametrize("digits", ["1", "1" * 32, "0123456789*#"])
def test_digits(digits: str) -> None:
    assert msgspec.convert({"digits": digits}, DigitsRequest).digits == digits


def test_defaults() -> None:
    assert msgspec.convert(SMALLEST[TransferRequest], TransferRequest).flow == "blind"
    setup = msgspec.convert({}, PhoneSetup)
    assert (setup.control_user, setup.control_password, setup.dialect) == ("admin", None, "")
    assert msgspec.convert({}, AnswerRequest).phone is None
