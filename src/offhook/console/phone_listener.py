"""The port phones report to: lenient on what phones get wrong, strict on size and time.

Every request becomes a report in the journal and is answered 200 once it is committed, so a 200 means durable. GET
and POST count as reports (some phones post); a body is read and ignored. What cannot be a report is answered and the
connection closed, and nobody else notices. Answers have no body: some phones try to show one.

Source: architecture decisions 2 and 3; DOC §2.1-2.2; vendors.md §2.5, §2.6.
"""

import asyncio
import contextlib
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from offhook.console.deadlines import DeadlineWheel
from offhook.console.intake import Intake
from offhook.console.listener_connection import ListenerConnection
from offhook.console.quick_report import QuickReport, whole_report
from offhook.console.setup_desk import ReadyFile

__all__ = ["ListenerLimits", "PhoneListener"]

_BACKLOG = 1024
_ACCEPTED_AT_ONCE = 64
_FIRST_READ_BYTES = 16 * 1024
_REST_S = 1.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerLimits:
    """How much of the console one phone, or somebody who is none, may take."""

    connections: int = 4096
    connections_per_address: int = 1024
    """A router hides many phones behind one address, so not a handful."""
    head_s: float = 10.0
    """To finish a request once its first byte, or the connection, is there."""
    idle_s: float = 30.0
    """Between the answer and the next request on a connection that is kept open."""
    linger_s: float = 2.0
    """To read what still arrives after a refusal, so that the refusal is not lost with a reset."""
    pipelined: int = 32
    """Requests of one connection that may wait for their answers; beyond that it is not read."""


class PhoneListener:
    """Accepts connections and keeps count of them."""

    def __init__(
        self,
        intake: Intake,
        *,
        files: Callable[[bytes], ReadyFile | None] = lambda target: None,
        limits: ListenerLimits | None = None,
        sweep_s: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is accepted before `start`.

        Args:
            files: Gives the set-up file that a phone asks for; None when it may not have it.
            sweep_s: How often connections are looked at for having had their time.
            now: Monotonic seconds.
        """
        self.intake = intake
        self.files = files
        self.limits = limits or ListenerLimits()
        self.now = now
        self.counts: Counter[str] = Counter()
        """What happened, by name: `connections`, `reports`, and `refused.<reason>`."""
        self.deadlines: DeadlineWheel[ListenerConnection | QuickReport] = DeadlineWheel(sweep_s)
        self._sweep_s = sweep_s
        self._connections: set[ListenerConnection | QuickReport] = set()
        self._per_address: Counter[str] = Counter()
        self._listener: socket.socket | None = None
        self._kind = (socket.AF_INET, socket.SOCK_STREAM, 0)
        self._handing_over: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._all_gone = asyncio.Event()
        self._all_gone.set()

    @property
    def port(self) -> int:
        """The port phones connect to."""
        if self._listener is None:
            raise RuntimeError("the listener was not started")
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def is_accepting(self) -> bool:
        """Whether phones can connect."""
        return self._listener is not None

    @property
    def open_connections(self) -> int:
        """How many connections are open now."""
        return len(self._connections)

    async def start(self, listener: socket.socket, *, until_first_byte_s: int = 0) -> None:
        """Accept connections.

        Args:
            listener: A bound, listening socket; belongs to the listener from here on.
            until_first_byte_s: How long a silent connection is left to the kernel, where it can do that; 0 for not at
                all. A report is then there whole when its connection is accepted.
        """
        if until_first_byte_s and hasattr(socket, "TCP_DEFER_ACCEPT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, until_first_byte_s)
        listener.setblocking(False)
        listener.listen(_BACKLOG)
        self._listener = listener
        self._kind = (listener.family, listener.type, listener.proto)
        asyncio.get_running_loop().add_reader(listener.fileno(), self._accept)
        self._sweeper = asyncio.create_task(self._sweep(), name="phone listener deadlines")

    async def stop(self, grace_s: float = 2.0) -> None:
        """Accept no more, let reports that are being stored be answered, and close; may be called twice."""
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
            self._listener = None
        await asyncio.gather(*self._handing_over)
        for connection in tuple(self._connections):
            connection.finish()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait_until_empty(), grace_s)
        for connection in tuple(self._connections):
            connection.abort()
        await self.wait_until_empty()
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
            self._sweeper = None

    async def wait_until_empty(self) -> None:
        """Wait until no connection is open."""
        await self._all_gone.wait()

    # --- for its connections ---------------------------------------------------------------------------------------

    def admit(self, connection: ListenerConnection | QuickReport, address: str) -> str | None:
        """Count a new connection; gives the reason when there is no room for it."""
        refusal = self._refusal(address)
        self._connections.add(connection)
        self._per_address[address] += 1
        self._all_gone.clear()
        self.counts["connections"] += 1
        return refusal

    def gone(self, connection: ListenerConnection | QuickReport, address: str) -> None:
        """Forget a connection that is closed."""
        self.deadlines.discard(connection)
        self._connections.discard(connection)
        self._per_address[address] -= 1
        if self._per_address[address] <= 0:
            del self._per_address[address]
        if not self._connections:
            self._all_gone.set()

    def _refusal(self, address: str) -> str | None:
        if len(self._connections) >= self.limits.connections:
            return "too_many_connections"
        if self._per_address[address] >= self.limits.connections_per_address:
            return "too_many_connections_of_one_address"
        return None

    # --- accepting -------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        """Take the connections that wait, a bounded number at a time: those that are open want to be served too."""
        for _ in range(_ACCEPTED_AT_ONCE):
            if self._listener is None:
                return
            try:
                # Not `accept`, which works out anew for each connection what all of them have from the listener.
                number, peer = self._listener._accept()  # type: ignore[attr-defined] # noqa: SLF001
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._rest(error)
                return
            self._begin(socket.socket(*self._kind, fileno=number), peer[0])

    def _begin(self, accepted: socket.socket, address: str) -> None:
        data = b""
        try:
            # Read also what will be refused: closing with something unread would take the answer away again.
            data = accepted.recv(_FIRST_READ_BYTES, socket.MSG_DONTWAIT)
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            accepted.close()
            return
        target = whole_report(data)
        if target is not None and self._refusal(address) is None:
            report = QuickReport(self, accepted, address)
            self.admit(report, address)
            report.take(target)
            return
        task = asyncio.create_task(self._hand_over(accepted, data))
        self._handing_over.add(task)
        task.add_done_callback(self._handing_over.discard)

    async def _hand_over(self, accepted: socket.socket, data: bytes) -> None:
        """Let a connection go on as one that may take its time."""
        accepted.setblocking(False)
        loop = asyncio.get_running_loop()
        try:
            await loop.connect_accepted_socket(lambda: ListenerConnection(self, data), accepted)
        except OSError:
            accepted.close()  # the phone is gone already

    def _rest(self, error: OSError) -> None:
        """Accept nothing for a moment: there are no file descriptors left, and asking again at once changes nothing."""
        _log.error("connections cannot be accepted; trying again in a second", reason=str(error))
        if self._listener is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener.fileno())
        loop.call_later(_REST_S, self._accept_again)

    def _accept_again(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().add_reader(self._listener.fileno(), self._accept)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_s)
            for connection in self.deadlines.overdue(self.now()):
                try:
                    connection.expire()
                except Exception:  # noqa: BLE001 - without the sweeper, connections would stay for ever
                    _log.exception("a connection could not be ended")
                    connection.abort()
