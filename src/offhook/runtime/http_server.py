"""An ASGI application on a TCP port, inside an event loop that belongs to somebody else.

Uvicorn wants to own the process: it takes the signal handlers, leaves the process when an application does
not start and waits without end for clients that do not leave. Here it may do none of that, because one
process runs a console and several phones, and one Ctrl-C stops them all. It also waits without end for clients that
do not ask, or never finish asking; those are cut off here, or whoever opens enough connections has every file the
process may open, and a phone that cannot open one cannot report.
"""

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping, Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from offhook.errors import ConfigError, PortTaken

__all__ = ["AsgiApp", "HttpServer", "bind_tcp"]

_Message = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[_Message]]
_Send = Callable[[_Message], Awaitable[None]]

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI 3 application; loosely typed, because every framework types scope, receive and send itself."""

_BACKLOG = 1024
"""Connections the kernel holds for us while the loop is busy."""

_MAX_WEBSOCKET_MESSAGE_BYTES = 1024 * 1024
"""Far more than any message of the API; a client that sends more is cut off."""

_MAX_HEAD_BYTES = 64 * 1024
"""Request line and headers together; browsers and proxies stay far below."""

_LAST_RESORT_S = 1.0
"""How long what was cancelled, and then the application's own shutdown, may still take."""


