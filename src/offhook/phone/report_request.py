"""One Action URL request over the wire: the only module that knows the HTTP client.

The client follows no redirect, keeps no cookie, obeys no proxy setting and never sends a request again by itself: what
to do after a connection that closed is `delivery`'s decision.

Source: DOC §2.1 (one GET); "What the document leaves open": the console's answer.
"""

import asyncio
import os
from dataclasses import dataclass
from types import SimpleNamespace

import aiohttp
from yarl import URL

from offhook import __version__
from offhook.phone.delivery import Outcome

__all__ = ["MAX_ANSWER_BYTES", "Answer", "ReportRequests"]

MAX_ANSWER_BYTES = 64 * 1024
"""Most of an answer's body that is read; all but its start is dropped."""
_MAX_START_BYTES = 2000
_BODY_GRACE_S = 1.0
"""Wait for the end of a body once the status is known. Consoles answer without Content-Length and keep the connection
open (vendors.md §2.5); the next report must not wait for that."""
_BUSY = 503


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended."""

    outcome: Outcome
    status: int | None = None
    error: str = ""
    """In words, when there was no status."""
    text: str = ""
    """The start of the body, for people to look at."""


class _ClosedWithoutAnswer(Exception):
    """Keeps a closed connection from the client's own retry, which would double every report to such a console."""


class ReportRequests:
    """Sends requests; connections are kept for the next one."""

    def __init__(self, *, timeout_s: float) -> None:
        """Prepare; needs a running event loop.

        Args:
            timeout_s: For a whole request, connecting included.
        """
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(_note_reuse)
        trace.on_request_headers_sent.append(_note_sent)
        self._timeout_s = timeout_s
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, limit_per_host=1, ttl_dns_cache=10),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"offhook/{__version__}"},
            skip_auto_headers=("Accept-Encoding",),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=timeout_s),
            middlewares=(_tell_closed,),
            trace_configs=[trace],
        )

    async def send(self, url: URL) -> Answer:
        """Send one GET, and say how it ended.

        Args:
            url: Absolute and already encoded; sent as it is.
        """
        context = SimpleNamespace(is_reused=False, is_sent=False)
        try:
            async with self._session.get(url, allow_redirects=False, trace_request_ctx=context) as response:
                start = await _read_start(response)
                taken = Outcome.NOT_TAKEN if response.status == _BUSY else Outcome.ANSWERED
                return Answer(taken, status=response.status, text=start.decode("utf-8", "replace"))
        except TimeoutError:
            outcome = Outcome.UNANSWERED if context.is_sent else Outcome.TIMED_OUT
            return Answer(outcome, error=f"no answer within {self._timeout_s:g} s")
        except _ClosedWithoutAnswer:
            outcome = Outcome.STALE if context.is_reused else Outcome.CLOSED
            return Answer(outcome, error="closed without an answer")
        except aiohttp.ClientConnectionError as error:
            return Answer(Outcome.UNREACHABLE, error=_in_words(error))
        except (aiohttp.ClientError, ValueError) as error:
            # Not HTTP, or not quite: the console has the report all the same (vendors.md §3.7, last row).
            return Answer(Outcome.ANSWERED, error=f"an answer that is not HTTP ({type(error).__name__})")

    async def close(self) -> None:
        """Close every connection."""
        await self._session.close()


async def _read_start(response: aiohttp.ClientResponse) -> bytes:
    """Read a little of the body, so that the connection can be used again; whatever is wrong with it, no matter."""
    left = MAX_ANSWER_BYTES
    start = b""
    try:
        async with asyncio.timeout(_BODY_GRACE_S):
            while left > 0:
                chunk = await response.content.read(left)
                if not chunk:
                    return start
                left -= len(chunk)
                start += chunk[: _MAX_START_BYTES - len(start)]
    except (TimeoutError, aiohttp.ClientError, ValueError):
        pass
    response.close()
    return start


async def _tell_closed(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    try:
        return await handler(request)
    except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _ClosedWithoutAnswer from error


async def _note_reuse(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceConnectionReuseconnParams
) -> None:
    context.trace_request_ctx.is_reused = True


async def _note_sent(
    _session: aiohttp.ClientSession, context: SimpleNamespace, _params: aiohttp.TraceRequestHeadersSentParams
) -> None:
    context.trace_request_ctx.is_sent = True


def _in_words(error: aiohttp.ClientConnectionError) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no such host"
    if isinstance(error, aiohttp.ClientConnectorError):
        return os.strerror(error.errno).lower() if error.errno else str(error.os_error)
    return str(error) or type(error).__name__
