"""Reading the HTTP requests that phones send, bytes in and requests out, without I/O.

Stock HTTP servers answer 400 to what real phones send: raw spaces and raw bytes in the request line, no Host, bare LF
line ends (vendors.md §2.6). This reader takes all of those and is strict on size. It is the one HTTP reader offhook
has of its own. Use: `receive` the bytes of one connection, then call `next_request` until it gives None.

Source: RFC 9112 §2.2, §3 (what a message is), DOC §2.2 (GET only).
"""

import re

import msgspec

from offhook.errors import HeadTooLarge, MalformedRequest

__all__ = ["MAX_BODY_BYTES", "MAX_HEAD_BYTES", "MAX_LINE_BYTES", "PhoneRequest", "RequestReader"]

MAX_LINE_BYTES = 8 * 1024
MAX_HEAD_BYTES = 32 * 1024
MAX_BODY_BYTES = 64 * 1024
_MAX_LEADING_BLANK_BYTES = 16
_TLS_HANDSHAKE = b"\x16"
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_VERSION = re.compile(rb"HTTP/[0-9](?:\.[0-9])?")


class PhoneRequest(msgspec.Struct, frozen=True):
    """One request as a phone sent it."""

    method: str
    target: bytes
    """Everything between the method and the HTTP version, raw."""
    keep_alive: bool
    """Whether the phone means to send another request on this connection."""


class RequestReader:
    """Reads one connection's bytes. What it makes of them does not depend on how they were cut into pieces.

    After an error the connection has no meaning any more: answer it and close. After a request without keep-alive
    there is no other: whatever follows is dropped.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._body_left = 0
        self._scanned = 0
        self._blank_bytes = 0
        self._is_over = False

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
        if self._is_over:
            self._buffer.clear()
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
        self._is_over = not keep_alive
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
        while buffer.startswith((b"\r", b"\n")):
            # RFC 9112 §2.2: tolerate empty lines before a request, but not an endless stream of them.
            self._blank_bytes += 1
            if self._blank_bytes > _MAX_LEADING_BLANK_BYTES:
                raise MalformedRequest("nothing but empty lines")
            del buffer[:1]
        if buffer.startswith(_TLS_HANDSHAKE):
            raise MalformedRequest("this port speaks http, not https; set the Action URL to http://")
        line_end = buffer.find(b"\n", 0, MAX_LINE_BYTES + 2)
        _check_line_length(buffer, line_end)
        if line_end < 0:
            return None
        empty_line = _EMPTY_LINE.search(buffer, max(self._scanned - 3, line_end))
        if (empty_line.end() if empty_line else len(buffer)) > MAX_HEAD_BYTES:
            raise HeadTooLarge("head", MAX_HEAD_BYTES, http_status_hint=431)
        if empty_line is None:
            self._scanned = len(buffer)
            return None
        head = bytes(buffer[: empty_line.start()])
        del buffer[: empty_line.end()]
        self._scanned = 0
        self._blank_bytes = 0
        return head


def _check_line_length(buffer: bytearray, line_end: int) -> None:
    """Refuse a request line over `MAX_LINE_BYTES`, its end (CRLF or LF) not counted.

    Args:
        line_end: Where its LF is; negative when that has not come within the limit.
    """
    length = line_end if line_end >= 0 else len(buffer)
    if buffer.endswith(b"\r", 0, length):
        length -= 1
    if length > MAX_LINE_BYTES:
        raise HeadTooLarge("request line", MAX_LINE_BYTES, http_status_hint=414)


def _split_request_line(line: bytes) -> tuple[str, bytes, bytes]:
    """Split at the first space and at the trailing version, so that raw spaces stay in the target."""
    method, space, rest = line.rstrip(b"\r \t").partition(b" ")
    if not space or not method.isalpha() or len(method) > 16:
        raise MalformedRequest("the first line is not METHOD TARGET HTTP/VERSION")
    target, space, version = rest.rpartition(b" ")
    if not space or not _VERSION.fullmatch(version):
        target, version = rest, b"HTTP/1.0"  # no version at all: take it as the oldest, and close
    target = target.strip(b" ")
    if not target:
        raise MalformedRequest("the request line names no target")
    return method.decode("ascii"), target, version


def _framing(fields: bytes, version: bytes) -> tuple[bool, int]:
    """Read the two things that matter of the header fields: (keep-alive, body length in bytes)."""
    tokens = b""
    lengths = set()
    is_chunked = False
    for field in fields.split(b"\n"):
        name, _, value = field.partition(b":")
        match name.strip().lower():
            case b"connection":
                tokens += value.lower()
            case b"content-length":
                lengths.add(_content_length(value))
            case b"transfer-encoding":
                is_chunked = True
    if len(lengths) > 1:
        raise MalformedRequest("Content-Length is given twice, and differs")
    if is_chunked:
        # Where such a body ends is of no interest: the connection ends after this request.
        return False, 0
    keeps_by_default = version not in (b"HTTP/1.0", b"HTTP/0.9")
    keep_alive = b"close" not in tokens and (keeps_by_default or b"keep-alive" in tokens)
    return keep_alive, lengths.pop() if lengths else 0


def _content_length(value: bytes) -> int:
    """Read a Content-Length; anything but digits is refused, as where the body ends would be a guess."""
    digits = value.strip()
    if not digits.isdigit() or len(digits) > 12:
        raise MalformedRequest("Content-Length is not a number")
    return int(digits)
