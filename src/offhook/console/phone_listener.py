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

__all__ = ["ListenerLimits", "PhoneListener"]

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
        limits: ListenerLimits | None = None,
        sweep_s: float = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; nothing is accepted before `start`.

        Args:
            sweep_s: How often connections are looked at for having had their time.
            now: Monotonic seconds.
        """
        self.intake = intake
        self.limits = limits or ListenerLimits()
        self.now = now
        self.counts: Counter[str] = Counter()
        """What happened, by name: `connections`, `reports`, and `refused.<reason>`."""
        self.deadlines: DeadlineWheel[ListenerConnection] = DeadlineWheel(sweep_s)
        self._sweep_s = sweep_s
        self._connections: set[ListenerConnection] = set()
        self._per_address: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._all_gone = asyncio.Event()
        self._all_gone.set()

    @property
    def port(self) -> int:
        """The port phones connect to."""
        if self._server is None:
            raise RuntimeError("the listener was not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def open_connections(self) -> int:
        """How many connections are open now."""
        return len(self._connections)

    async def start(self, listener: socket.socket) -> None:
        """Accept connections.

        Args:
            listener: A bound, listening socket; belongs to the listener from here on.
        """
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: ListenerConnection(self), sock=listener, backlog=1024)
        self._sweeper = asyncio.create_task(self._sweep(), name="phone listener deadlines")

    async def stop(self, grace_s: float = 2.0) -> None:
        """Accept no more, let reports that are being stored be answered, and close; may be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
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

    def admit(self, connection: ListenerConnection, address: str) -> str | None:
        """Count a new connection; gives the reason when there is no room for it."""
        refusal = None
        if len(self._connections) >= self.limits.connections:
            refusal = "too_many_connections"
        elif self._per_address[address] >= self.limits.connections_per_address:
            refusal = "too_many_connections_of_one_address"
        self._connections.add(connection)
        self._per_address[address] += 1
        self._all_gone.clear()
        self.counts["connections"] += 1
        return refusal

    def gone(self, connection: ListenerConnection, address: str) -> None:
        """Forget a connection that is closed."""
        self.deadlines.discard(connection)
        self._connections.discard(connection)
        self._per_address[address] -= 1
        if self._per_address[address] <= 0:
            del self._per_address[address]
        if not self._connections:
            self._all_gone.set()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_s)
            for connection in self.deadlines.overdue(self.now()):
                try:
                    connection.expire()
                except Exception:  # noqa: BLE001 - without the sweeper, connections would stay for ever
                    _log.exception("a connection could not be ended")
                    connection.abort()
