"""Every error offhook raises, in one tree.

::

    OffhookError
    ├─ ProtocolError(http_status_hint)
    │  ├─ LocalProtocolError          we asked for something the document does not allow
    │  │  ├─ UnknownVariable(name)
    │  │  ├─ UnknownKey(token)
    │  │  └─ UnsupportedUrl(url, reason)
    │  └─ RemoteProtocolError         the peer sent something malformed
    │     ├─ MalformedRequest(reason)
    │     ├─ HeadTooLarge(what, limit_bytes)
    │     └─ MalformedCommand(reason)
    ├─ InvalidTransition(state, given)
    ├─ DialectError
    │  ├─ DialectDataError(path, key, reason)
    │  ├─ UnknownDialect(name)
    │  └─ AmbiguousDialect(names)
    ├─ PhoneRequestError(phone, request)
    │  ├─ PhoneUnreachable(reason)
    │  ├─ PhoneTimeout(timeout_s)
    │  ├─ PhoneBrokeOff
    │  ├─ PhoneUnauthorized
    │  ├─ PhoneMoved(url)
    │  └─ PhoneRefused(status)
    ├─ CommandError(error_id, ...)    a request to the console that cannot be carried out
    │  ├─ NotFound(kind, key)
    │  ├─ NotPossibleNow(reason)
    │  ├─ NotValid(reason)
    │  └─ NotAllowed(reason)
    ├─ ConsoleError                   what a client of the console runs into
    │  ├─ ConsoleUnreachable(url, reason)
    │  └─ ConsoleRefused(status, error_id, message)
    │     ├─ ConsoleDidNotKnowYou     no token, or not a valid one
    │     ├─ ConsoleForbade           the token may not do that
    │     ├─ ConsoleDidNotFind        there is no such phone, call, command
    │     └─ ConsoleConflict          the state of the phone or call does not allow it
    ├─ SipEngineError(sip_status)
    ├─ StoreError
    ├─ BusError
    ├─ ConfigError(path, key, reason)
    ├─ PortTaken(host, port, flag)
    ├─ ProvisioningFailed(reason)
    └─ DataFolderError(path, reason)

Facts are attributes, not text; the text is made from them here, so it is the same everywhere and says what to do next.
Adapters translate foreign exceptions with ``raise ... from``.
"""

__all__ = [
    "AmbiguousDialect",
    "BusError",
    "CommandError",
    "ConfigError",
    "ConsoleConflict",
    "ConsoleDidNotFind",
    "ConsoleDidNotKnowYou",
    "ConsoleError",
    "ConsoleForbade",
    "ConsoleRefused",
    "ConsoleUnreachable",
    "DataFolderError",
    "DialectDataError",
    "DialectError",
    "HeadTooLarge",
    "InvalidTransition",
    "LocalProtocolError",
    "MalformedCommand",
    "MalformedRequest",
    "NotAllowed",
    "NotFound",
    "NotPossibleNow",
    "NotValid",
    "OffhookError",
    "PhoneBrokeOff",
    "PhoneMoved",
    "PhoneRefused",
    "PhoneRequestError",
    "PhoneTimeout",
    "PhoneUnauthorized",
    "PhoneUnreachable",
    "PortTaken",
    "ProtocolError",
    "ProvisioningFailed",
    "RemoteProtocolError",
    "SipEngineError",
    "StoreError",
    "UnknownDialect",
    "UnknownKey",
    "UnknownVariable",
    "UnsupportedUrl",
]


class OffhookError(Exception):
    """The root: catching it catches everything offhook raises on purpose."""


# --- the two protocols ---------------------------------------------------------------------------------------------


class ProtocolError(OffhookError):
    """Something that Action URL or Active URI does not allow."""

    http_status_hint: int = 400
    """Status an HTTP server may answer with when this error came from a request."""


class LocalProtocolError(ProtocolError):
    """Our side asked for something illegal; nothing was sent."""


