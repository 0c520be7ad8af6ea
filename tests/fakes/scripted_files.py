"""A server of provisioning files that answers as a script says."""

from offhook.phone.provisioning_fetch import MAX_FILE_BYTES
from tests.fakes.scripted_console import Behaviour, say

__all__ = ["TOO_LARGE", "file", "redirect"]

TOO_LARGE = MAX_FILE_BYTES + 1


def file(content: str | bytes, *, etag: str = "") -> Behaviour:
    """Answer with a file."""
    raw = content.encode() if isinstance(content, str) else content
    name = f"ETag: {etag}\r\n" if etag else ""
    return say(f"HTTP/1.1 200 OK\r\n{name}Content-Length: {len(raw)}\r\n\r\n".encode() + raw)


def redirect(location: str, status: int = 302) -> Behaviour:
    return say(f"HTTP/1.1 {status} Elsewhere\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
