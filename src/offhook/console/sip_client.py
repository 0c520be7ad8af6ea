"""Active URI over SIP: commands to phones by NOTIFY, through their exchange, over UDP.

A command is one client transaction: the same datagram again after 0.5 s, 1 s, 2 s, 4 s and so on until it is answered,
which presses the key once, as the phone knows a request that comes again. Nothing else is repeated, but after a
challenge, which acts on nothing.
Source: RFC 3261 §17.1.2 (transaction), §22 (Digest); vendors.md §3.8.
"""

import asyncio
import contextlib
import secrets
import time

from offhook.console.phone_client import PhoneAddress, PhoneAnswer
from offhook.console.sip_messages import (
    Notify,
    Response,
    SipAddress,
    answer_challenge,
    read_response,
    read_sip_address,
)
from offhook.dialects.dialect import Dialect
from offhook.errors import PhoneRefused, PhoneTimeout, PhoneUnauthorized, PhoneUnreachable

__all__ = ["FIRST_PAUSE_S", "LONGEST_PAUSE_S", "SipClient"]

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 4.0
"""T1 and T2 of RFC 3261."""
_MOST_UNREAD = 64
_NO_ANSWER = (408, 504)
"""The exchange says that the phone did not answer it."""
_ANYBODY = "offhook"


class SipClient:
    """Sends commands; each has a socket of its own for as long as it lasts."""

    def __init__(self, timeout_s: float) -> None:
        """Prepare.

        Args:
            timeout_s: For one command, from looking up the exchange to the answer, a challenge included.
        """
        self._timeout_s = timeout_s

    async def close(self) -> None:
        """Nothing stays open between commands."""

    async def send(self, address: PhoneAddress, target: str, dialect: Dialect) -> PhoneAnswer:
        """Send one command and wait for the phone to take it.

        Args:
            address: The phone's SIP address at its exchange, and the account to send as.
            target: The body, as ``key=OK``.
            dialect: Not looked at: its spellings are in ``target``.
        Raises:
            PhoneUnreachable: Nobody is at the exchange's address; the phone has not seen the command.
            PhoneTimeout: No answer in time; the phone may have acted.
            PhoneUnauthorized: The exchange wants another user or password.
            PhoneRefused: Any other answer.
        """
        began = time.monotonic()
        to = read_sip_address(address.control_url)
        loop, is_sent = asyncio.get_running_loop(), False
        try:
            async with asyncio.timeout(self._timeout_s):
                transport, wire = await loop.create_datagram_endpoint(_Wire, remote_addr=(to.host, to.port))
                is_sent = True
                with contextlib.closing(transport):
                    response = await _ask(transport, wire, address, to, target)
        except TimeoutError as error:
            if not is_sent:
                reason = f"the name {to.host} was not found within {self._timeout_s:g} s"
                raise PhoneUnreachable(address.phone, target, reason) from error
            raise PhoneTimeout(address.phone, target, self._timeout_s) from error
        except OSError as error:
            reason = f"no exchange at {to.authority} ({(error.strerror or str(error)).lower()})"
            raise PhoneUnreachable(address.phone, target, reason) from error
        except UnicodeError as error:
            raise PhoneUnreachable(address.phone, target, f"{to.host} is no host name") from error
        took_s = time.monotonic() - began
        if 200 <= response.status < 300:
            return PhoneAnswer(response.status, took_s * 1000)
        if response.status in (401, 407):
            raise PhoneUnauthorized(address.phone, target)
        if response.status in _NO_ANSWER:
            raise PhoneTimeout(address.phone, target, round(took_s, 1))
        raise PhoneRefused(address.phone, target, response.status, response.reason)


async def _ask(
    transport: asyncio.DatagramTransport, wire: "_Wire", address: PhoneAddress, to: SipAddress, body: str
) -> Response:
    """Exchange one command, with credentials once they are asked for."""
    host, port = transport.get_extra_info("sockname")[:2]
    own = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    call_id, tag = f"{secrets.token_hex(12)}@{host}", secrets.token_hex(4)
    request = Notify(to, own, address.user or _ANYBODY, body, call_id, tag, _branch())
    response = await _transact(transport, wire, request)
    if response.status not in (401, 407):
        return response
    cnonce = secrets.token_hex(8)
    credentials = answer_challenge(response, to.uri, address.user, address.password, cnonce)
    if not credentials:
        return response
    request = Notify(to, own, request.user, body, call_id, tag, _branch(), 2, credentials)
    return await _transact(transport, wire, request)


async def _transact(transport: asyncio.DatagramTransport, wire: "_Wire", request: Notify) -> Response:
    """Send a request until it is answered for good; whoever calls sets the limit."""
    datagram = request.write()
    pause_s, sent = FIRST_PAUSE_S, 0
    while True:
        transport.sendto(datagram)
        sent += 1
        try:
            async with asyncio.timeout(pause_s):
                while True:
                    # Refused later than at once, it may have got there before; then only time tells.
                    response = await wire.next(is_refusal_final=sent == 1)
                    if response.answers(request):
                        if response.status >= 200:
                            return response
                        pause_s = LONGEST_PAUSE_S
        except TimeoutError:
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _branch() -> str:
    return f"z9hG4bK{secrets.token_hex(12)}"


class _Wire(asyncio.DatagramProtocol):
    """What came back: responses, and that nobody is there."""

    def __init__(self) -> None:
        self._came: asyncio.Queue[Response | OSError] = asyncio.Queue(_MOST_UNREAD)

    def datagram_received(self, data: bytes, addr: object) -> None:
        response = read_response(data)
        if response is not None and not self._came.full():
            self._came.put_nowait(response)

    def error_received(self, exc: Exception) -> None:
        if isinstance(exc, OSError) and not self._came.full():
            self._came.put_nowait(exc)

    async def next(self, *, is_refusal_final: bool) -> Response:
        """Give the next response.

        Raises:
            OSError: The network says that nobody is there, and that is to count.
        """
        while True:
            came = await self._came.get()
            if isinstance(came, Response):
                return came
            if is_refusal_final:
                raise came