class UnknownVariable(LocalProtocolError):
    """A template names a variable that is absent from DOC §2.5."""

    def __init__(self, name: str) -> None:
        super().__init__(f"unknown variable ${name}; the document knows 12, among them $mac, $ip and $call_id")
        self.name = name


class UnknownKey(LocalProtocolError):
    """A key token that is absent from DOC §3.2."""

    def __init__(self, token: str) -> None:
        super().__init__(f"unknown key {token!r}; the document knows 55, among them OK, X, F_HOLD and 0-9")
        self.token = token


class UnsupportedUrl(LocalProtocolError):
    """An Action URL that the phone could not send."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"cannot use the URL {url!r}: {reason}")
        self.url = url
        self.reason = reason


class RemoteProtocolError(ProtocolError):
    """The peer sent something malformed; nothing was done about it."""


class MalformedRequest(RemoteProtocolError):
    """Bytes on the phone listener that are no HTTP request even to a lenient reader."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"malformed request: {reason}")
        self.reason = reason


class HeadTooLarge(RemoteProtocolError):
    """A request line or head longer than the limit."""

    http_status_hint = 431

    def __init__(self, what: str, limit_bytes: int, http_status_hint: int) -> None:
        super().__init__(f"{what} longer than {limit_bytes} bytes")
        self.what = what
        self.limit_bytes = limit_bytes
        self.http_status_hint = http_status_hint


class MalformedCommand(RemoteProtocolError):
    """An Active URI query that is no command."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# --- the call model ------------------------------------------------------------------------------------------------


class InvalidTransition(OffhookError):
    """An own command that the state machine does not allow; the state is unchanged."""

    def __init__(self, state: object, given: object) -> None:
        super().__init__(f"{given} is not possible in state {state}")
        self.state = state
        self.given = given


# --- dialects ------------------------------------------------------------------------------------------------------


class DialectError(OffhookError):
    """Something about the vendors' dialects."""


class DialectDataError(DialectError):
    """A dialect file that cannot be used."""

    def __init__(self, path: str, key: str, reason: str) -> None:
        super().__init__(f"{path}: {key}: {reason}")
        self.path = path
        self.key = key
        self.reason = reason


class UnknownDialect(DialectError):
    """A dialect name for which there is no file."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown dialect {name!r}; known: {', '.join(known)}")
        self.name = name
        self.known = known


class AmbiguousDialect(DialectError):
    """Two dialects match a phone equally well."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"{' and '.join(names)} match equally well; make one of them narrower")
        self.names = names


# --- requests to a phone -------------------------------------------------------------------------------------------


class PhoneRequestError(OffhookError):
    """An Active URI request that did not end with the phone accepting it."""

    def __init__(self, phone: str, request: str, message: str) -> None:
        super().__init__(message)
        self.phone = phone
        self.request = request


class PhoneUnreachable(PhoneRequestError):
    """No connection to the phone."""

    def __init__(self, phone: str, request: str, reason: str) -> None:
        super().__init__(phone, request, f"phone {phone} cannot be reached: {reason}")
        self.reason = reason


class PhoneTimeout(PhoneRequestError):
    """The phone took the connection and did not answer in time."""

    def __init__(self, phone: str, request: str, timeout_s: float) -> None:
        super().__init__(phone, request, f"phone {phone} did not answer within {timeout_s:g} s")
        self.timeout_s = timeout_s


class PhoneBrokeOff(PhoneRequestError):
    """The phone took the connection and gave no answer that can be read; it may have acted."""

    def __init__(self, phone: str, request: str) -> None:
        super().__init__(phone, request, f"phone {phone} broke the connection off, or its answer is no HTTP")


class PhoneUnauthorized(PhoneRequestError):
    """The phone wants another user or password."""

    def __init__(self, phone: str, request: str) -> None:
        super().__init__(
            phone,
            request,
            f"phone {phone} refused the user or password set for it; correct them in its set-up",
        )


