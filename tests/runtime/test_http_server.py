"""The HTTP server on real sockets: starting, failing to start, and stopping whatever clients do."""

import asyncio
import contextlib
import signal
import socket
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import websockets.asyncio.client as ws_client
from litestar import Litestar, Request, WebSocket, get, post, websocket
from websockets.exceptions import ConnectionClosed

from offhook.errors import ConfigError, PortTaken
from offhook.runtime.http_server import AsgiApp, HttpServer, bind_tcp


@get("/hello", sync_to_thread=False)
def hello() -> str:
    return "hello"


@get("/never")
async def never() -> str:
    await asyncio.Event().wait()
    return "never"


@post("/body")
async def body(request: Request[Any, Any, Any]) -> str:
    return (await request.body()).decode()


@websocket("/deaf")
async def deaf(socket: WebSocket[Any, Any, Any]) -> None:
    """Sends and never looks whether the client is still there."""
    await socket.accept()
    await socket.send_text("welcome")
    await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def serving(app: AsgiApp, grace_s: int = 1, patience_s: float = 10.0) -> AsyncIterator[HttpServer]:
    listener = bind_tcp("127.0.0.1", 0, flag="--api-port")
    server = HttpServer(app, listener, grace_s=grace_s, patience_s=patience_s)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def litestar(*handlers: Any, lifespan: Any = ()) -> AsgiApp:
    # Without a logging set-up of its own: it would replace the handlers of the test run.
    return Litestar(handlers, lifespan=list(lifespan), logging_config=None)


def the_app() -> AsgiApp:
    return litestar(hello, never, deaf)


async def ask(port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


async def test_it_answers_as_soon_as_start_returns_and_does_not_name_itself() -> None:
    async with serving(the_app()) as server:
        answer = await ask(server.port, "/hello")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"hello")
    assert b"\r\nserver:" not in answer.lower()


async def test_signal_handlers_stay_as_they_were() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    async with serving(the_app()):
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


async def test_nobody_is_accepted_after_stop() -> None:
    async with serving(the_app()) as server:
        pass
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_the_port_can_be_taken_again_at_once() -> None:
    async with serving(the_app()) as server:
        await ask(server.port, "/hello")
    bind_tcp("127.0.0.1", server.port, flag="--api-port").close()


async def test_an_open_websocket_is_told_and_does_not_hold_up_the_stop() -> None:
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(serving(the_app()))
        client = await ws_client.connect(f"ws://127.0.0.1:{server.port}/deaf")
        assert await client.recv() == "welcome"
        started = time.monotonic()
        await server.stop()
        assert time.monotonic() - started < 4
        with pytest.raises(ConnectionClosed) as caught:
            await client.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1012


async def test_an_idle_kept_connection_does_not_hold_up_the_stop() -> None:
    async with serving(the_app(), grace_s=5) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"hello")
        started = time.monotonic()
        await server.stop()
        assert time.monotonic() - started < 1
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_a_request_that_never_ends_is_cut_off_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with serving(the_app()) as server:
        asking = asyncio.create_task(ask(server.port, "/never"))
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /never HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(0.05)  # until both requests are in the application
        started = time.monotonic()
        await server.stop()
        assert time.monotonic() - started < 4
    with contextlib.suppress(ConnectionError):
        await asking
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /hello HTTP/1.1\r\nHost: x\r\nX-Sl",
        b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nshort",
        b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\nGET /he",
    ],
)
async def test_who_does_not_finish_asking_is_cut_off(sent: bytes) -> None:
    async with serving(litestar(hello, body), patience_s=0.05) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(sent)
        await cut_off(reader)
        writer.close()
        assert b"hello" in await ask(server.port, "/hello")


async def test_a_head_without_end_is_refused() -> None:
    async with serving(the_app(), patience_s=3600) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /hello HTTP/1.1\r\nHost: x\r\n" + b"X-More: and more\r\n" * 5000)
        await cut_off(reader)
        writer.close()


