import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from offhook.errors import ConfigError, OffhookError, PortTaken
from offhook.phone.web.listener import Listener
from offhook.runtime.http_server import AsgiApp, bind_tcp
from tests.fakes.waiting import until

Send = Callable[[dict[str, object]], Awaitable[None]]


class Site:
    """Answers with its number, when it is told to."""

    def __init__(self) -> None:
        self.made = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.asked = asyncio.Event()

    def make(self) -> AsgiApp:
        self.made += 1
        number = str(self.made).encode()

        async def app(scope: dict[str, object], receive: Callable[[], Awaitable[object]], send: Send) -> None:
            if scope["type"] == "lifespan":
                for stage in ("startup", "shutdown"):
                    await receive()
                    await send({"type": f"lifespan.{stage}.complete"})
                return
            self.asked.set()
            await self.may_answer.wait()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
            await send({"type": "http.response.body", "body": number})

        return app


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def listener(site: Site) -> AsyncIterator[Listener]:
    listener = Listener(site.make)
    await listener.open("127.0.0.1", 0)
    yield listener
    await listener.stop()


async def ask(host: str, port: int) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/") as answer:
        return await answer.text()


async def is_closed(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except ConnectionError:
        return True
    writer.close()
    return False


async def until_closed(host: str, port: int) -> None:
    async with asyncio.timeout(10):
        while not await is_closed(host, port):
            pass


async def test_it_says_where_it_is(listener: Listener) -> None:
    assert await ask("127.0.0.1", listener.port) == "1"
    assert listener.is_at("127.0.0.1", 0)
    assert listener.is_at("127.0.0.1", listener.port)
    assert not listener.is_at("127.0.0.2", listener.port)
    assert not listener.is_at("127.0.0.1", listener.port + 1)


async def test_a_taken_port_is_told(listener: Listener, site: Site) -> None:
    second = Listener(site.make)
    with pytest.raises(PortTaken) as caught:
        await second.open("127.0.0.1", listener.port)
    assert caught.value.flag == "--http-port"
    await second.stop()


async def test_moving_opens_the_new_place_before_it_closes_the_old_one(listener: Listener, site: Site) -> None:
    old = listener.port
    site.may_answer.clear()
    unanswered = asyncio.create_task(ask("127.0.0.1", old))
    await site.asked.wait()
    await listener.move("127.0.0.3", 0)
    site.may_answer.set()
    assert await unanswered == "1"  # who had asked at the old place is answered there
    assert await ask("127.0.0.3", listener.port) == "2"
    await until_closed("127.0.0.1", old)


async def test_a_place_that_cannot_be_had_changes_nothing(listener: Listener) -> None:
    port = listener.port
    with bind_tcp("127.0.0.4", 0, flag="") as taken:
        with pytest.raises(PortTaken):
            await listener.move("127.0.0.4", taken.getsockname()[1])
    with pytest.raises(ConfigError):
        await listener.move("192.0.2.1", 0)
    assert listener.port == port
    assert await ask("127.0.0.1", port) == "1"


async def test_moving_to_all_addresses_on_the_same_port_closes_first(listener: Listener, site: Site) -> None:
    port = listener.port
    await listener.move("0.0.0.0", port)
    await until(lambda: site.made == 2 and listener.is_at("0.0.0.0", port))
    assert await ask("127.0.0.5", port) == "2"


async def test_when_that_does_not_work_the_old_place_is_opened_again(site: Site) -> None:
    told: list[OffhookError] = []
    listener = Listener(site.make, on_stuck=told.append)
    await listener.open("127.0.0.1", 0)
    port = listener.port
    with bind_tcp("127.0.0.6", port, flag=""):  # somebody else has this port on another address
        await listener.move("0.0.0.0", port)
        await until(lambda: told and site.made == 2)
    assert isinstance(told[0], PortTaken)
    assert listener.is_at("127.0.0.1", port)
    assert await ask("127.0.0.1", port) == "2"
    await listener.stop()


async def test_quiet_is_when_everybody_has_an_answer(site: Site) -> None:
    listener = Listener(site.make)
    await listener.open("127.0.0.1", 0)
    await listener.quiet()
    site.may_answer.clear()
    unanswered = asyncio.create_task(ask("127.0.0.1", listener.port))
    await site.asked.wait()
    waiting = asyncio.create_task(listener.quiet())
    await asyncio.wait({waiting}, timeout=0.01)
    assert not waiting.done()
    site.may_answer.set()
    await waiting
    assert await unanswered == "1"
    await listener.stop()


async def test_stopping_what_was_never_open(site: Site) -> None:
    listener = Listener(site.make)
    assert listener.port == 0
    await listener.stop()
