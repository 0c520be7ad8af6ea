"""Each of the 27 events with its real cause: phones with the SIP engine, registered at Kamailio.

What is done and what is reported because of it is the same list as for the virtual engine. The order of reports about
different calls is not: SIP promises none.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.settings_file import with_console
from offhook.protocol.events import Event
from tests.fakes.desk import is_registered, phone_settings
from tests.fakes.scripted_console import ScriptedConsole
from tests.fakes.waiting import until
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.sip_library import need_sip_library
from tests.peers.sipp import ACK, CANCEL, INVITE, expect, sipp
from tests.phone.test_app import CAUSES, Scene

pytestmark = pytest.mark.interop

EXTENSIONS = ("1001", "1002", "1003")


@pytest.fixture
def exchange() -> Iterator[Kamailio]:
    need_sip_library()
    with kamailio(dict.fromkeys(EXTENSIONS, "pw")) as running:
        yield running


@pytest.fixture
async def console() -> AsyncIterator[ScriptedConsole]:
    async with ScriptedConsole() as running:
        yield running


def phone_at(exchange: Kamailio, console: ScriptedConsole, extension: str) -> PhoneApp:
    plain = phone_settings(extension)
    accounts = [msgspec.structs.replace(account, host=exchange.host) for account in plain.accounts]
    settings = with_console(msgspec.structs.replace(plain, accounts=accounts), console.url)
    return PhoneApp(settings, PjsipEngine(configure_from(settings)))


@pytest.fixture
async def scene(exchange: Kamailio, console: ScriptedConsole) -> AsyncIterator[Scene]:
    phones = [phone_at(exchange, console, extension) for extension in EXTENSIONS]
    try:
        for phone in phones:
            await phone.start()
        await until(lambda: all(is_registered(phone) for phone in phones))
        scene = Scene(console, phones)
        await scene.settle()
        yield scene
    finally:
        for phone in phones:
            await phone.stop()


@pytest.mark.parametrize(("cause", "events"), list(CAUSES.values()), ids=list(CAUSES))
async def test_what_happens_in_a_real_call_is_reported(
    scene: Scene, cause: Callable[[Scene], Awaitable[None]], events: list[Event]
) -> None:
    scene.forget()
    await cause(scene)
    await scene.settle()
    await until(lambda: Counter(scene.heard()) == Counter(events))


@pytest.mark.parametrize(
    ("reason", "is_missed"),
    [("", True), ('SIP;cause=200;text="Call completed elsewhere"', False)],
    ids=["caller gives up", "answered elsewhere"],
)
async def test_a_call_that_another_phone_answered_was_not_missed(
    console: ScriptedConsole, tmp_path: Path, reason: str, is_missed: bool
) -> None:
    need_sip_library()
    plain = with_console(phone_settings("1001"), console.url)
    accounts = [msgspec.structs.replace(account, is_registering=False) for account in plain.accounts]
    settings = msgspec.structs.replace(plain, accounts=accounts)
    engine = PjsipEngine(configure_from(settings))
    phone = PhoneApp(settings, engine)
    await phone.start()
    scene = Scene(console, [phone])
    cancelled = (INVITE(), expect("100"), expect("180"), CANCEL(reason), expect("200"), expect("487"), ACK())
    try:
        async with sipp(tmp_path, *cancelled, to=f"127.0.0.1:{engine.port}", user="1001") as caller:
            await caller.succeeded()
        await until(lambda: scene.heard()[-1:] == [Event.BUSY_TO_IDLE])
    finally:
        await phone.stop()
    assert (Event.MISSED in scene.heard()) is is_missed


@pytest.mark.timeout(40)
async def test_a_registrar_that_goes_and_comes_back(exchange: Kamailio, console: ScriptedConsole) -> None:
    exchange.stop()
    phone = phone_at(exchange, console, "1001")
    await phone.start()
    scene = Scene(console, [phone])
    try:
        await until(lambda: Event.REGISTRATION_FAILED in scene.heard())
        exchange.start()
        await until(lambda: Event.REGISTERED in scene.heard(), within_s=25.0)
    finally:
        await phone.stop()
    await until(lambda: scene.heard()[-1] is Event.UNREGISTERED)
    assert scene.heard() == [
        Event.SETUP_COMPLETED,
        Event.REGISTRATION_FAILED,
        Event.REGISTERED,
        Event.UNREGISTERED,
    ]
