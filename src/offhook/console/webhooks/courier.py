"""Sends webhooks: the only module here that speaks HTTP.

A message is sent once; the answer's status is all that counts, its body is not read. Redirects are not followed, since
the signature is for the address that somebody set. Addresses are checked when they are looked up (`targets`).

Source: Standard Webhooks ("at most 15 to 30 s", no redirects); docs/webhooks.md.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterable
from datetime import UTC
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from offhook.console.webhooks.progress import Attempt
from offhook.console.webhooks.signature import signed_headers
from offhook.console.webhooks.targets import read_target, refusal_of
from offhook.errors import NotValid

__all__ = ["MAX_SENDING", "TIMEOUT_S", "WebhookCourier"]

TIMEOUT_S = 15.0
MAX_SENDING = 32
"""Messages under way at one time, whoever they are for; one for each subscription."""

_GOOD = range(200, 300)


class WebhookCourier:
    """Sends messages; used from one event loop, closed at the end."""

    def __init__(
        self,
        *,
        is_loopback_allowed: bool,
        agent: str = "offhook",
        timeout_s: float = TIMEOUT_S,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            agent: What to call ourselves.
            timeout_s: For one attempt, from looking up the name to the answer's head.
            now: Seconds since 1970.
        """
        self.is_loopback_allowed = is_loopback_allowed
        self._agent = agent
        self._timeout_s = timeout_s
        self._now = now
        self._places = asyncio.Semaphore(MAX_SENDING)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Drop every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, url: str, message: str, body: bytes, with_secrets: Iterable[str]) -> Attempt:
        """Send a message; a failure is an answer, too."""
        async with self._places:
            began = time.monotonic()
            status, problem, retry_after_s = await self._exchange(url, message, body, with_secrets)
            return Attempt(status, problem, retry_after_s, (time.monotonic() - began) * 1000)

    async def _exchange(
        self, url: str, message: str, body: bytes, with_secrets: Iterable[str]
    ) -> tuple[int | None, str | None, float]:
        headers = {
            **signed_headers(message, self._now(), body, with_secrets),
            "Content-Type": "application/json",
            "User-Agent": self._agent,
        }
        try:
            target = read_target(url, is_loopback_allowed=self.is_loopback_allowed)
            async with (
                asyncio.timeout(self._timeout_s),
                self._open_session().post(target, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                problem = None if answer.status in _GOOD else f"it answered {answer.status}"
                return answer.status, problem, self._retry_after_s(answer.headers.get("Retry-After", ""))
        except TimeoutError:
            return None, f"no answer within {self._timeout_s:g} s", 0.0
        except NotValid as refusal:
            return None, str(refusal), 0.0
        except aiohttp.ClientConnectorError as error:
            return None, f"no connection: {_words_of(error)}", 0.0
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return None, f"the exchange broke off: {type(error).__name__}", 0.0

    def _retry_after_s(self, text: str) -> float:
        """Read how long the receiver wants to be left alone; 0 for what cannot be read."""
        if text.isascii() and text.isdigit() and len(text) < 10:
            return float(text)
        try:
            at = parsedate_to_datetime(text)
        except ValueError:
            return 0.0
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - self._now())

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                limit=MAX_SENDING, resolver=_CheckedNames(is_loopback_allowed=self.is_loopback_allowed)
            )
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        return self._session


class _CheckedNames(AbstractResolver):
    """Looks names up, and gives the addresses that may be sent to."""

    def __init__(self, *, is_loopback_allowed: bool) -> None:
        self._is_loopback_allowed = is_loopback_allowed
        self._names = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Look a name up.

        Raises:
            OSError: There is no such name, or nothing is sent to where it leads.
        """
        found = await self._names.resolve(host, port, family)
        refusals = [refusal_of(each["host"], is_loopback_allowed=self._is_loopback_allowed) for each in found]
        allowed = [each for each, refusal in zip(found, refusals, strict=True) if refusal is None]
        if not allowed:
            raise OSError(None, next((refusal for refusal in refusals if refusal), "the name has no address"))
        return allowed

    async def close(self) -> None:
        """Let go of nothing: the names are looked up by the loop's threads."""
        await self._names.close()


def _words_of(error: aiohttp.ClientConnectorError) -> str:
    return error.os_error.strerror or str(error.os_error) or type(error.os_error).__name__
