"""Active URI requests to phones over HTTP: the console's one HTTP client.

A request is sent once. Libraries and servers try hard to send a GET again when a connection breaks, because a GET is
meant to be harmless; here it presses a key, so nothing is sent twice but after a 401, which acts on nothing.

Source: DOC §3.1-3.4; RFC 7616 (Digest), RFC 7617 (Basic); what phones answer: vendors.md §3.
"""

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from yarl import URL

from offhook.dialects.dialect import Authentication, Dialect
from offhook.errors import (
    NotValid,
    PhoneBrokeOff,
    PhoneMoved,
    PhoneRefused,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)
from offhook.protocol.active_uri import ActiveUriCommand, build_query

__all__ = ["PhoneAddress", "PhoneAnswer", "PhoneClient", "read_control_url", "request_target"]

_MAX_ANSWER_BYTES = 64 * 1024
_MAX_EXCERPT_CHARS = 200
_BODY_PATIENCE_S = 0.5
"""How long to wait for a body once the status is known: the status has said it all."""
_MAX_LOGINS = 4096
"""Digest challenges remembered; the oldest phone's is forgotten first and costs that phone one more 401."""


@dataclass(frozen=True, slots=True)
class PhoneAddress:
    """Where and as whom to command one phone."""

    phone: str
    """Id, for messages."""
    control_url: str
    """`http://host:port`."""
    user: str
    password: str
    is_approved: bool = True
    """Whether somebody set the URL; False when a report moved it, and then the password never goes there in clear."""

    def __repr__(self) -> str:
        """Leave the password out: this may end up in a log."""
        return f"PhoneAddress({self.phone!r}, {self.control_url!r}, {self.user!r})"


@dataclass(frozen=True, slots=True)
class PhoneAnswer:
    """The phone took the request."""

    status: int
    ms: float
    """From sending to the answer's head, a challenge included."""


def read_control_url(text: str) -> str:
    """Check the address of a phone's management page and bring it to the form `http://host:port`.

    Raises:
        NotValid: Not `http://`, no host, or with a path, a query or credentials in it.
    Source: DOC §3.3 (plain HTTP).
    """
    reason = "the control URL is the address of the phone's management page, such as http://192.0.2.10"
    if not text.isascii() or not text.isprintable() or " " in text:
        raise NotValid("control-url-not-valid", reason)
    try:
        url = URL(text)
        # Yarl checks ports and brackets only when they are asked for.
        is_plain = url.scheme == "http" and bool(url.host) and url.port is not None
    except ValueError as error:
        raise NotValid("control-url-not-valid", reason) from error
    if not is_plain or url.user is not None or url.password is not None or url.path not in ("", "/"):
        raise NotValid("control-url-not-valid", reason)
    if url.raw_query_string or url.raw_fragment:
        raise NotValid("control-url-not-valid", reason)
    return str(url.origin())


def request_target(command: ActiveUriCommand, dialect: Dialect) -> str:
    """Write path and query of the request for ``command`` as ``dialect`` spells it."""
    query = build_query(command, spellings=dialect.key_spellings, forwards=dialect.forwards)
    return f"{dialect.control.path}?{query}"


