"""The phone's HTTP port: opening it, moving it to another address, and knowing when nobody waits for an answer.

Source: DOC §2.4 no. 27 (moving), §3.2 (`Reboot` is answered before it is done).
"""

import asyncio
import ipaddress
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog

from offhook.errors import ConfigError, OffhookError, PortTaken
from offhook.runtime.http_server import AsgiApp, HttpServer, bind_tcp

__all__ = ["Listener"]

_QUIET_S = 2.0
"""Longest wait for answers that are on their way: a peer that does not read must not hold up a restart."""
_FLAG = "--http-port"

_log = structlog.get_logger("offhook.phone.web.listener")


class Listener:
    """One port at a time, but for the moment of moving."""

    def __init__(
        self,
        make_app: Callable[[], AsgiApp],
        *,
        on_stuck: Callable[[OffhookError], None] = lambda error: None,
    ) -> None:
        """Prepare; nothing listens yet.

        Args:
            make_app: Makes the web application, once for each port that is opened.
            on_stuck: Told when a move that had to close the old port first did not work; the old port is back.
        """
        self._make_app = make_app
        self._on_stuck = on_stuck
        self._server: HttpServer | None = None
        self._host = ""
        self._in_flight = 0
        self._is_quiet = asyncio.Event()
        self._is_quiet.set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port in use; 0 before the first one."""
        return self._server.port if self._server else 0

    def is_at(self, host: str, port: int) -> bool:
        """Whether this is the place already; port 0 is anywhere."""
        return host == self._host and port in (0, self.port)

    async def open(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            PortTaken: Somebody else listens there.
            ConfigError: It is not an address of this computer.
        """
        listening = bind_tcp(host, port, flag=_FLAG)
        server = HttpServer(self._counted(self._make_app()), listening)
        await server.start()
        self._server, self._host = server, host

    async def move(self, host: str, port: int) -> None:
        """Listen elsewhere, then close the old port once the requests on it are answered.

        Where old and new place overlap (all addresses and one address, same port), both cannot be open at once: then
        the old port is closed first, in a moment, and opened again if the new one cannot be had.

        Raises:
            PortTaken, ConfigError: As for `open`; the old port is still open.
        """
        old, old_host = self._server, self._host
        if old is None or not _overlap(host, port, old_host, old.port):
            await self.open(host, port)
            if old is not None:
                self._later(self._close(old))
            return
        self._later(self._swap(old, old_host, host))

    async def quiet(self) -> None:
        """Wait until no request is unanswered, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_QUIET_S):
                await self._is_quiet.wait()

    async def stop(self) -> None:
        """Close the port, whatever clients do."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))
        if self._server is not None:
            await self._server.stop()
            self._server = None

    async def _swap(self, old: HttpServer, old_host: str, host: str) -> None:
        port = old.port
        await self._close(old)
        try:
            await self.open(host, port)
        except (PortTaken, ConfigError) as error:
            _log.error("cannot move", host=host, port=port, reason=str(error))
            self._on_stuck(error)
            with suppress(PortTaken, ConfigError):  # then the phone cannot be reached until it is restarted
                await self.open(old_host, port)

    async def _close(self, server: HttpServer) -> None:
        await self.quiet()
        await server.stop()

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _counted(self, app: AsgiApp) -> AsgiApp:
        """Count the requests that are being answered."""

        async def counted(scope: dict[str, object], receive: object, send: object) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            self._in_flight += 1
            self._is_quiet.clear()
            try:
                await app(scope, receive, send)
            finally:
                self._in_flight -= 1
                if not self._in_flight:
                    self._is_quiet.set()

        return counted


def _overlap(host: str, port: int, other_host: str, other_port: int) -> bool:
    """Whether two places cannot be listened at together."""
    if port != other_port:
        return False
    return host == other_host or any(ipaddress.ip_address(place).is_unspecified for place in (host, other_host))
