import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.web.face_feed import FEED_PATH, LOG_IN, MAX_FEEDS, REFUSED, TOO_MANY
from offhook.protocol.keys import Key
from tests.fakes.desk import LOGIN, phone_settings, running
from tests.fakes.waiting import until


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


@pytest.fixture
async def visitor(phone: PhoneApp) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        await log_in(phone, session)
        yield session


async def log_in(phone: PhoneApp, session: aiohttp.ClientSession) -> None:
    form = {"user": LOGIN.user, "password": LOGIN.password}
    async with session.post(f"{phone.url}/login", data=form, allow_redirects=False) as answer:
        assert answer.status == 303


async def next_face(socket: aiohttp.ClientWebSocketResponse, is_it: Callable[[Any], bool] = lambda face: True) -> Any:
    while True:
        face = json.loads(await socket.receive_str(timeout=10))
        if is_it(face):
            return face


async def close_code(session: aiohttp.ClientSession, url: str, **headers: str) -> int | None:
    async with session.ws_connect(url, headers=headers) as socket:
        message = await socket.receive(timeout=10)
        assert message.type is aiohttp.WSMsgType.CLOSE
        return socket.close_code


async def test_the_screen_comes_at_once_and_on_change(phone: PhoneApp, visitor: aiohttp.ClientSession) -> None:
    async with visitor.ws_connect(f"{phone.url}{FEED_PATH}") as socket:
        face = await next_face(socket)
        assert face["screen"]["title"] == "1001 Phone 1001"
        assert (face["is_restarting"], face["note"]) == (False, "")
        phone.device.press(Key("4"))
        face = await next_face(socket)
        assert [line["text"] for line in face["screen"]["lines"]] == ["4"]
    await until(lambda: not phone.watchers)


async def test_timers_tick_without_anything_happening() -> None:
    exchange = VirtualExchange()
    async with running(exchange=exchange) as phone, running(phone_settings("1002"), exchange=exchange) as other:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            await log_in(phone, session)
            phone.device.dial("1002")
            await until(lambda: other.device.status.calls)
            other.device.press(Key.OK)
            async with session.ws_connect(f"{phone.url}{FEED_PATH}") as socket:
                await next_face(socket, lambda face: "00:01" in face["screen"]["lines"][0]["detail"])


async def test_the_feed_goes_on_after_a_restart(phone: PhoneApp, visitor: aiohttp.ClientSession) -> None:
    async with visitor.ws_connect(f"{phone.url}{FEED_PATH}") as socket:
        await next_face(socket)
        before = phone.device
        phone.device.press(Key.REBOOT)
        await until(lambda: phone.device is not before and not phone.is_restarting)
        phone.device.press(Key("7"))
        await next_face(socket, lambda face: [line["text"] for line in face["screen"]["lines"]] == ["7"])


async def test_it_is_for_those_who_are_logged_in(phone: PhoneApp) -> None:
    async with aiohttp.ClientSession() as stranger:
        assert await close_code(stranger, f"{phone.url}{FEED_PATH}") == LOG_IN
        basic = aiohttp.encode_basic_auth(LOGIN.user, LOGIN.password)
        assert await close_code(stranger, f"{phone.url}{FEED_PATH}", Authorization=basic) == LOG_IN


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:1", "null"])
async def test_another_sites_page_sees_nothing(phone: PhoneApp, visitor: aiohttp.ClientSession, origin: str) -> None:
    assert await close_code(visitor, f"{phone.url}{FEED_PATH}", Origin=origin) == REFUSED


async def test_it_ends_with_the_session(phone: PhoneApp, visitor: aiohttp.ClientSession) -> None:
    async with visitor.get(f"{phone.url}/") as answer:
        token = (await answer.text()).partition('name="form_token" value="')[2].partition('"')[0]
    async with visitor.ws_connect(f"{phone.url}{FEED_PATH}", origin=phone.url) as socket:
        await next_face(socket)
        async with visitor.post(f"{phone.url}/logout", data={"form_token": token}, allow_redirects=False) as answer:
            assert answer.status == 303
        assert (await socket.receive(timeout=10)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == LOG_IN


async def test_so_many_and_no_more(phone: PhoneApp, visitor: aiohttp.ClientSession) -> None:
    sockets = [await visitor.ws_connect(f"{phone.url}{FEED_PATH}") for _ in range(MAX_FEEDS)]
    for socket in sockets:
        await next_face(socket)
    assert await close_code(visitor, f"{phone.url}{FEED_PATH}") == TOO_MANY
    await asyncio.gather(*(socket.close() for socket in sockets))
    await until(lambda: not phone.watchers)
    async with visitor.ws_connect(f"{phone.url}{FEED_PATH}") as socket:
        await next_face(socket)


async def test_what_a_browser_sends_does_not_matter(phone: PhoneApp, visitor: aiohttp.ClientSession) -> None:
    async with visitor.ws_connect(f"{phone.url}{FEED_PATH}") as socket:
        await next_face(socket)
        await socket.send_str("{" * 10_000)
        await socket.send_bytes(b"\xff")
        phone.device.press(Key("1"))
        await next_face(socket)


async def test_the_phone_stops_with_faces_open() -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with running() as phone:
            await log_in(phone, session)
            socket = await session.ws_connect(f"{phone.url}{FEED_PATH}")
            await next_face(socket)
        assert not phone.watchers
        while (message := await socket.receive(timeout=10)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
