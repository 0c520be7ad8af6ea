"""One connection of a phone to the listener: requests in, answers out in the same order.

Theory of operation. A connection is OPEN while it is read; CLOSING when no more requests are taken and the answers
that are still due are written; LINGERING when everything is written and what still arrives is thrown away, so that
closing does not reset the connection before the answer was read; then gone. Requests wait for the journal in a queue
of slots, because answers must leave in the order of the requests.

Source: RFC 9112 §9 (persistence, pipelining, tear-down §9.6); architecture decision 2.
"""

import asyncio
from collections import deque
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, cast

from offhook.console.answers import answer, file_answer
from offhook.console.setup_desk import PROVISION_PATH, ReadyFile
from offhook.console_api.envelope import Envelope
from offhook.errors import NotAllowed, OffhookError, ProtocolError, StoreError
from offhook.protocol.request_reader import PhoneRequest, RequestReader

if TYPE_CHECKING:
    from offhook.console.phone_listener import PhoneListener

__all__ = ["ListenerConnection"]

_METHODS = frozenset({"GET", "POST"})
_WRITE_BUFFER_BYTES = 16 * 1024
_LINGER_BYTES = 256 * 1024
_UNDECIDED = 0


class _Stage(Enum):
    OPEN = "open"
    CLOSING = "closing"
    LINGERING = "lingering"


class _Slot:
    """The answer to one request, in its place in the order."""

    __slots__ = ("file", "keep_alive", "status")

    def __init__(self, keep_alive: bool) -> None:
        self.status = _UNDECIDED
        self.file: ReadyFile | None = None
        self.keep_alive = keep_alive


