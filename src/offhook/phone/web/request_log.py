"""The log page's requests: those that were sent, and those that were asked of the phone.

Of the latter commands, forms, and whatever was refused are written down.

Pages and files that were simply shown are left out, or looking at the log would fill it.
Source: DOC §3.1 (what one looks for when a command does not arrive).
"""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from offhook.phone.action_url_sender import SentRequest
from offhook.phone.web.phone_port import ReceivedRequest
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.runtime.http_server import AsgiApp
from offhook.runtime.logs import redact_text

__all__ = ["MAX_SHOWN", "LogEntry", "log_entries", "with_log"]

MAX_SHOWN = 500
"""Requests on the log page, sent and received together."""

_MAX_TARGET_CHARS = 160
_MAX_ANSWER_CHARS = 120


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One request on the log page."""

    at: float
    """Seconds since 1970."""
    is_sent: bool
    peer: str
    what: str
    """The event of a report, the method of a request."""
    target: str
    """URL or path, without secrets."""
    status: int | None
    said: str
    """The answer, or why there was none."""
    took_ms: float


def log_entries(sent: Iterable[SentRequest], received: Iterable[ReceivedRequest]) -> list[LogEntry]:
    """Put what was sent and what was received into one list, newest first."""
    entries = [_of_sent(each) for each in sent]
    entries += [
        LogEntry(each.at, False, each.sender, each.method, each.target, each.status, each.answer, each.took_ms)
        for each in received
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MAX_SHOWN]


def _of_sent(sent: SentRequest) -> LogEntry:
    parts = urlsplit(sent.url)
    target = redact_text(sent.url).removeprefix(f"{parts.scheme}://{parts.netloc}")
    return LogEntry(sent.at, True, parts.netloc, _title(sent), target, sent.status, sent.error, sent.took_ms)


def _title(sent: SentRequest) -> str:
    return sent.event.title if sent.event is not None else "Programmable key"


def with_log(app: AsgiApp, log: deque[ReceivedRequest]) -> AsgiApp:
    """Wrap an application so that its requests are added to ``log``."""

    async def logged(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        at, started = time.time(), time.monotonic()
        answer: dict[str, Any] = {"status": 0, "headers": {}, "body": b""}

        async def overhear(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = message["status"]
                answer["headers"] = dict(message.get("headers", ()))
            elif message["type"] == "http.response.body" and len(answer["body"]) <= _MAX_ANSWER_CHARS:
                answer["body"] += message.get("body", b"")[: _MAX_ANSWER_CHARS + 1]
            await send(message)

        await app(scope, receive, overhear)
        if _is_worth_it(scope, answer["status"]):
            log.append(
                ReceivedRequest(
                    at=at,
                    sender=scope["client"][0] if scope.get("client") else "",
                    method=scope["method"],
                    target=_cut(redact_text(_target(scope)), _MAX_TARGET_CHARS),
                    status=answer["status"],
                    answer=_said(answer["headers"], answer["body"]),
                    took_ms=(time.monotonic() - started) * 1000,
                )
            )

    return logged


def _is_worth_it(scope: Any, status: int) -> bool:
    return scope["path"] == ACTIVE_URI_PATH or scope["method"] not in ("GET", "HEAD") or status >= 400


def _target(scope: Any) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _said(headers: dict[bytes, bytes], body: bytes) -> str:
    """Give the answer's text, or where it leads; a page says nothing here."""
    location = headers.get(b"location", b"").decode("latin-1")
    if location:
        return f"to {location.partition('?')[0]}"
    if not headers.get(b"content-type", b"").startswith(b"text/plain"):
        return ""
    return _cut(body.decode("utf-8", "replace").strip(), _MAX_ANSWER_CHARS)


def _cut(text: str, chars: int) -> str:
    return text if len(text) <= chars else f"{text[:chars]}…"