class PhoneClient:
    """Sends Active URI requests; used from one event loop, closed at the end."""

    def __init__(self, timeout_s: float) -> None:
        """Prepare.

        Args:
            timeout_s: For one request, from connecting to the answer, a challenge included.
        """
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None
        self._logins: dict[PhoneAddress, aiohttp.DigestAuthMiddleware] = {}

    async def close(self) -> None:
        """Drop every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, address: PhoneAddress, target: str, dialect: Dialect) -> PhoneAnswer:
        """Send one request and wait for the phone to take it.

        Args:
            target: Path and query, from ``request_target``.
        Raises:
            PhoneUnreachable: No connection; the phone has not seen the request.
            PhoneTimeout: A connection, but no answer in time; the phone may have acted.
            PhoneUnauthorized: The phone wants another user or password.
            PhoneMoved: It wants the password in clear at an address that only a report named.
            PhoneBrokeOff: A connection, but nothing that can be read as an answer; the phone may have acted.
            PhoneRefused: Any other answer.
        Source: DOC §3.1, §3.3.
        """
        progress = SimpleNamespace(is_connected=False)
        began = time.monotonic()
        try:
            async with asyncio.timeout(self._timeout_s):
                status, excerpt = await self._exchange(address, target, dialect, progress)
        except TimeoutError as error:
            if progress.is_connected:
                raise PhoneTimeout(address.phone, target, self._timeout_s) from error
            reason = f"no connection to {address.control_url} within {self._timeout_s:g} s"
            raise PhoneUnreachable(address.phone, target, reason) from error
        except aiohttp.ClientConnectorError as error:
            reason = f"no connection to {address.control_url} ({_words_of(error.os_error)})"
            raise PhoneUnreachable(address.phone, target, reason) from error
        except (_ConnectionLost, aiohttp.ClientError, ValueError) as error:
            raise PhoneBrokeOff(address.phone, target) from error
        ms = (time.monotonic() - began) * 1000
        if status in dialect.control.accepted_statuses:
            return PhoneAnswer(status, ms)
        # The document sends whoever is not logged in to the login page, by redirect (DOC §3.3).
        if status == 401 or 300 <= status < 400:
            raise PhoneUnauthorized(address.phone, target)
        raise PhoneRefused(address.phone, target, status, excerpt)

    async def _exchange(
        self, address: PhoneAddress, target: str, dialect: Dialect, progress: SimpleNamespace
    ) -> tuple[int, str]:
        if dialect.control.authentication is Authentication.BASIC:
            _require_approved(address, target)
            status, excerpt, _ = await self._get(address, target, progress, None)
            return status, excerpt
        login = self._login(address)
        status, excerpt, challenges = await self._get(address, target, progress, login)
        if status == 401 and "basic" in challenges and "digest" not in challenges[:1]:
            _require_approved(address, target)
            status, excerpt, _ = await self._get(address, target, progress, None)
        return status, excerpt

    async def _get(
        self,
        address: PhoneAddress,
        target: str,
        progress: SimpleNamespace,
        login: aiohttp.DigestAuthMiddleware | None,
    ) -> tuple[int, str, list[str]]:
        """Exchange one request, with Basic credentials where there is no Digest login.

        Returns:
            Its status, the start of its body, the schemes of its challenges.
        """
        headers = {}
        if login is None:
            headers["Authorization"] = aiohttp.encode_basic_auth(address.user, address.password, "utf-8")
        async with self._open_session().get(
            URL(address.control_url + target, encoded=True),
            headers=headers,
            allow_redirects=False,
            middlewares=(_send_once,) if login is None else (login, _send_once),
            trace_request_ctx=progress,
        ) as answer:
            excerpt = await _read_excerpt(answer)
            challenges = answer.headers.getall("WWW-Authenticate", [])
            return answer.status, excerpt, [text.partition(" ")[0].lower() for text in challenges]

    def _login(self, address: PhoneAddress) -> aiohttp.DigestAuthMiddleware:
        """Find the phone's login, which remembers the last challenge so that most requests need no 401."""
        login = self._logins.pop(address, None) or aiohttp.DigestAuthMiddleware(address.user, address.password)
        self._logins[address] = login
        if len(self._logins) > _MAX_LOGINS:
            del self._logins[next(iter(self._logins))]
        return login

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            watch = aiohttp.TraceConfig()
            watch.on_connection_create_end.append(_note_connection)
            self._session = aiohttp.ClientSession(
                # A connection for each request: phones close idle ones without a word, and a key sent into such
                # a connection would be neither pressed nor safe to send again.
                connector=aiohttp.TCPConnector(limit=0, force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None),
                auto_decompress=False,
                trace_configs=[watch],
            )
        return self._session


def _words_of(error: OSError) -> str:
    """Say why there is no connection; asyncio's own words hold the address once more, in Python's spelling."""
    if isinstance(error, socket.gaierror) or error.errno is None:
        words = error.strerror or str(error)
    else:
        words = os.strerror(error.errno)
    return words.lower()


class _ConnectionLost(Exception):
    """The connection broke after the request was sent; unlike aiohttp's own error it makes nobody try again."""


async def _send_once(
    request: aiohttp.ClientRequest, handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a GET again after a broken connection, as RFC 9110 §9.2.2 would allow."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _ConnectionLost(str(error)) from error


async def _note_connection(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionCreateEndParams
) -> None:
    context.trace_request_ctx.is_connected = True


def _require_approved(address: PhoneAddress, target: str) -> None:
    if not address.is_approved:
        raise PhoneMoved(address.phone, target, address.control_url)


async def _read_excerpt(answer: aiohttp.ClientResponse) -> str:
    """Read a body as far as it is wanted; a body that breaks off or does not end spoils nothing."""
    received = bytearray()
    with contextlib.suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(_BODY_PATIENCE_S):
            while len(received) < _MAX_ANSWER_BYTES:
                piece = await answer.content.read(_MAX_ANSWER_BYTES - len(received))
                if not piece:
                    break
                received += piece
    if "html" in answer.headers.get("Content-Type", "").lower():
        return ""
    text = received.decode("utf-8", "replace")[:_MAX_EXCERPT_CHARS]
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
