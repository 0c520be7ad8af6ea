"""An async client of the console's REST API.

Source: console-api.md §4; the served `/api/v1/openapi.json`.
"""

from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from offhook.console_api.requests import (
    AnswerRequest,
    DialRequest,
    DigitsRequest,
    DndRequest,
    HoldRequest,
    KeysRequest,
    PhoneSetup,
    TransferRequest,
)
from offhook.console_api.resources import Call, Command, Phone, Problem, Snapshot
from offhook.errors import ConsoleRefused, ConsoleUnreachable
from offhook.sdk.feed import EventFeed

__all__ = ["ConsoleClient"]

_Answer = TypeVar("_Answer")
_API = "/api/v1"
_TIMEOUT = aiohttp.ClientTimeout(total=30)


class ConsoleClient:
    """A console, seen by a program. Use it as an async context manager.

    Verbs return the `Command` as it was accepted (usually queued); what becomes of it arrives on the feed, or is asked
    for with `command`. Every method may raise `ConsoleUnreachable` and `ConsoleRefused` (with a stable ``error_id``).
    """

    def __init__(self, url: str, token: str) -> None:
        """Prepare; connects when first used.

        Args:
            url: The console's API, e.g. ``http://127.0.0.1:8800``.
            token: A bearer token that the console issued.
        """
        self._url = url.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {self._token}"}, timeout=_TIMEOUT, trust_env=False
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    # --- reading ---------------------------------------------------------------------------------------------------

    async def snapshot(self) -> Snapshot:
        """Everything that is live, at one position of the feed."""
        return await self._ask("GET", "/snapshot", Snapshot)

    async def phones(self) -> list[Phone]:
        """Every phone the console knows."""
        return await self._ask("GET", "/phones", list[Phone])

    async def phone(self, phone: str) -> Phone:
        """One phone by its id."""
        return await self._ask("GET", f"/phones/{_segment(phone)}", Phone)

    async def calls(self, *, live: bool, phone: str | None = None, limit: int = 50) -> list[Call]:
        """Calls, newest first; ``live`` chooses between those going on and those that ended."""
        query = f"?live={'true' if live else 'false'}&limit={limit}"
        if phone is not None:
            query += f"&phone={_segment(phone)}"
        return await self._ask("GET", f"/calls{query}", list[Call])

    async def call(self, call: str) -> Call:
        """One call by its id."""
        return await self._ask("GET", f"/calls/{_segment(call)}", Call)

    async def command(self, command: str) -> Command:
        """What became of a command."""
        return await self._ask("GET", f"/commands/{_segment(command)}", Command)

    def events(
        self,
        *,
        after_seq: int | None = None,
        epoch: str | None = None,
        phones: list[str] | None = None,
        types: list[str] | None = None,
    ) -> EventFeed:
        """Everything that happens from now on, or after a position; see `EventFeed`."""
        session = self._connected()
        url = self._url.replace("http", "ws", 1) + f"{_API}/events"
        return EventFeed(session, url, after_seq=after_seq, epoch=epoch, phones=phones, types=types)

    # --- set-up ----------------------------------------------------------------------------------------------------

    async def set_up_phone(self, phone: str, setup: PhoneSetup) -> Phone:
        """Make a phone known to the console, or edit what it knows."""
        return await self._ask("PUT", f"/phones/{_segment(phone)}", Phone, setup)

    # --- verbs -----------------------------------------------------------------------------------------------------

    async def dial(self, phone: str, number: str) -> Command:
        """Let a phone call a number."""
        return await self._ask("POST", "/calls", Command, DialRequest(phone=phone, number=number))

    async def answer(self, call: str, *, phone: str | None = None) -> Command:
        """Let the ringing phone answer; ``phone`` chooses when several ring."""
        return await self._ask("POST", f"/calls/{_segment(call)}/answer", Command, AnswerRequest(phone=phone))

    async def reject(self, call: str, *, phone: str | None = None) -> Command:
        """Let the ringing phone refuse the call."""
        return await self._ask("POST", f"/calls/{_segment(call)}/reject", Command, AnswerRequest(phone=phone))

    async def hang_up(self, call: str, connection: str) -> Command:
        """End a call at one phone."""
        path = f"/calls/{_segment(call)}/connections/{_segment(connection)}"
        return await self._ask("DELETE", path, Command)

    async def hold(self, call: str, *, held: bool, phone: str | None = None) -> Command:
        """Put a call on hold, or take it back: a wished state, never a toggle."""
        body = HoldRequest(held=held, phone=phone)
        return await self._ask("PUT", f"/calls/{_segment(call)}/hold", Command, body)

    async def send_digits(self, call: str, digits: str, *, phone: str | None = None) -> Command:
        """Send digits out of ``0123456789*#`` into a call."""
        body = DigitsRequest(digits=digits, phone=phone)
        return await self._ask("POST", f"/calls/{_segment(call)}/digits", Command, body)

    async def transfer(self, call: str, target: str, *, phone: str | None = None) -> Command:
        """Send the other party of a call to ``target`` (blind)."""
        body = TransferRequest(call=call, target=target, phone=phone)
        return await self._ask("POST", "/transfers", Command, body)

    async def set_dnd(self, phone: str, *, on: bool) -> Command:
        """Turn do-not-disturb on or off."""
        return await self._ask("PUT", f"/phones/{_segment(phone)}/dnd", Command, DndRequest(on=on))

    async def press_keys(self, phone: str, keys: list[str]) -> Command:
        """Press keys as at the phone."""
        return await self._ask("POST", f"/phones/{_segment(phone)}/keys", Command, KeysRequest(keys=keys))

    async def restart(self, phone: str) -> Command:
        """Reboot a phone."""
        return await self._ask("POST", f"/phones/{_segment(phone)}/restart", Command)

    # --- the one way out -------------------------------------------------------------------------------------------

    async def _ask(self, method: str, path: str, answer: type[_Answer], body: msgspec.Struct | None = None) -> _Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        data = msgspec.json.encode(body) if body is not None else None
        try:
            async with self._connected().request(
                method, self._url + _API + path, data=data, headers=headers
            ) as response:
                raw = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as reason:
            raise ConsoleUnreachable(self._url, str(reason) or type(reason).__name__) from reason
        if response.status >= 400:
            raise _refusal(response.status, raw)
        try:
            return msgspec.json.decode(raw, type=answer)
        except msgspec.DecodeError as reason:
            raise ConsoleRefused(
                response.status, "unreadable-answer", f"the console's answer makes no sense: {reason}"
            ) from reason

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise ConsoleUnreachable(self._url, "use the client as `async with ConsoleClient(...) as console`")
        return self._session


def _segment(text: str) -> str:
    return quote(text, safe=":")


def _refusal(status: int, raw: bytes) -> ConsoleRefused:
    try:
        problem: Any = msgspec.json.decode(raw, type=Problem)
    except msgspec.DecodeError:
        return ConsoleRefused(status, "unreadable-answer", f"the console answered {status}")
    return ConsoleRefused(status, problem.error_id, problem.message)
