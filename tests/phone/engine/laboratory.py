"""What the contract suite needs of an engine under test: endpoints at one PBX, and waiting for what they say.

To put another engine to the same tests, write its `Laboratory` and add it to `LABORATORIES`.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Protocol, TypeVar

from offhook.console.phone_client import PhoneAddress
from offhook.console.sip_client import SipClient
from offhook.dialects.registry import Registry
from offhook.errors import PhoneRefused
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountSettings, CallEnded, CallEngine, CallRef, EngineFact
from offhook.phone.engine.virtual import VirtualExchange
from tests.fakes.waiting import until
from tests.peers.kamailio import kamailio
from tests.peers.sip_library import need_sip_library

_F = TypeVar("_F", bound=EngineFact)

SUBSCRIBERS = {"1001": "Ann", "1002": "Bob", "1003": "Cleo"}
WAIT_S = 10.0
"""How long a fact may take: a limit for a test that fails, not a measurement."""


class Endpoint:
    """One engine and the facts it has said."""

    def __init__(self, engine: CallEngine) -> None:
        self.engine = engine
        self.facts: list[EngineFact] = []
        self._over: set[CallRef] = set()
        self._heard = asyncio.Event()

    def take(self, fact: EngineFact) -> None:
        self.facts.append(fact)
        if isinstance(fact, CallEnded):
            self._over.add(fact.call)
        self._heard.set()

    async def heard_the_end_of(self, *calls: CallRef) -> None:
        """Wait until all of these calls are over; which of them ends first, nobody promises."""
        async with asyncio.timeout(WAIT_S):
            while not self._over.issuperset(calls):
                self._heard.clear()
                await self._heard.wait()

    async def heard(self, kind: type[_F], matching: Callable[[_F], bool] = lambda fact: True) -> _F:
        """Wait for a fact and take it and those before it off the list."""
        async with asyncio.timeout(WAIT_S):
            while True:
                for index, fact in enumerate(self.facts):
                    if isinstance(fact, kind) and matching(fact):
                        del self.facts[: index + 1]
                        return fact
                self._heard.clear()
                await self._heard.wait()


class Laboratory(Protocol):
    """A PBX with the subscribers above; each has the password ``secret`` and its number."""

    host: str

    def close(self) -> None:
        """Take the PBX down."""

    def make_engine(self) -> CallEngine:
        """A fresh engine, not started."""

    async def command(self, user: str, text: str) -> tuple[int, str]:
        """Send a command by way of the PBX; gives the answer."""


class VirtualLaboratory:
    def __init__(self) -> None:
        self.host = "127.0.0.1"
        self._exchange = VirtualExchange(host=self.host)
        for user, name in SUBSCRIBERS.items():
            self._exchange.add_subscriber(user, f"secret{user}", name)

    def make_engine(self) -> CallEngine:
        return self._exchange.engine_for()

    async def command(self, user: str, text: str) -> tuple[int, str]:
        sent = self._exchange.command(user, text)
        await until(lambda: sent.status)
        return sent.status, sent.reason

    def close(self) -> None:
        """Nothing of it is outside the test."""


class SipLaboratory:
    """Real SIP: each engine a child process, the PBX Debian's Kamailio."""

    def __init__(self) -> None:
        need_sip_library()
        self._open = contextlib.ExitStack()
        self.host = self._open.enter_context(kamailio({user: f"secret{user}" for user in SUBSCRIBERS})).host

    def make_engine(self) -> CallEngine:
        return PjsipEngine(Configure(generation=0, address="127.0.0.1"))

    async def command(self, user: str, text: str) -> tuple[int, str]:
        address = PhoneAddress(user, f"sip:{user}@{self.host}", "1003", "secret1003")
        try:
            answer = await SipClient(WAIT_S).send(address, text, Registry().base)
        except PhoneRefused as refused:
            return refused.status, refused.answer
        return answer.status, "OK"

    def close(self) -> None:
        self._open.close()


LABORATORIES: dict[str, Callable[[], Laboratory]] = {"virtual": VirtualLaboratory, "pjsip": SipLaboratory}


def account(user: str, host: str, *, password: str | None = None, identity: str = "") -> AccountSettings:
    secret = f"secret{user}" if password is None else password
    return AccountSettings(identity or f"{user}-id", user, host, SUBSCRIBERS.get(user, ""), "", secret)