class ListenerConnection(asyncio.Protocol):
    """Made by the listener for each connection."""

    def __init__(self, listener: "PhoneListener", received: bytes = b"") -> None:
        """Prepare.

        Args:
            received: What was read from the connection already.
        """
        self._received = received
        self.deadline: float | None = None
        self._listener = listener
        self._reader = RequestReader()
        self._stage = _Stage.OPEN
        self._slots: deque[_Slot] = deque()
        self._transport: asyncio.Transport | None = None
        self._address = ""
        self._is_reading = True
        self._can_write = True
        self._has_peer_ended = False
        self._lingered_bytes = 0

    # --- asyncio.Protocol ------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count the connection and start its clock, or refuse it."""
        # A cast, not isinstance: uvloop's transports have asyncio's methods, but are no subclasses of its classes.
        transport = cast("asyncio.Transport", transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=_WRITE_BUFFER_BYTES)
        peer = transport.get_extra_info("peername")
        self._address = peer[0] if peer else ""
        refusal = self._listener.admit(self, self._address)
        if refusal is not None:
            # No lingering here: what there is too much of must go at once.
            self._listener.counts[f"refused.{refusal}"] += 1
            self._stage = _Stage.LINGERING
            transport.write(answer(503, keep_alive=False))
            transport.close()
            return
        self._set_deadline(self._listener.limits.head_s)
        if self._received:
            self.data_received(self._received)
            self._received = b""

    def data_received(self, data: bytes) -> None:
        """Take bytes off the wire."""
        if self._stage is not _Stage.OPEN:
            self._lingered_bytes += len(data)
            if self._lingered_bytes > _LINGER_BYTES:
                self.abort()
            return
        was_idle = not self._reader.is_mid_request
        self._reader.receive(data)
        self._read_requests()
        if was_idle and not self._slots and self._reader.is_mid_request and self._stage is _Stage.OPEN:
            # The clock of a request starts with its first byte and is not wound up again by the next ones.
            self._set_deadline(self._listener.limits.head_s, only_earlier=True)

    def eof_received(self) -> bool:
        """The phone sends no more; it may still read the answers."""
        self._has_peer_ended = True
        if self._stage is _Stage.LINGERING:
            return False
        self._stage = _Stage.CLOSING
        self._write_answers()
        return self._stage is not _Stage.LINGERING

    def connection_lost(self, _reason: Exception | None) -> None:
        """Forget everything; reports that are being stored are stored all the same."""
        self._transport = None
        self._slots.clear()
        self.deadline = None
        self._listener.gone(self, self._address)

    def pause_writing(self) -> None:
        """The phone does not read its answers: take no more requests from it, and give it limited time."""
        self._can_write = False
        self._pause_or_resume()
        self._set_deadline(self._listener.limits.head_s)

    def resume_writing(self) -> None:
        """It reads again."""
        self._can_write = True
        self._set_deadline(self._listener.limits.idle_s)
        self._write_answers()
        self._read_requests()

    # --- for the listener ------------------------------------------------------------------------------------------

    def expire(self) -> None:
        """End a connection that has had its time."""
        self.deadline = None
        if self._stage is _Stage.LINGERING or not self._can_write:
            self.abort()
        elif self._slots:
            # It waits for the disk, not for the phone.
            self._set_deadline(self._listener.limits.head_s)
        elif self._stage is _Stage.OPEN and self._reader.is_mid_request:
            self._refuse(408, "timeout")
        else:
            self._close()

    def finish(self) -> None:
        """Take no more requests; close when the answers that are due are written."""
        if self._stage is _Stage.OPEN and not self._slots:
            self._close()
            return
        if self._stage is _Stage.OPEN:
            self._stage = _Stage.CLOSING
        self._write_answers()

    def abort(self) -> None:
        """Close at once, whatever is due."""
        if self._transport is not None:
            self._transport.abort()

    # --- requests --------------------------------------------------------------------------------------------------

    def _read_requests(self) -> None:
        limit = self._listener.limits.pipelined
        while self._stage is _Stage.OPEN and self._can_write and len(self._slots) < limit:
            try:
                request = self._reader.next_request()
            except ProtocolError as error:
                self._refuse(error.http_status_hint, f"status_{error.http_status_hint}")
                return
            if request is None:
                break
            self._take(request)
        self._pause_or_resume()

    def _take(self, request: PhoneRequest) -> None:
        slot = _Slot(request.keep_alive)
        self._slots.append(slot)
        self.deadline = None  # until it is answered, the phone is owed something, not the console
        if not request.keep_alive:
            self._stage = _Stage.CLOSING
        if request.method not in _METHODS:
            self._decide(slot, 405, "method")
            return
        if request.target.startswith(PROVISION_PATH):
            slot.file = self._listener.files(request.target)
            self._decide(slot, *((404, "file") if slot.file is None else (200, None)))
            return
        try:
            self._listener.intake.take(request.target, self._address, partial(self._stored, slot))
        except NotAllowed:
            self._decide(slot, 403, "secret")
        except StoreError:
            self._decide(slot, 503, "overload")

    def _stored(self, slot: _Slot, _envelopes: list[Envelope], error: OffhookError | None) -> None:
        if error is None:
            self._listener.counts["reports"] += 1
            self._decide(slot, 200, None)
        else:
            self._decide(slot, 503, "store")

    def _decide(self, slot: _Slot, status: int, refusal: str | None) -> None:
        if refusal is not None:
            self._listener.counts[f"refused.{refusal}"] += 1
        slot.status = status
        self._write_answers()
        if self._stage is _Stage.OPEN and self._is_reading is False:
            self._read_requests()

    # --- answers ---------------------------------------------------------------------------------------------------

    def _write_answers(self) -> None:
        """Write every answer whose turn it is."""
        if self._transport is None or self._stage is _Stage.LINGERING:
            return
        answers = []
        while self._slots and self._slots[0].status != _UNDECIDED:
            slot = self._slots.popleft()
            is_last = not self._slots and self._stage is _Stage.CLOSING
            keep_alive = slot.keep_alive and not is_last
            answers.append(
                answer(slot.status, keep_alive=keep_alive)
                if slot.file is None
                else file_answer(slot.file, keep_alive=keep_alive)
            )
        if answers:
            self._transport.write(b"".join(answers))
        if self._slots:
            return
        if self._stage is _Stage.CLOSING:
            self._linger()
        elif answers and self._can_write:
            limits = self._listener.limits
            self._set_deadline(limits.head_s if self._reader.is_mid_request else limits.idle_s)

    def _refuse(self, status: int, refusal: str) -> None:
        """Answer after the answers that are due, and take nothing more."""
        slot = _Slot(keep_alive=False)
        self._slots.append(slot)
        self._stage = _Stage.CLOSING
        self._decide(slot, status, refusal)

    def _linger(self) -> None:
        """Say that nothing more comes, and throw away what still arrives until the phone closes too."""
        self._stage = _Stage.LINGERING
        transport = self._transport
        if transport is None:
            return
        if self._has_peer_ended:
            transport.close()
            return
        if not self._is_reading:
            self._is_reading = True
            transport.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()
        self._set_deadline(self._listener.limits.linger_s)

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def _pause_or_resume(self) -> None:
        """Read from the phone only while its requests can be taken; what it sends meanwhile waits in its kernel."""
        if self._transport is None or self._stage is not _Stage.OPEN:
            return
        should_read = self._can_write and len(self._slots) < self._listener.limits.pipelined
        if should_read is not self._is_reading:
            self._is_reading = should_read
            if should_read:
                self._transport.resume_reading()
            else:
                self._transport.pause_reading()

    def _set_deadline(self, seconds: float, *, only_earlier: bool = False) -> None:
        deadline = self._listener.now() + seconds
        if only_earlier and self.deadline is not None:
            deadline = min(deadline, self.deadline)
        self.deadline = deadline
        self._listener.deadlines.add(self)
