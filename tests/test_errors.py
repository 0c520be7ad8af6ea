"""The error tree: one root, facts as attributes, texts that say what to do."""

import inspect

import pytest

from offhook import errors
from offhook.errors import OffhookError

MADE: list[tuple[OffhookError, type[OffhookError], dict[str, object], str]] = [
    (
        errors.UnknownVariable("nosuch"),
        errors.LocalProtocolError,
        {"name": "nosuch", "http_status_hint": 400},
        "$nosuch",
    ),
    (errors.UnknownKey("L9"), errors.LocalProtocolError, {"token": "L9"}, "'L9'"),
    (
        errors.UnsupportedUrl("ftp://c/", "not http"),
        errors.LocalProtocolError,
        {"url": "ftp://c/", "reason": "not http"},
        "ftp://c/",
    ),
    (errors.MalformedRequest("no target"), errors.RemoteProtocolError, {"reason": "no target"}, "no target"),
    (
        errors.HeadTooLarge("request line", 8192, 414),
        errors.RemoteProtocolError,
        {"what": "request line", "limit_bytes": 8192, "http_status_hint": 414},
        "request line longer than 8192 bytes",
    ),
    (
        errors.MalformedCommand("send ?key="),
        errors.RemoteProtocolError,
        {"reason": "send ?key=", "http_status_hint": 400},
        "send ?key=",
    ),
    (
        errors.InvalidTransition("null", "held"),
        OffhookError,
        {"state": "null", "given": "held"},
        "held is not possible",
    ),
    (
        errors.DialectDataError("x.toml", "keys.OK", "is no list"),
        errors.DialectError,
        {"path": "x.toml", "key": "keys.OK", "reason": "is no list"},
        "x.toml: keys.OK: is no list",
    ),
    (
        errors.UnknownDialect("x", ("base", "other")),
        errors.DialectError,
        {"name": "x", "known": ("base", "other")},
        "base, other",
    ),
    (errors.AmbiguousDialect(("a", "b")), errors.DialectError, {"names": ("a", "b")}, "a and b"),
    (
        errors.PhoneUnreachable("1001", "key=OK", "refused"),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK", "reason": "refused"},
        "1001 cannot be reached: refused",
    ),
    (
        errors.PhoneTimeout("1001", "key=OK", 5.0),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK", "timeout_s": 5.0},
        "within 5 s",
    ),
    (
        errors.PhoneBrokeOff("1001", "key=OK"),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK"},
        "1001 broke the connection off",
    ),
    (
        errors.PhoneUnauthorized("1001", "key=OK"),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK"},
        "password",
    ),
    (
        errors.PhoneMoved("1001", "key=OK", "http://192.0.2.9"),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK", "url": "http://192.0.2.9"},
        "save this address in its set-up",
    ),
    (
        errors.PhoneRefused("1001", "key=OK", 409, "no free line"),
        errors.PhoneRequestError,
        {"phone": "1001", "request": "key=OK", "status": 409, "answer": "no free line"},
        "answered 409: no free line",
    ),
    (errors.PhoneRefused("1001", "key=OK", 500, ""), errors.PhoneRequestError, {"answer": ""}, "answered 500"),
    (
        errors.NotFound("phone", "1009"),
        errors.CommandError,
        {"error_id": "phone-not-found", "kind": "phone", "key": "1009"},
        "there is no phone '1009'",
    ),
    (
        errors.NotPossibleNow("no-free-line", "no line is free"),
        errors.CommandError,
        {"error_id": "no-free-line", "reason": "no line is free"},
        "no line is free",
    ),
    (errors.NotValid("bad", "no sense"), errors.CommandError, {"error_id": "bad", "reason": "no sense"}, "no sense"),
    (
        errors.NotAllowed("no", "you may not"),
        errors.CommandError,
        {"error_id": "no", "reason": "you may not"},
        "may not",
    ),
    (
        errors.ConsoleUnreachable("http://c", "refused"),
        errors.ConsoleError,
        {"url": "http://c", "reason": "refused"},
        "no console at http://c: refused",
    ),
    (
        errors.ConsoleRefused(400, "digits-not-valid", "no digits"),
        errors.ConsoleError,
        {"status": 400, "error_id": "digits-not-valid"},
        "no digits",
    ),
    (errors.ConsoleDidNotKnowYou(401, "not-signed-in", "sign in"), errors.ConsoleRefused, {"status": 401}, "sign in"),
    (errors.ConsoleForbade(403, "not-yours", "not yours"), errors.ConsoleRefused, {"status": 403}, "not yours"),
    (errors.ConsoleDidNotFind(404, "call-not-found", "no call"), errors.ConsoleRefused, {"status": 404}, "no call"),
    (errors.ConsoleConflict(409, "call-over", "it is over"), errors.ConsoleRefused, {"status": 409}, "it is over"),
    (
        errors.SipEngineError(486, "Busy Here"),
        OffhookError,
        {"sip_status": 486, "reason": "Busy Here"},
        "486 Busy Here",
    ),
    (errors.StoreError("disk full"), OffhookError, {}, "disk full"),
    (errors.BusError("gone"), OffhookError, {}, "gone"),
    (
        errors.ConfigError("phone.toml", "network.http_port", "is no number"),
        OffhookError,
        {"path": "phone.toml", "key": "network.http_port", "reason": "is no number"},
        "phone.toml: network.http_port: is no number",
    ),
    (errors.ConfigError("phone.toml", "", "is no TOML"), OffhookError, {"key": ""}, "phone.toml: is no TOML"),
    (
        errors.PortTaken("127.0.0.1", 8800, "--api-port"),
        OffhookError,
        {"host": "127.0.0.1", "port": 8800, "flag": "--api-port"},
        "port 8800 on 127.0.0.1 is already in use; choose another with --api-port",
    ),
    (
        errors.ProvisioningFailed("it has no such file (404)"),
        OffhookError,
        {"reason": "it has no such file (404)"},
        "the provisioning file could not be fetched: it has no such file",
    ),
    (
        errors.DataFolderError("/data", "read-only"),
        OffhookError,
        {"path": "/data", "reason": "read-only"},
        "--data",
    ),
]


@pytest.mark.parametrize(("error", "family", "facts", "text"), [pytest.param(*m, id=type(m[0]).__name__) for m in MADE])
def test_facts_and_text(error: OffhookError, family: type[OffhookError], facts: dict[str, object], text: str) -> None:
    assert isinstance(error, family)
    assert {name: getattr(error, name) for name in facts} == facts
    assert text in str(error)
    assert "\n" not in str(error)


def test_every_error_is_public_in_one_tree_and_drawn() -> None:
    classes = {
        name for name, item in vars(errors).items() if inspect.isclass(item) and item.__module__ == errors.__name__
    }
    assert classes == set(errors.__all__)
    assert all(issubclass(getattr(errors, name), OffhookError) for name in classes)
    assert errors.__doc__ is not None
    drawn = {line.strip("│├└─ ").split("(")[0].split(" ")[0] for line in errors.__doc__.splitlines()}
    assert classes <= drawn


def test_every_error_with_facts_of_its_own_is_made_here() -> None:
    with_facts = {name for name in errors.__all__ if "__init__" in vars(getattr(errors, name))}
    families = {"PhoneRequestError", "CommandError"}
    assert with_facts - families <= {type(error).__name__ for error, *_ in MADE}
