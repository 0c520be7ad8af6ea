"""What stands before every request: the Host check, and the headers that keep browsers strict.

An ASGI wrapper, so that no answer escapes it: not a 404, not an error, not a file.
Source: OWASP Secure Headers; RFC 9110 §15.5.20 (421).
"""

from collections.abc import Collection
from typing import Any

import msgspec

from offhook.console.access import is_allowed_host
from offhook.console.error_answers import answer_for_status
from offhook.runtime.http_server import AsgiApp

__all__ = ["CONTENT_SECURITY_POLICY", "Gate"]

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode("ascii")),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NOT_KEPT = (b"cache-control", b"no-store")


class Gate:
    """Passes HTTP on to one application and WebSockets to another."""

    def __init__(self, http: AsgiApp, websocket: AsgiApp, websocket_path: str, allowed_hosts: Collection[str]) -> None:
        self._http = http
        self._websocket = websocket
        self._websocket_path = websocket_path
        self._allowed_hosts = allowed_hosts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one connection."""
        match scope["type"]:
            case "http":
                await self._pass_http(scope, receive, _with_headers(send))
            case "websocket":
                if scope["path"] == self._websocket_path and self._is_allowed(scope):
                    await self._websocket(scope, receive, send)
                else:
                    await receive()
                    await send({"type": "websocket.close", "code": 1008})  # before the accept: an HTTP 403
            case _:
                await self._http(scope, receive, send)

    async def _pass_http(self, scope: Any, receive: Any, send: Any) -> None:
        if self._is_allowed(scope):
            await self._http(scope, receive, send)
            return
        status, problem = answer_for_status(421)
        body = msgspec.json.encode(problem)
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_allowed(self, scope: Any) -> bool:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        server_address = (scope.get("server") or ("", None))[0]
        return len(hosts) == 1 and is_allowed_host(hosts[0].decode("latin-1"), self._allowed_hosts, server_address)


def _with_headers(send: Any) -> Any:
    async def send_with_headers(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            names = {name.lower() for name, _ in headers}
            headers += [entry for entry in (*_HEADERS, _NOT_KEPT) if entry[0] not in names]
            message = {**message, "headers": headers}
        await send(message)

    return send_with_headers
