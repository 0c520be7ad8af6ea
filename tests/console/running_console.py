"""A console on real ports, with an API client, a reader of its feed, and a way to report as phones do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import msgspec

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console_api.envelope import Envelope
from offhook.console_api.frames import EventFrame, HelloFrame, ServerFrame
from offhook.console_api.resources import Command
from tests.fakes.scripted_phone import ScriptedPhone

__all__ = ["MAC", "RunningConsole", "running_console"]

MAC = "02000f001001"
_LIMIT_S = 10.0
_frames = msgspec.json.Decoder(ServerFrame)


class RunningConsole:
    """What tests ask and wait for."""

    def __init__(self, app: ConsoleApp, http: aiohttp.ClientSession, token: str) -> None:
        self.app = app
        self.http = http
        self.token = token
        self.events: list[Envelope] = []
        self._news = asyncio.Condition()

    async def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of one API request, with the token."""
        every = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        async with self.http.request(
            method, f"{self.app.api_url}/api/v1{path}", json=body, headers=every, allow_redirects=False
        ) as response:
            raw = await response.read()
            return response.status, msgspec.json.decode(raw) if raw else None

    async def report(self, event: str, mac: str = MAC, **variables: str) -> None:
        """Report as a phone does."""
        url = f"{self.app.listener_url}/{event}.xml?{urlencode({'mac': mac, **variables})}"
        async with self.http.get(url) as response:
            assert response.status == 200

    async def set_up(self, phone: ScriptedPhone, mac: str = MAC, **changes: str) -> None:
        """Tell the console how to command a phone."""
        setup = {"control_url": phone.url, "control_password": "admin", "account": "1001@pbx", **changes}
        status, answer = await self.ask("PUT", f"/phones/{mac}", setup)
        assert status == 200, answer

    async def ringing(self, mac: str = MAC, call_id: str = "a1") -> str:
        """Let a call ring; gives its id."""
        await self.report("incoming", mac, call_id=call_id, active_user="1001", remote="sip:1002@pbx")
        return await self.call_at(mac)

    async def talking(self, mac: str = MAC, call_id: str = "a1") -> str:
        """Let a call be talked on; gives its id."""
        call = await self.ringing(mac, call_id)
        await self.report("established", mac, call_id=call_id)
        return call

    async def call_at(self, mac: str) -> str:
        """Id of the newest live call of a phone."""
        _, calls = await self.ask("GET", f"/calls?live=true&phone={mac}")
        return str(calls[0]["id"])

    async def until(self, wanted: Callable[[Envelope], bool]) -> Envelope:
        """The first event of the feed that is wanted."""
        async with asyncio.timeout(_LIMIT_S), self._news:
            await self._news.wait_for(lambda: any(map(wanted, self.events)))
        return next(filter(wanted, self.events))

    async def reached(self, command: str, *states: str) -> Command:
        """The command once it is in one of these states."""
        event = await self.until(
            lambda event: event.command == command and event.type.removeprefix("command.") in states
        )
        return msgspec.convert(event.detail, Command)

    async def ended(self, command: str) -> Command:
        """The command once it is over."""
        event = await self.until(
            lambda event: event.command == command and msgspec.convert(event.detail, Command).state.is_final
        )
        return msgspec.convert(event.detail, Command)

    def states_of(self, command: str) -> list[str]:
        """Every state the feed told of a command, in order."""
        return [event.type.removeprefix("command.") for event in self.events if event.command == command]

    async def follow(self, is_ready: asyncio.Event) -> None:
        url = f"{self.app.api_url}/api/v1/events"
        async with self.http.ws_connect(url, headers={"Authorization": f"Bearer {self.token}"}) as socket:
            async for message in socket:
                frame = _frames.decode(message.data)
                if isinstance(frame, HelloFrame):
                    is_ready.set()
                if isinstance(frame, EventFrame):
                    async with self._news:
                        self.events.append(frame.data)
                        self._news.notify_all()


@asynccontextmanager
async def running_console(folder: Path, **changes: Any) -> AsyncIterator[RunningConsole]:
    settings = ConsoleSettings(
        **{
            "data": folder,
            "api_port": 0,
            "listener_port": 0,
            "command_timeout_s": 2.0,
            "confirm_timeout_s": 2.0,
            **changes,
        }
    )
    app = ConsoleApp(settings)
    await app.start()
    try:
        async with aiohttp.ClientSession() as http:
            console = RunningConsole(app, http, await app.issue_token("tests"))
            is_ready = asyncio.Event()
            following = asyncio.create_task(console.follow(is_ready))
            async with asyncio.timeout(_LIMIT_S):
                await is_ready.wait()
            try:
                yield console
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
    finally:
        await app.stop()
