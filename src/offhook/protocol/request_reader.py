"""Reading the HTTP requests that phones send, bytes in and requests out, without I/O.

Stock HTTP servers answer 400 to what real phones send: raw spaces and raw bytes in the request line, no Host, bare LF
line ends (vendors.md §2.6). This reader takes all of those and is strict on size. It is the one HTTP reader offhook
has of its own. Use: `receive` the bytes of one connection, then call `next_request` until it gives None.

Source: RFC 9112 §2.2, §3 (what a message is), DOC §2.2 (GET only).
"""

from dataclasses import dataclass

from offhook.errors import HeadTooLarge, MalformedRequest

__all__ = ["MAX_BODY_BYTES", "MAX_HEAD_BYTES", "MAX_LINE_BYTES", "PhoneRequest", "RequestReader"]

MAX_LINE_BYTES = 8 * 1024
MAX_HEAD_BYTES = 32 * 1024
MAX_BODY_BYTES = 64 * 1024
_MAX_LEADING_BLANK = 8
_HEX_TLS_HANDSHAKE = 0x16


@dataclass(frozen=True, slots=True)
class PhoneRequest:
    """One request as a phone sent it."""

    method: str
    target: bytes
    """Everything between the method and the HTTP version, raw."""
    keep_alive: bool
    """Whether the phone means to send another request on this connection."""


class RequestReader:
    """Reads one connection's bytes.

    After an error the connection has no meaning any more: answer it and close.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body_left = 0
        self._scanned = 0

    @property
    def is_mid_request(self) -> bool:
        """Whether bytes of an unfinished request are waiting (so a deadline applies)."""
        return bool(self._buffer) or self._body_left > 0

    def receive(self, data: bytes) -> None:
        """Take bytes off the wire, any number of them."""
        self._buffer += data

    def next_request(self) -> PhoneRequest | None:
        """Give the next whole request, or None while more bytes are needed.

        Raises:
            HeadTooLarge: Request line over `MAX_LINE_BYTES` (status 414), head over `MAX_HEAD_BYTES` (431) or
                announced body over `MAX_BODY_BYTES` (413).
            MalformedRequest: Not a request, whatever leniency is applied.
        """
        if not self._skip_body():
            return None
        head = self._take_head()
        if head is None:
            return None
        line, _, fields = head.partition(b"\n")
        method, target, version = _split_request_line(line)
        keep_alive, body_bytes = _framing(fields, version)
        if body_bytes > MAX_BODY_BYTES:
            raise HeadTooLarge("body", MAX_BODY_BYTES, http_status_hint=413)
        self._body_left = body_bytes
        return PhoneRequest(method=method, target=target, keep_alive=keep_alive)

    def _skip_body(self) -> bool:
        """Drop the body of the request before, which is read and ignored; say whether it is all there."""
        dropped = min(self._body_left, len(self._buffer))
        if dropped:
            del self._buffer[:dropped]
            self._body_left -= dropped
        return self._body_left == 0

    def _take_head(self) -> bytes | None:
        """Cut the head off the buffer, its lines ended by LF alone; None while it is not complete."""
        buffer = self._buffer
        blanks = 0
        while buffer[:1] in (b"\r", b"\n"):
            # RFC 9112 §2.2: tolerate empty lines before a request, but not an endless stream of them.
            blanks += 1
            if blanks > _MAX_LEADING_BLANK * 2:
                raise MalformedRequest("nothing but empty lines")
            del buffer[:1]
        line_end = buffer.find(b"\n", 0, MAX_LINE_BYTES + 2)
        if line_end < 0:
            if len(buffer) > MAX_LINE_BYTES:
                raise HeadTooLarge("request line", MAX_LINE_BYTES, http_status_hint=414)
            if buffer and buffer[0] == _HEX_TLS_HANDSHAKE:
                raise MalformedRequest("this port speaks http, not https; set the Action URL to http://")
            return None
        end = _head_end(buffer, max(self._scanned - 3, line_end))
        if end is None:
            if len(buffer) > MAX_HEAD_BYTES:
                raise HeadTooLarge("head", MAX_HEAD_BYTES, http_status_hint=431)
            self._scanned = len(buffer)
            return None
        head = bytes(buffer[: end[0]])
        del buffer[: end[1]]
        self._scanned = 0
        return head


def _head_end(buffer: bytearray, start: int) -> tuple[int, int] | None:
    """Find the empty line that ends a head: (end of its last line, start of what follows)."""
    crlf = buffer.find(b"\n\r\n", start)
    bare = buffer.find(b"\n\n", start)
    if crlf >= 0 and (bare < 0 or crlf < bare):
        return (crlf, crlf + 3)
    if bare >= 0:
        return (bare, bare + 2)
    return None


def _split_request_line(line: bytes) -> tuple[str, bytes, bytes]:
    """Split at the first space and at the trailing version, so that raw spaces stay in the target."""
    method, space, rest = line.rstrip(b"\r").partition(b" ")
    if not space or not method.isalpha() or len(method) > 16:
        raise MalformedRequest("the first line is not METHOD TARGET HTTP/VERSION")
    target, space, version = rest.rpartition(b" ")
    if not space or not version.startswith(b"HTTP/"):
        target, version = rest, b"HTTP/1.0"  # no version at all: take it as the oldest, and close
    target = target.strip(b" ")
    if not target:
        raise MalformedRequest("the request line names no target")
    return method.decode("ascii"), target, version


def _framing(fields: bytes, version: bytes) -> tuple[bool, int]:
    """Read the two things that matter of the header fields: (keep-alive, body length in bytes)."""
    keep_alive = version not in (b"HTTP/1.0", b"HTTP/0.9")
    body_bytes = 0
    for field in fields.split(b"\n"):
        name, _, value = field.partition(b":")
        match name.strip().lower():
            case b"connection":
                tokens = value.lower()
                keep_alive = b"close" not in tokens and (keep_alive or b"keep-alive" in tokens)
            case b"content-length":
                body_bytes = _content_length(value)
            case b"transfer-encoding":
                # Where such a body ends is of no interest: the connection ends after this request.
                return False, 0
    return keep_alive, body_bytes


def _content_length(value: bytes) -> int:
    """Read a Content-Length; anything but digits is refused, as where the body ends would be a guess."""
    digits = value.strip()
    if not digits.isdigit() or len(digits) > 12:
        raise MalformedRequest("Content-Length is not a number")
    return int(digits)