def bind_tcp(host: str, port: int, *, flag: str) -> socket.socket:
    """Take a TCP port and listen on it; who connects from now on waits until a server accepts.

    Listening here, and not only when the server starts, is what makes a taken port show: with SO_REUSEADDR
    two sockets may be bound to one port as long as neither listens.

    Args:
        host: Name or address, IPv4 or IPv6; the first one it resolves to is used.
        port: 0 to 65535; 0 lets the system choose.
        flag: The command line flag that changes the port, for the message.
    Returns:
        A listening, non-blocking socket; whoever asked for it closes it.
    Raises:
        PortTaken: somebody else listens there.
        ConfigError: the name does not resolve, the address is not ours, or the port is not allowed.
    """
    if not 0 <= port <= 65535:  # the resolver would take it modulo 65536
        raise ConfigError(f"{host}:{port}", flag, "a port is a number from 0 to 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ConfigError(f"{host}:{port}", flag, f"cannot listen there: {error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port, flag) from error
        raise ConfigError(f"{host}:{port}", flag, f"cannot listen there: {error}") from error
    listener.setblocking(False)
    return listener


class HttpServer:
    """One application on one listening socket: HTTP/1.1 and WebSocket.

    ``start`` and ``stop`` are called once each, from the same loop. The socket belongs to the server from the
    moment it is handed over.
    """

    def __init__(
        self,
        app: AsgiApp,
        listener: socket.socket,
        *,
        grace_s: int = 2,
        patience_s: float = 10.0,
        ping_s: float = 20.0,
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        """Prepare; nothing happens before ``start``.

        Args:
            app: ASGI 3 application; its lifespan is run.
            listener: From ``bind_tcp``.
            grace_s: How long requests that run when ``stop`` is called may go on.
            patience_s: How long a client may take over a whole request; up to twice that before it is cut off.
            ping_s: Between two pings to a WebSocket, and how long it may take over the answer.
            trusted_proxies: Addresses or networks of reverse proxies: what they say in `X-Forwarded-For` and
                `X-Forwarded-Proto` is believed. Without them nobody may claim another address by a header.
        """

        class Protocol(_ImpatientProtocol):
            _patience_s = patience_s

        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._grace_s = grace_s
        self._app = _GuardedApp(app)
        self._server = _GuestServer(
            uvicorn.Config(
                self._app,
                loop="none",
                http=Protocol,
                ws=_ImpatientWebSocket,
                ws_max_size=_MAX_WEBSOCKET_MESSAGE_BYTES,
                ws_ping_interval=ping_s,
                ws_ping_timeout=ping_s,
                ws_per_message_deflate=False,  # small messages, often on loopback: costs more than it saves
                lifespan="on",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                server_header=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=grace_s,
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the application and return once connections are accepted.

        Raises:
            RuntimeError: the application refused to start without an exception. Where it raised one, that one
                is raised here. The socket is closed then.
        """
        self._serving = asyncio.create_task(self._serve(), name=f"http server on port {self.port}")
        accepting = asyncio.create_task(self._server.accepting.wait())
        try:
            await asyncio.wait({self._serving, accepting}, return_when=asyncio.FIRST_COMPLETED)
            if self._serving.done():
                await self._serving
        except BaseException:
            self._serving.cancel()
            self._listener.close()
            raise
        finally:
            accepting.cancel()

    async def stop(self) -> None:
        """Stop accepting, let running requests end, close every connection, shut the application down.

        WebSockets are closed with 1012 (service restart). Returns within ``grace_s`` plus 3 s, whatever
        clients and application do. When the server was not started, only the socket is closed.
        """
        self._app.is_stopping = True
        self._server.should_exit = True
        if self._serving is None:
            self._listener.close()
            return
        await asyncio.wait({self._serving}, timeout=self._grace_s + _LAST_RESORT_S)
        self._cut_connections()
        if not self._serving.done():  # the application's own shutdown hangs
            self._app.cut_lifespan()
            self._serving.cancel()
        await asyncio.wait({self._serving, *self._server.server_state.tasks}, timeout=_LAST_RESORT_S)

    def _cut_connections(self) -> None:
        """Drop who has not left: a peer that does not read never lets its connection end by itself."""
        for connection in list(self._server.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def _serve(self) -> None:
        try:
            await self._server.serve(sockets=[self._listener])
        except SystemExit as error:  # uvicorn's way to say that the application did not start
            raise self._app.start_failure or RuntimeError("the application did not start") from error


class _GuestServer(uvicorn.Server):
    """Uvicorn as a guest in a running loop: leaves signals alone and says when it accepts."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.accepting = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()


class _ImpatientProtocol(HttpToolsProtocol):
    """One connection, which ends when the client keeps us waiting or sends a head without end."""

    _patience_s: float

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._is_in_head = False
        self._requests = 0
        self._look_again: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look_again is not None:
            self._look_again.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > _MAX_HEAD_BYTES:
                self.send_400_response("Request head too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head = True
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._is_in_head = False
        self._requests += 1

    def _look_later(self) -> None:
        waits_for = self._requests if self._is_waiting() else None
        self._look_again = self.loop.call_later(self._patience_s, self._look, waits_for)

    def _is_waiting(self) -> bool:
        """Whether it is the client's turn."""
        return self._requests == 0 or self.cycle.response_complete or self.cycle.more_body

    def _look(self, waited_for: int | None) -> None:
        if self.transport.is_closing() or self.transport.get_protocol() is not self:  # by now a WebSocket
            return
        if waited_for == self._requests and self._is_waiting():
            self.transport.abort()
        else:
            self._look_later()


class _ImpatientWebSocket(WebSocketsSansIOProtocol):
    """One WebSocket, which ends when the peer leaves a ping unanswered."""

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        # Uvicorn would wait for what is left to be read; who reads nothing would be kept for ever, and all we hold.
        self.transport.abort()


class _GuardedApp:
    """The application, with what uvicorn would only print turned into something ``HttpServer`` can raise."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self.is_stopping = False
        self.start_failure: Exception | None = None
        self._lifespan: asyncio.Task[Any] | None = None
        self._is_lifespan_cut = False

    async def __call__(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        if scope["type"] == "lifespan":
            await self._run_lifespan(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            # Cut off by ``stop`` after its grace: expected, so no traceback in the log.
            if not self.is_stopping:
                raise

    def cut_lifespan(self) -> None:
        """Give up on an application that does not shut down."""
        self._is_lifespan_cut = True
        if self._lifespan is not None:
            self._lifespan.cancel("the application did not shut down in time")

    async def _run_lifespan(self, scope: _Message, receive: _Receive, send: _Send) -> None:
        self._lifespan = asyncio.current_task()
        is_started = False

        async def watch(message: _Message) -> None:
            nonlocal is_started
            if message["type"] == "lifespan.startup.failed":
                # Frameworks put a traceback in here; either the exception follows, or this text is all.
                self.start_failure = RuntimeError(str(message.get("message") or "the application did not start"))
                message = {"type": "lifespan.startup.failed", "message": ""}
            if message["type"] == "lifespan.shutdown.failed" and self._is_lifespan_cut:
                message = {"type": "lifespan.shutdown.failed", "message": "cut off while shutting down"}
            is_started = is_started or message["type"] == "lifespan.startup.complete"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except asyncio.CancelledError:
            if not self._is_lifespan_cut:
                raise
        except Exception as error:
            if is_started:
                raise
            has_said_so = self.start_failure is not None
            self.start_failure = _unwrapped(error)
            if not has_said_so:
                await send({"type": "lifespan.startup.failed", "message": ""})


def _unwrapped(error: Exception) -> Exception:
    """Take the exception out of the groups that a framework's task groups have put around it."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
