"""Users for tests: with passwords that cost nothing to check, and browsers signed in as somebody."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from argon2 import PasswordHasher

from offhook.console.access import SESSION_COOKIE, Access, Visitor
from offhook.console.passwords import Passwords
from offhook.console.store.memory import MemoryStore
from offhook.console.store.people import PeopleStore, UserRecord
from offhook.console.users import Users
from offhook.console_api.people import NewUser
from offhook.console_api.scopes import Role
from tests.console.running_console import RunningConsole

__all__ = ["CHEAP", "PASSWORD", "Browser", "browser_of", "some_access", "some_users"]

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "four quiet words"


def some_users(store: PeopleStore | None = None, **changes: Any) -> Users:
    return Users(store or MemoryStore(), Passwords(CHEAP), **changes)


def some_access(store: PeopleStore | None = None, **changes: Any) -> Access:
    store = store or MemoryStore()
    return Access(store, some_users(store, **changes), **changes)


class Browser:
    """Signed in as somebody; sends what our own page would."""

    def __init__(self, console: RunningConsole, user: UserRecord, session: str) -> None:
        self.console = console
        self.user = user
        self.headers = {"Cookie": f"{SESSION_COOKIE}={session}", "Origin": console.app.api_url}
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and JSON of one API request."""
        url = f"{self.console.app.api_url}/api/v1{path}"
        every = {**self.headers, **headers}
        async with self._http.request(method, url, json=body, headers=every, allow_redirects=False) as response:
            raw = await response.read()
            return response.status, msgspec.json.decode(raw) if raw else None

    async def close(self) -> None:
        await self._http.close()


@asynccontextmanager
async def browser_of(
    console: RunningConsole, role: Role, *phones: str, name: str = "anna", **fields: Any
) -> AsyncIterator[Browser]:
    """A browser signed in as a new user, without the cost of a password."""
    access = console.app.access
    user = await access.users.create(NewUser(name=name, role=role, phones=list(phones), **fields))
    browser = Browser(console, user, await access.open_session(user, Visitor("127.0.0.1", "a test")))
    try:
        yield browser
    finally:
        await browser.close()
