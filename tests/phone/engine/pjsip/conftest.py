"""Engines that call each other straight on loopback, each a child process."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
import pytest

from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountAccepted, AccountSettings, CallAnswered, CallRef, IncomingCall
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.laboratory import Endpoint


class SipEndpoint(Endpoint):
    """An engine with one account that needs no registrar."""

    engine: PjsipEngine

    @property
    def address(self) -> str:
        """Where it takes calls."""
        return f"127.0.0.1:{self.engine.port}"

    async def call(self, other: "SipEndpoint", *, user: str = "1002") -> tuple[CallRef, CallRef]:
        """Call and be answered."""
        here = self.engine.place("own", f"sip:{user}@{other.address}")
        there = (await other.heard(IncomingCall)).call
        other.engine.answer(there)
        await self.heard(CallAnswered)
        await other.heard(CallAnswered)
        return here, there


MakeSip = Callable[..., Awaitable[SipEndpoint]]


@pytest.fixture
async def sip() -> AsyncIterator[MakeSip]:
    need_sip_library()
    made: list[SipEndpoint] = []

    async def make(user: str = "1001", *, name: str = "", **settings: Any) -> SipEndpoint:
        configure = msgspec.structs.replace(Configure(generation=0, address="127.0.0.1"), **settings)
        one = SipEndpoint(PjsipEngine(configure))
        made.append(one)
        await one.engine.start(one.take)
        one.engine.register(AccountSettings("own", user, "127.0.0.1", name, is_registering=False))
        await one.heard(AccountAccepted)
        return one

    yield make
    for one in made:
        await one.engine.stop()
