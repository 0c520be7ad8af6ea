"""One request to the console and its answer: the one way out of the sdk but for the event feed.

Source: the served `/api/v1/openapi.json`; `offhook.errors.ConsoleError` for what can go wrong.
"""

import io
import os
import socket
from collections.abc import Mapping
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from offhook.console_api.resources import Problem
from offhook.errors import (
    ConsoleConflict,
    ConsoleDidNotFind,
    ConsoleDidNotKnowYou,
    ConsoleForbade,
    ConsoleRefused,
    ConsoleUnreachable,
)

__all__ = ["API", "HttpLink", "path_part"]

API = "/api/v1"
_Answer = TypeVar("_Answer")
_TIMEOUT_S = 30.0
_LARGE_BYTES = 256 * 1024
"""Larger bodies are sent piece by piece."""
_REFUSALS: dict[int, type[ConsoleRefused]] = {
    401: ConsoleDidNotKnowYou,
    403: ConsoleForbade,
    404: ConsoleDidNotFind,
    409: ConsoleConflict,
}


class HttpLink:
    """A console's REST API; an async context manager."""

    def __init__(self, url: str, token: str) -> None:
        """Prepare; connects when first used.

        Args:
            url: The console's API, e.g. ``http://127.0.0.1:8800``.
            token: A bearer token that the console issued.
        """
        self.url = url.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._token}"}, trust_env=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        """The HTTP session.

        Raises:
            ConsoleUnreachable: The context was not entered.
        """
        if self._session is None:
            raise ConsoleUnreachable(self.url, "use the client as `async with ConsoleClient(...) as console`")
        return self._session

    async def ask(
        self,
        method: str,
        path: str,
        answer: type[_Answer],
        body: msgspec.Struct | None = None,
        *,
        query: Mapping[str, str | int | float | None] | None = None,
        idempotency_key: str | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> _Answer:
        """Exchange one request.

        Args:
            path: Below `/api/v1`.
            answer: Type of the answer's JSON; NoneType for none.
            query: Parameters; those that are None are left out.
            timeout_s: For the whole exchange.
        Raises:
            ConsoleUnreachable: No console answered.
            ConsoleRefused: It said no, or its answer makes no sense.
        """
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        file = None if body is None else (msgspec.json.encode(body), "application/json")
        raw = await self.fetch(method, path, file=file, query=query, headers=headers, timeout_s=timeout_s)
        try:
            return msgspec.json.decode(raw or b"null", type=answer)
        except msgspec.DecodeError as reason:
            raise ConsoleRefused(200, "unreadable-answer", f"the console's answer makes no sense: {reason}") from reason

    async def fetch(
        self,
        method: str,
        path: str,
        *,
        file: tuple[bytes, str] | None = None,
        query: Mapping[str, str | int | float | None] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float = _TIMEOUT_S,
    ) -> bytes:
        """Exchange one request for an answer of any kind.

        Args:
            path: Below `/api/v1`.
            file: The body and its media type.
            query: Parameters; those that are None are left out.
            timeout_s: For the whole exchange.
        Raises:
            ConsoleUnreachable: No console answered.
            ConsoleRefused: It said no.
        """
        given, kind = file or (None, None)
        try:
            async with self.session.request(
                method,
                self.url + API + path,
                params={name: str(value) for name, value in (query or {}).items() if value is not None},
                data=io.BytesIO(given) if given is not None and len(given) > _LARGE_BYTES else given,
                headers={**(headers or {}), **({} if kind is None else {"Content-Type": kind})},
                timeout=aiohttp.ClientTimeout(total=timeout_s),
            ) as response:
                raw = await response.read()
        except aiohttp.ClientConnectorError as reason:
            raise ConsoleUnreachable(self.url, _words_of(reason.os_error)) from reason
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as reason:
            raise ConsoleUnreachable(self.url, str(reason) or type(reason).__name__) from reason
        if response.status >= 400:
            raise _refusal(response.status, raw)
        return raw


def path_part(text: str) -> str:
    """Write an id as part of a path."""
    return quote(text, safe=":")


def _words_of(error: OSError) -> str:
    """Say why there is no connection; asyncio's own words hold the address once more, in Python's spelling."""
    is_plain = error.errno is not None and not isinstance(error, socket.gaierror)
    words = os.strerror(error.errno) if is_plain and error.errno is not None else error.strerror or str(error)
    return words.lower()


def _refusal(status: int, raw: bytes) -> ConsoleRefused:
    kind = _REFUSALS.get(status, ConsoleRefused)
    try:
        problem = msgspec.json.decode(raw, type=Problem)
    except msgspec.DecodeError:
        return kind(status, "unreadable-answer", f"the console answered {status}")
    # Only what is the console's own fault is for whoever reads its log.
    where = f" (request {problem.request_id})" if status >= 500 and problem.request_id else ""
    return kind(status, problem.error_id, problem.message + where, problem.request_id)
