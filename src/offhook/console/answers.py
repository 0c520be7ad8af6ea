"""The answers phones get: a status, no body, because some phones try to show one; and the files they ask for.

Source: "What the document leaves open" (the console's answer); RFC 9110 §15.
"""

from offhook.console.setup_desk import ReadyFile

__all__ = ["answer", "file_answer"]

_REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    413: "Content Too Large",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}

_ANSWERS = {
    (status, keep_alive): (
        f"HTTP/1.1 {status} {reason}\r\n"
        + ("Allow: GET, POST\r\n" if status == 405 else "")
        + ("Retry-After: 1\r\n" if status == 503 else "")
        + "Content-Length: 0\r\n"
        + f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    ).encode("ascii")
    for status, reason in _REASONS.items()
    for keep_alive in (True, False)
}
"""Made once: there are only a few."""


def answer(status: int, *, keep_alive: bool) -> bytes:
    """Give an answer as it goes over the wire."""
    return _ANSWERS[status, keep_alive]


def file_answer(file: ReadyFile, *, keep_alive: bool) -> bytes:
    """Give a file as it goes over the wire."""
    head = (
        "HTTP/1.1 200 OK\r\n"
        f"Content-Type: {file.media_type}\r\n"
        "Cache-Control: no-store\r\n"
        f"Content-Length: {len(file.content)}\r\n"
        f"Connection: {'keep-alive' if keep_alive else 'close'}\r\n\r\n"
    )
    return head.encode("ascii") + file.content
