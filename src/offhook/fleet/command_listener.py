"""Where all phones of the fleet take commands: one socket for every address of this machine's loopback.

The phone that is meant is the one whose address was connected to. What may be told it, and who may, is as at a phone:
Active URI, with Basic or Digest, no pages of other sites, no guessing. The socket is tied to the loopback device, so
nobody else reaches it; where the system does not allow that, it listens at 127.0.0.1 alone, and phones cannot be
commanded.
Source: DOC §3.1-3.4; socket(7) (SO_BINDTODEVICE).
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from offhook.errors import PortTaken
from offhook.fleet.tally import Tally
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.http_auth import AuthRequest, HttpAuth, Verdict
from offhook.phone.lockout import Lockout
from offhook.phone.obedience import obey
from offhook.phone.settings import DEFAULT_PASSWORD, DEFAULT_USER
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.runtime.loopback import is_loopback

__all__ = ["CommandListener"]

_MAX_HEAD = 16 * 1024
_PATIENCE_S = 10.0
"""For a whole request."""
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}
_Answer = tuple[int, str, list[tuple[str, str]]]
"""Status, words, and headers."""


class CommandListener:
    """Listens for commands to any of the phones."""

    def __init__(
        self,
        phone_at: Callable[[str], VirtualPhone | None],
        tally: Tally,
        now: Callable[[], float],
        *,
        tie_to_loopback: Callable[[socket.socket], None] | None = None,
    ) -> None:
        """Prepare; listens from `start` on.

        Args:
            phone_at: Finds a phone by its address.
            tie_to_loopback: Ties a socket to the loopback device, or raises OSError.
        """
        self._phone_at = phone_at
        self._tally = tally
        self._now = now
        self._tie = tie_to_loopback or _tie_to_loopback
        self._lockout = Lockout()
        self._server: asyncio.Server | None = None
        self.is_everywhere = False
        """Whether every phone's address is listened at."""
        self.port = 0
        self.connections: set[_Connection] = set()

    async def start(self, port: int) -> None:
        """Listen.

        Args:
            port: 0 for any that is free.
        Raises:
            PortTaken: Another program has it.
        """
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.is_everywhere = _is_tied(self._tie, listening)
            listening.bind(("0.0.0.0" if self.is_everywhere else "127.0.0.1", port))
            self._server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), sock=listening)
        except OSError as error:
            listening.close()
            raise PortTaken("127.0.0.1", port, "--port") from error
        self.port = listening.getsockname()[1]

    async def stop(self) -> None:
        """Listen no more, and end what is open."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for connection in list(self.connections):
            connection.abort()
        await server.wait_closed()

    def answer(self, here: str, there: str, head: bytes) -> bytes:
        """Answer one request.

        Args:
            here: The address that was connected to.
            there: Where the request comes from.
            head: The request up to its empty line.
        """
        status, words, headers = self._rule(here, there, head)
        body = f"{words}\n".encode()
        lines = [
            f"HTTP/1.1 {status} {_REASONS[status]}",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(body)}",
            "Cache-Control: no-store",
            "Connection: close",
            *(f"{name}: {value}" for name, value in headers),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + body

    def _rule(self, here: str, there: str, head: bytes) -> _Answer:
        line, _, rest = head.decode("latin-1").partition("\n")
        words = line.split()
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            return 400, "the first line is not METHOD TARGET HTTP/VERSION", []
        method, target, _ = words
        path, _, query = target.partition("?")
        if path != ACTIVE_URI_PATH:
            return 404, f"this phone has no page; commands go to {ACTIVE_URI_PATH}", []
        if method not in ("GET", "POST"):
            return 405, "use GET", [("Allow", "GET, POST")]
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (each.partition(":") for each in rest.split("\n"))
        }
        phone = self._phone_at(here)
        if phone is None:
            return 404, "no phone has this address", []
        if _is_foreign(headers):
            return 403, "another site's page may not control this phone", []
        return self._refusal(phone, AuthRequest(method, target, headers.get("authorization", "")), there) or (
            self._obey(phone, query)
        )

    def _refusal(self, phone: VirtualPhone, request: AuthRequest, there: str) -> _Answer | None:
        """Answer whoever may not command the phone; None for whoever may."""
        guesser = f"{there} at {phone.number}"
        now = self._now()
        if wait_s := int(self._lockout.wait_s(guesser, now)):
            return 429, f"too many wrong passwords from this address; wait {wait_s} s", [("Retry-After", str(wait_s))]
        phone.auth = phone.auth or HttpAuth()
        verdict = phone.auth.check(request, DEFAULT_USER, DEFAULT_PASSWORD, now)
        if verdict is Verdict.GOOD:
            self._lockout.succeeded(guesser)
            if phone.is_up:
                return None
            return 503, "the phone is restarting", [("Retry-After", "1")]
        if verdict is Verdict.WRONG:
            self._lockout.failed(guesser, now)
        is_stale = verdict in (Verdict.STALE, Verdict.REPLAYED)
        challenges = phone.auth.challenges(now, is_stale=is_stale)
        return 401, "user and password needed", [("WWW-Authenticate", each) for each in challenges]

    def _obey(self, phone: VirtualPhone, query: str) -> _Answer:
        outcome = obey(phone.device, query)
        self._tally.commands += outcome.status == 200
        return outcome.status, outcome.words, []


class _Connection(asyncio.Protocol):
    """One request."""

    def __init__(self, listener: CommandListener) -> None:
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._head = b""
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        if not is_loopback(self._address("sockname")):
            transport.abort()
            return
        self._listener.connections.add(self)
        self._patience = asyncio.get_running_loop().call_later(_PATIENCE_S, self.abort)

    def connection_lost(self, _error: Exception | None) -> None:
        self._listener.connections.discard(self)
        if self._patience is not None:
            self._patience.cancel()

    def data_received(self, data: bytes) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end >= 0:
            transport.write(
                self._listener.answer(self._address("sockname"), self._address("peername"), self._head[:end])
            )
            transport.close()
        elif len(self._head) > _MAX_HEAD:
            transport.write(b"HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n")
            transport.close()

    def abort(self) -> None:
        """End it now."""
        if self._transport is not None:
            self._transport.abort()

    def _address(self, which: str) -> str:
        name = self._transport.get_extra_info(which) if self._transport is not None else None
        return str(name[0]) if name else ""


def _tie_to_loopback(listening: socket.socket) -> None:
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")


def _is_tied(tie: Callable[[socket.socket], None], listening: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        tie(listening)
        return True
    return False


def _is_foreign(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page made the request, or was led here by a name of its own."""
    host = headers.get("host", "")
    if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    if any(
        headers[name].partition("://")[2].partition("/")[0] != host for name in ("origin", "referer") if name in headers
    ):
        return True
    try:
        return bool(host) and not is_loopback(urlsplit(f"//{host}").hostname or "")
    except ValueError:
        return True
