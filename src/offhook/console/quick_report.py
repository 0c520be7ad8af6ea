"""A report that was there whole when its connection was accepted: nearly all of them, and cheap to take.

A phone connects, sends one short GET that ends with `Connection: close`, and waits. Nothing of what a connection may
otherwise do can happen to it, so it needs no transport, no buffer and no clock: the socket is read once, written once
and closed. Whatever is not exactly this is left to `ListenerConnection`.
Source: RFC 9112 §9.6; docs/performance.md (what a connection costs).
"""

import contextlib
import re
import socket
from typing import TYPE_CHECKING

from offhook.console.answers import answer
from offhook.console.setup_desk import PROVISION_PATH
from offhook.console_api.envelope import Envelope
from offhook.errors import NotAllowed, OffhookError, ProtocolError, StoreError
from offhook.protocol.request_reader import RequestReader

if TYPE_CHECKING:
    from offhook.console.phone_listener import PhoneListener

__all__ = ["QuickReport", "whole_report"]


_USUAL = re.compile(rb"GET (/[!-~]{1,4096}) HTTP/1\.1((?:\r\n[!-9;-~]+:[ -~]*)+)\r\n\r\n")
_CLOSE = b"\r\nconnection: close"
"""What nearly every request is made of, told at a glance; all others are read properly."""


def whole_report(data: bytes) -> bytes | None:
    """Give the target of a report if ``data`` is all of one GET after which the connection ends; else None."""
    if not data.startswith(b"GET ") or data.startswith(b"GET " + PROVISION_PATH):
        return None
    usual = _USUAL.fullmatch(data)
    if usual is not None:
        fields = usual[2].lower()
        if _CLOSE in fields and b"content-length" not in fields and b"transfer-encoding" not in fields:
            return usual[1]
    reader = RequestReader()
    reader.receive(data)
    try:
        request = reader.next_request()
    except ProtocolError:
        return None
    if request is None or request.keep_alive or reader.is_mid_request:
        return None
    return request.target


class QuickReport:
    """One such connection, while the report is being stored."""

    __slots__ = ("_address", "_listener", "_socket", "deadline")

    def __init__(self, listener: "PhoneListener", accepted: socket.socket, address: str) -> None:
        """Prepare.

        Args:
            accepted: Belongs to this object from here on.
        """
        self.deadline: float | None = None
        self._listener = listener
        self._socket: socket.socket | None = accepted
        self._address = address

    def take(self, target: bytes) -> None:
        """Hand the report on; it is answered when it is stored."""
        try:
            self._listener.intake.take(target, self._address, self._stored)
        except NotAllowed:
            self._answer(403, "secret")
        except StoreError:
            self._answer(503, "overload")

    def expire(self) -> None:
        """It has no deadline: it waits for the disk, not for the phone."""

    def finish(self) -> None:
        """It takes no more requests anyhow."""

    def abort(self) -> None:
        """Close at once; what is being stored is stored all the same."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._listener.gone(self, self._address)

    def _stored(self, _envelopes: list[Envelope], error: OffhookError | None) -> None:
        if error is not None:
            self._answer(503, "store")
            return
        self._listener.counts["reports"] += 1
        self._answer(200, None)

    def _answer(self, status: int, refusal: str | None) -> None:
        if refusal is not None:
            self._listener.counts[f"refused.{refusal}"] += 1
        if self._socket is not None:
            # A few hundred bytes into an empty buffer: all or, where the phone is gone, nothing.
            with contextlib.suppress(OSError):
                self._socket.send(answer(status, keep_alive=False), socket.MSG_DONTWAIT)
        self.abort()
