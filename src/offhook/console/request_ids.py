"""An id for every request to the API, by which its answer, its log lines, its audit entry and its command are found.

A client, or a proxy before the console, may send one in `X-Request-ID`; one that is not well-formed is replaced, so
that nothing else gets into the log by it. It is no secret and proves nothing.
Source: docs/programs.md; OWASP Logging ("interaction identifier").
"""

import re
import secrets
import time
from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any

import structlog

from offhook.runtime.http_server import AsgiApp

__all__ = ["HEADER", "RequestIds", "current_request_id"]

HEADER = "X-Request-ID"
_NAME = HEADER.lower().encode("ascii")
_WELL_FORMED = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._~+/=:-]{0,63}")
_QUIET = frozenset({"GET", "HEAD", "OPTIONS"})

_current: ContextVar[str] = ContextVar("offhook_request_id", default="")
_log = structlog.get_logger("offhook.console.request")


def current_request_id() -> str:
    """Give the id of the request that is being served; "" where none is."""
    return _current.get()


class RequestIds:
    """Stands before everything else, so that no answer is without an id."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or one connection to the feed."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = _given(scope["headers"]) or f"req_{secrets.token_hex(8)}"
        token = _current.set(request_id)
        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                answer = _Answer(request_id, send)
                await self._app(scope, receive, answer)
                _tell(scope, answer)
        finally:
            _current.reset(token)


class _Answer:
    """Sends, with the id in the answer's head."""

    def __init__(self, request_id: str, send: Any) -> None:
        self._id = (_NAME, request_id.encode("ascii"))
        self._send = send
        self._began = time.monotonic()
        self.status: int | None = None

    @property
    def ms(self) -> float:
        return round((time.monotonic() - self._began) * 1000, 1)

    async def __call__(self, message: Any) -> None:
        if message["type"] in ("http.response.start", "websocket.accept"):
            self.status = message.get("status", 101)
            message = {**message, "headers": [*message.get("headers", ()), self._id]}
        await self._send(message)


def _given(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Give the id that came with the request, if there is one and only one, and it is well-formed."""
    found = [value for name, value in headers if name == _NAME]
    return found[0].decode("ascii") if len(found) == 1 and _WELL_FORMED.fullmatch(found[0]) else ""


def _tell(scope: Any, answer: _Answer) -> None:
    """Log the request: the path alone, for a query may hold what the log must not."""
    if scope["type"] == "websocket" or answer.status is None:
        return
    log = _log.debug if scope["method"] in _QUIET else _log.info
    log("request", method=scope["method"], path=scope["path"], status=answer.status, ms=answer.ms)