async def test_who_waits_for_an_answer_or_listens_is_not_cut_off() -> None:
    may_answer = asyncio.Event()

    @get("/slow")
    async def slow() -> str:
        await may_answer.wait()
        return "at last"

    async with serving(litestar(slow, deaf), patience_s=0.02) as server:
        async with ws_client.connect(f"ws://127.0.0.1:{server.port}/deaf") as listening:
            assert await listening.recv() == "welcome"
            asking = asyncio.create_task(ask(server.port, "/slow"))
            for _ in range(5):  # so much time passes that others lose theirs
                reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
                await cut_off(reader)
                writer.close()
            may_answer.set()
            assert b"at last" in await asking
            await (await listening.ping())


async def cut_off(reader: asyncio.StreamReader) -> None:
    """Wait until the server has closed the connection."""
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionError):
            await reader.read()


async def test_a_client_that_does_not_read_is_dropped() -> None:
    @get("/flood", sync_to_thread=False)
    def flood() -> bytes:
        return b"x" * 20_000_000

    with socket.socket() as client:
        async with serving(litestar(flood)) as server:
            client.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(client, ("127.0.0.1", server.port))
            await loop.sock_sendall(client, b"GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
            started = time.monotonic()
            await server.stop()
            assert time.monotonic() - started < 4


async def test_an_application_that_hangs_when_stopping_is_left_behind() -> None:
    @contextlib.asynccontextmanager
    async def hangs(_app: Litestar) -> AsyncIterator[None]:
        yield
        await asyncio.Event().wait()

    async with serving(litestar(hello, lifespan=[hangs])) as server:
        started = time.monotonic()
        await server.stop()
        assert time.monotonic() - started < 5


async def test_an_exception_while_the_application_starts_comes_out_of_start() -> None:
    @contextlib.asynccontextmanager
    async def broken(app: Litestar | None) -> AsyncIterator[None]:
        if app is not None:
            raise ConfigError("offhook.toml", "port", "is not a number")
        yield

    listener = bind_tcp("127.0.0.1", 0, flag="--api-port")
    server = HttpServer(litestar(hello, lifespan=[broken]), listener)
    with pytest.raises(ConfigError, match="is not a number"):
        await server.start()
    assert listener.fileno() == -1


async def test_a_bare_application_may_raise_or_refuse() -> None:
    async def raises(_scope: Any, _receive: Any, _send: Any) -> None:
        raise LookupError("no store")

    async def refuses(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "lifespan.startup.failed", "message": "not today"})

    for app, kind, text in ((raises, LookupError, "no store"), (refuses, RuntimeError, "not today")):
        server = HttpServer(app, bind_tcp("127.0.0.1", 0, flag="--api-port"))
        with pytest.raises(kind, match=text):
            await server.start()


async def test_stop_without_start_closes_the_socket() -> None:
    listener = bind_tcp("127.0.0.1", 0, flag="--api-port")
    await HttpServer(the_app(), listener).stop()
    assert listener.fileno() == -1


def test_a_taken_port_is_named_with_the_flag_that_changes_it() -> None:
    with bind_tcp("127.0.0.1", 0, flag="--api-port") as first:
        port = first.getsockname()[1]
        with pytest.raises(PortTaken) as caught:
            bind_tcp("127.0.0.1", port, flag="--api-port")
    assert str(caught.value) == (f"port {port} on 127.0.0.1 is already in use; choose another with --api-port")


def test_an_address_of_somebody_else_is_named() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1:0: --api-port: cannot listen there"):
        bind_tcp("192.0.2.1", 0, flag="--api-port")


def test_a_port_that_cannot_be_is_named() -> None:
    with pytest.raises(ConfigError, match=r"127\.0\.0\.1:70000: --api-port"):
        bind_tcp("127.0.0.1", 70000, flag="--api-port")


def test_ipv6_works_too() -> None:
    with bind_tcp("::1", 0, flag="--api-port") as listener:
        assert listener.family == socket.AF_INET6


async def test_who_reads_nothing_and_answers_no_ping_is_cut_off() -> None:
    is_over = asyncio.Event()

    async def talkative(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "x" * 100_000})
        except OSError:
            is_over.set()

    server = HttpServer(talkative, bind_tcp("127.0.0.1", 0, flag="--port"), ping_s=0.1)
    await server.start()
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
        writer.write(
            b"GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        async with asyncio.timeout(10):
            await is_over.wait()
        writer.close()
    finally:
        await server.stop()
