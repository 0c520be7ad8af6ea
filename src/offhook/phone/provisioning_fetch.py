"""Fetches a provisioning file: one GET, a limit for everything, and the reason in words when it does not work.

Redirects are followed here and not by the client, so that each hop is looked at: never to anything but ``http`` and
``https``, never from ``https`` down to ``http``, and the password goes to no other server than the one that is set.
Source: DOC §3.2 (`AutoP`); RFC 9110 §13.1.2 (If-None-Match), §15.4 (redirects); RFC 7617 (Basic).
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from yarl import URL

from offhook import __version__
from offhook.errors import ProvisioningFailed

__all__ = ["MAX_FILE_BYTES", "TIMEOUT_S", "ProvisioningFile", "fetch"]

MAX_FILE_BYTES = 256 * 1024
TIMEOUT_S = 10.0
"""For everything: names looked up, connections made, redirects followed, the file read."""
_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_LINE_BYTES = 8190

_WORDS = {
    401: "it refused the user or password (401); correct provisioning.user and provisioning.password",
    403: "it refuses this phone the file (403)",
    404: "it has no such file (404)",
}


@dataclass(frozen=True, slots=True)
class ProvisioningFile:
    """What a server gave."""

    content: bytes
    etag: str = ""
    """The server's name for this very content; "" when it gives none."""


async def fetch(
    url: str, *, user: str = "", password: str = "", etag: str = "", timeout_s: float = TIMEOUT_S
) -> ProvisioningFile | None:
    """Fetch the file.

    Args:
        url: Absolute, ``http`` or ``https``, encoded.
        user: For Basic authentication; "" sends none.
        password: Goes with ``user``.
        etag: What was fetched last; "" for nothing.
        timeout_s: For everything.
    Returns:
        None when the server says that the file is the one of ``etag``.
    Raises:
        ProvisioningFailed: There is no file to be had; the reason names the server, and no secret.
    """
    headers = {"User-Agent": f"offhook/{__version__}"}
    if etag:
        headers["If-None-Match"] = etag
    login = {"Authorization": aiohttp.encode_basic_auth(user, password)} if user else {}
    asked = URL(url, encoded=True)
    try:
        async with asyncio.timeout(timeout_s), _session() as session:
            return await _follow(session, asked, headers, login)
    except TimeoutError as error:
        raise ProvisioningFailed(f"{asked.host} did not answer within {timeout_s:g} s") from error
    except aiohttp.ClientError as error:
        raise ProvisioningFailed(f"{asked.host}: {_in_words(error)}") from error
    except ValueError as error:  # what the client says to headers and redirects that make no sense
        raise ProvisioningFailed(f"{asked.host}: an answer that makes no sense") from error


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("Accept-Encoding",),  # a small file may not unpack into a large one
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None),
        max_line_size=_MAX_LINE_BYTES,
        max_field_size=_MAX_LINE_BYTES,
    )


async def _follow(
    session: aiohttp.ClientSession, asked: URL, headers: Mapping[str, str], login: Mapping[str, str]
) -> ProvisioningFile | None:
    url = asked
    for _ in range(_MAX_REDIRECTS + 1):
        sent = {**headers, **login} if url.origin() == asked.origin() else headers
        async with session.get(url, headers=sent, allow_redirects=False) as answer:
            if answer.status not in _REDIRECTS:
                return await _read(answer, url)
            url = _next(url, answer.headers.get("Location", ""))
    raise ProvisioningFailed(f"{asked.host} redirects more than {_MAX_REDIRECTS} times")


def _next(url: URL, location: str) -> URL:
    try:
        following = url.join(URL(location))
        is_good = following.scheme in ("http", "https") and bool(following.host) and following.origin() is not None
    except ValueError:
        is_good = False
    if not location or not is_good:
        raise ProvisioningFailed(f"{url.host} redirects to something that is no http or https URL")
    if url.scheme == "https" and following.scheme != "https":
        raise ProvisioningFailed(f"{url.host} redirects from https to http, where anybody could read the passwords")
    return following


async def _read(answer: aiohttp.ClientResponse, url: URL) -> ProvisioningFile | None:
    if answer.status == 304 and "If-None-Match" in answer.request_info.headers:
        return None
    if answer.status != 200:
        raise ProvisioningFailed(f"{url.host}: {_WORDS.get(answer.status, f'it answered {answer.status}')}")
    content = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        content += chunk
        if len(content) > MAX_FILE_BYTES:
            raise ProvisioningFailed(f"{url.host}: the file is larger than {MAX_FILE_BYTES // 1024} KiB")
    return ProvisioningFile(bytes(content), answer.headers.get("ETag", ""))


def _in_words(error: aiohttp.ClientError) -> str:
    """Say what is wrong with the connection, without the URL, which may hold a secret."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "there is no such host"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not one this computer trusts"
        case aiohttp.ClientConnectorSSLError():
            return "no TLS connection to it"
        case aiohttp.ClientConnectorError():
            return os.strerror(error.errno).lower() if error.errno else "it cannot be reached"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() | aiohttp.ClientPayloadError():
            return "it broke the connection off"
        case _:
            return f"an answer that is not HTTP ({type(error).__name__})"