class PhoneMoved(PhoneRequestError):
    """The phone reported another address, and who answers there wants the password in clear: it was not sent."""

    def __init__(self, phone: str, request: str, url: str) -> None:
        super().__init__(
            phone,
            request,
            f"phone {phone} says it is at {url} now, and the password was not sent there in clear; "
            "if that is right, save this address in its set-up, with the password",
        )
        self.url = url


class PhoneRefused(PhoneRequestError):
    """The phone answered, and the answer was no."""

    def __init__(self, phone: str, request: str, status: int, answer: str) -> None:
        text = f": {answer}" if answer else ""
        super().__init__(phone, request, f"phone {phone} answered {status}{text}")
        self.status = status
        self.answer = answer


# --- the console ---------------------------------------------------------------------------------------------------


class CommandError(OffhookError):
    """A request to the console that was not carried out; ``error_id`` is stable and meant for programs."""

    def __init__(self, error_id: str, message: str) -> None:
        super().__init__(message)
        self.error_id = error_id


class NotFound(CommandError):
    """The thing that was named does not exist."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"{kind}-not-found", f"there is no {kind} {key!r}")
        self.kind = kind
        self.key = key


class NotPossibleNow(CommandError):
    """The thing exists, but its state does not allow the wish."""

    def __init__(self, error_id: str, reason: str) -> None:
        super().__init__(error_id, reason)
        self.reason = reason


class NotValid(CommandError):
    """The request itself makes no sense."""

    def __init__(self, error_id: str, reason: str) -> None:
        super().__init__(error_id, reason)
        self.reason = reason


class NotAllowed(CommandError):
    """Whoever asks may not."""

    def __init__(self, error_id: str, reason: str) -> None:
        super().__init__(error_id, reason)
        self.reason = reason


class ConsoleError(OffhookError):
    """What a client of the console runs into."""


class ConsoleUnreachable(ConsoleError):
    """No connection to the console."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no console at {url}: {reason}")
        self.url = url
        self.reason = reason


class ConsoleRefused(ConsoleError):
    """The console answered, and the answer was no."""

    def __init__(self, status: int, error_id: str, message: str, request_id: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.error_id = error_id
        self.request_id = request_id
        """By which the console's log tells more; "" when the answer had none."""


class ConsoleDidNotKnowYou(ConsoleRefused):
    """No token came with the request, or not a valid one (401)."""


class ConsoleForbade(ConsoleRefused):
    """Whoever the token belongs to may not do that (403)."""


class ConsoleDidNotFind(ConsoleRefused):
    """There is no such phone, call, transfer or command (404)."""


class ConsoleConflict(ConsoleRefused):
    """The state of the phone or the call does not allow it (409)."""


# --- adapters and set-up -------------------------------------------------------------------------------------------


class SipEngineError(OffhookError):
    """The call engine could not do what it was asked."""

    def __init__(self, sip_status: int, reason: str) -> None:
        super().__init__(f"{sip_status} {reason}")
        self.sip_status = sip_status
        self.reason = reason


class StoreError(OffhookError):
    """The store could not read or write; nothing of the batch was kept."""


class BusError(OffhookError):
    """The bus could not deliver."""


class ConfigError(OffhookError):
    """A setting that cannot be used."""

    def __init__(self, path: str, key: str, reason: str) -> None:
        super().__init__(f"{path}: {key}: {reason}" if key else f"{path}: {reason}")
        self.path = path
        self.key = key
        self.reason = reason


class PortTaken(OffhookError):
    """Another program listens on the port."""

    def __init__(self, host: str, port: int, flag: str) -> None:
        super().__init__(f"port {port} on {host} is already in use; choose another with {flag}")
        self.host = host
        self.port = port
        self.flag = flag


class ProvisioningFailed(OffhookError):
    """The provisioning file could not be had; the phone's settings are as they were."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the provisioning file could not be fetched: {reason}")
        self.reason = reason


class DataFolderError(OffhookError):
    """The data folder cannot be used."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"cannot use the data folder {path}: {reason}; name another with --data")
        self.path = path
        self.reason = reason
