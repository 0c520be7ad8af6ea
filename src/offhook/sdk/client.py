"""An async client of the console: its REST API and its event feed.

Source: console-api.md §4; the served `/api/v1/openapi.json`.
"""

import asyncio
from types import NoneType, TracebackType
from typing import Self

from offhook.console_api.preferences import SharedSettings
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Call, Command, Phone, Snapshot, Transfer, TransferState
from offhook.console_api.setup import PhoneAction, ReachTest, SetupSheet
from offhook.sdk.contacts import Contacts
from offhook.sdk.feed import EventFeed
from offhook.sdk.history import History
from offhook.sdk.http_link import API, HttpLink, path_part
from offhook.sdk.people import People
from offhook.sdk.verbs import Verbs

__all__ = ["ConsoleClient"]


class ConsoleClient(Verbs):
    """A console, seen by a program. Use it as an async context manager.

    The verbs are described at `Verbs`. Every method may raise `ConsoleUnreachable` and `ConsoleRefused` (with a stable
    ``error_id``), of which `ConsoleDidNotKnowYou`, `ConsoleForbade`, `ConsoleDidNotFind` and `ConsoleConflict` are
    kinds.

    Example::

        async with ConsoleClient("http://127.0.0.1:8800", token) as console:
            for phone in await console.phones():
                print(phone.name, phone.state)
    """

    def __init__(self, url: str, token: str) -> None:
        """Prepare; connects when first used.

        Args:
            url: The console's API, e.g. ``http://127.0.0.1:8800``.
            token: A bearer token that the console issued.
        """
        super().__init__(HttpLink(url, token))
        self.people = People(self._link)
        """Users, tokens and the audit."""
        self.contacts = Contacts(self._link)
        """Who calls and is called."""
        self.history = History(self._link)
        """What is over: history, notes, statistics."""

    async def __aenter__(self) -> Self:
        await self._link.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._link.__aexit__(kind, error, trace)

    async def snapshot(self) -> Snapshot:
        """Everything that is live, at one position of the feed."""
        return await self._link.ask("GET", "/snapshot", Snapshot)

    async def phones(self) -> list[Phone]:
        """Every phone the console knows."""
        return await self._link.ask("GET", "/phones", list[Phone])

    async def phone(self, phone: str) -> Phone:
        """One phone by its id."""
        return await self._link.ask("GET", f"/phones/{path_part(phone)}", Phone)

    async def calls(
        self, *, live: bool | None = None, phone: str | None = None, limit: int = 50, before: str | None = None
    ) -> list[Call]:
        """Calls, newest first.

        Args:
            live: Only those going on, or only those that ended; None for both.
            phone: Only calls this phone was in.
            before: Id of a call: only older ones, to page on.
        """
        is_live = None if live is None else str(live).lower()
        query = {"live": is_live, "phone": phone, "limit": limit, "before": before}
        return await self._link.ask("GET", "/calls", list[Call], query=query)

    async def call(self, call: str) -> Call:
        """One call by its id."""
        return await self._link.ask("GET", f"/calls/{path_part(call)}", Call)

    async def commands(self, *, phone: str | None = None, limit: int = 50) -> list[Command]:
        """Commands, newest first."""
        return await self._link.ask("GET", "/commands", list[Command], query={"phone": phone, "limit": limit})

    async def set_up_phone(self, phone: str, setup: PhoneSetup) -> Phone:
        """Make a phone known to the console, or edit what it knows."""
        return await self._link.ask("PUT", f"/phones/{path_part(phone)}", Phone, setup)

    async def remove_phone(self, phone: str) -> None:
        """Forget a phone and its set-up."""
        await self._link.ask("DELETE", f"/phones/{path_part(phone)}", NoneType)

    async def phone_setup(self, phone: str) -> SetupSheet:
        """What to enter at a phone: its 27 Action URLs, files that set them, and what to switch on there."""
        return await self._link.ask("GET", f"/phones/{path_part(phone)}/setup", SetupSheet)

    async def try_phone(self, phone: str) -> ReachTest:
        """Whether the console reaches a phone; presses no key."""
        return await self._link.ask("POST", f"/phones/{path_part(phone)}/reach", ReachTest)

    async def actions(
        self, *, phone: str | None = None, before: int | None = None, limit: int = 50
    ) -> list[PhoneAction]:
        """What phones sent, newest first, with what each request led to.

        Args:
            before: Number of a request: only older ones.
        """
        query = {"phone": phone, "before": before, "limit": limit}
        return await self._link.ask("GET", "/actions", list[PhoneAction], query=query)

    async def transfer_reached(self, transfer: str, *states: TransferState, timeout_s: float = 60.0) -> Transfer:
        """Wait until a transfer is in one of ``states``, or has ended; gives it as it is then.

        Example::

            transfer = await console.transfer(call.id, "1003", attended=True, wait=True)
            transfer = await console.transfer_reached(transfer.id, TransferState.ANSWERED)

        Raises:
            TimeoutError: Neither happened in time.
        """
        async with asyncio.timeout(timeout_s):
            now = await self.get_transfer(transfer)
            async with self.events(phones=[now.phone]) as feed:
                news = aiter(feed)
                while (now := await self.get_transfer(transfer)).state not in states and not now.state.is_final:
                    await anext(news)
        return now

    def events(
        self,
        *,
        after_seq: int | None = None,
        epoch: str | None = None,
        phones: list[str] | None = None,
        types: list[str] | None = None,
        groups: list[str] | None = None,
        at_most: int | None = None,
    ) -> EventFeed:
        """Everything that happens from now on, or after a position; see `EventFeed`.

        Args:
            after_seq: The last event you have, and ``epoch`` its journal.
            phones: Only events of these phones, and a snapshot of them alone.
            types: Only these types; `call.` means all of a kind.
            groups: The phones of the people in these groups, beside ``phones``.
            at_most: When more events than this were missed, a snapshot says more in less.

        Example::

            async with console.events(types=["call."]) as feed:
                async for event in feed:
                    print(event.type, event.phone)
        """
        url = self._link.url.replace("http", "ws", 1) + f"{API}/events"
        return EventFeed(
            self._link.session,
            url,
            after_seq=after_seq,
            epoch=epoch,
            phones=phones,
            types=types,
            groups=groups,
            at_most=at_most,
        )

    async def settings(self) -> SharedSettings:
        """What an administrator chose for everybody."""
        return await self._link.ask("GET", "/settings", SharedSettings)

    async def replace_settings(self, settings: SharedSettings) -> SharedSettings:
        """Choose for everybody; gives what is kept."""
        return await self._link.ask("PUT", "/settings", SharedSettings, settings)
