"""Which way a command goes to a phone: over HTTP straight to it, or over SIP through its exchange.

The control URL of the phone's set-up says it: ``http://192.0.2.10`` or ``sip:1001@192.0.2.1:5060``.
Source: DOC §3.3 (HTTP); vendors.md §3.8 (SIP).
"""

from typing import Protocol

from offhook.console.phone_client import PhoneAddress, PhoneAnswer, PhoneClient, read_control_url, request_target
from offhook.console.sip_client import SipClient
from offhook.console.sip_messages import goes_by_sip, read_sip_address
from offhook.dialects.dialect import Dialect
from offhook.protocol.active_uri import ActiveUriCommand, build_query

__all__ = ["PhoneCourier", "PhoneSender", "read_address", "request_text"]


class PhoneSender(Protocol):
    """Sends commands to phones, one way or another."""

    async def send(self, address: PhoneAddress, target: str, dialect: Dialect) -> PhoneAnswer:
        """Send one request, from `request_text`, and wait for the phone to take it.

        Raises:
            PhoneRequestError: It did not; which one it is says whether the phone may have acted.
        """

    async def close(self) -> None:
        """Drop every connection."""


def read_address(text: str) -> str:
    """Check a control URL and bring it to its one form.

    Raises:
        NotValid: Neither the address of a management page nor a SIP address.
    """
    return read_sip_address(text).uri if goes_by_sip(text) else read_control_url(text)


def request_text(command: ActiveUriCommand, dialect: Dialect, control_url: str) -> str:
    """Write a command as it is sent: path and query for HTTP, the body for SIP."""
    if goes_by_sip(control_url):
        return build_query(command, spellings=dialect.key_spellings, forwards=dialect.forwards)
    return request_target(command, dialect)


class PhoneCourier:
    """Both ways; a `PhoneSender`."""

    def __init__(self, timeout_s: float) -> None:
        """Prepare.

        Args:
            timeout_s: For one request.
        """
        self._http = PhoneClient(timeout_s)
        self._sip = SipClient(timeout_s)

    async def send(self, address: PhoneAddress, target: str, dialect: Dialect) -> PhoneAnswer:
        """Send one request; see the port."""
        way = self._sip if goes_by_sip(address.control_url) else self._http
        return await way.send(address, target, dialect)

    async def close(self) -> None:
        """Drop every connection."""
        await self._http.close()
        await self._sip.close()
