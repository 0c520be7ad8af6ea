"""The operator's story, told through the console's API alone, with three SIP phones registered at Kamailio."""

import io
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.console_api.requests import PhoneSetup
from offhook.demo.cast import CAST, Role, phone_settings
from offhook.demo.tour import Tour
from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.settings import PhoneSettings
from offhook.sdk import ConsoleClient
from tests.fakes.waiting import until
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.sip_library import need_sip_library

pytestmark = pytest.mark.interop


@pytest.fixture
def exchange() -> Iterator[Kamailio]:
    need_sip_library()
    with kamailio({role.extension: role.password for role in CAST}) as running:
        yield running


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleApp]:
    app = ConsoleApp(ConsoleSettings(data=tmp_path, api_port=0, listener_port=0))
    await app.start()
    yield app
    await app.stop()


def settings_for(role: Role, exchange: Kamailio, console: ConsoleApp) -> PhoneSettings:
    plain = phone_settings(role, http_port=0, listener_url=console.listener_url)
    accounts = [msgspec.structs.replace(account, host=exchange.host) for account in plain.accounts]
    return msgspec.structs.replace(plain, accounts=accounts)


async def introduce(client: ConsoleClient, role: Role, phone: PhoneApp, exchange: Kamailio) -> None:
    login = phone.settings.login
    setup = PhoneSetup(
        name=role.name,
        extension=role.extension,
        account=f"{role.extension}@{exchange.host}",
        control_url=phone.url,
        control_user=login.user,
        control_password=login.password,
    )
    await client.set_up_phone(role.mac, setup)


@pytest.fixture
async def phones(exchange: Kamailio, console: ConsoleApp) -> AsyncIterator[dict[str, PhoneApp]]:
    running: dict[str, PhoneApp] = {}
    for role in CAST:
        settings = settings_for(role, exchange, console)
        running[role.extension] = PhoneApp(settings, PjsipEngine(configure_from(settings)))
        await running[role.extension].start()
    yield running
    for phone in running.values():
        await phone.stop()


def states(phones: dict[str, PhoneApp]) -> set[str]:
    return {account.state.value for phone in phones.values() for account in phone.device.status.accounts}


@pytest.mark.timeout(60)
async def test_every_command_is_proved_by_the_phones_own_report(
    exchange: Kamailio, console: ConsoleApp, phones: dict[str, PhoneApp]
) -> None:
    out = io.StringIO()
    async with ConsoleClient(console.api_url, await console.issue_token("story")) as client:
        for role in CAST:
            await introduce(client, role, phones[role.extension], exchange)
        await until(lambda: states(phones) == {"registered"})
        extensions = ("1001", "1002", "1003")
        assert await Tour(client, extensions, Console(file=out, width=300)).run(), out.getvalue()
    assert "✗" not in out.getvalue()


@pytest.mark.timeout(60)
async def test_a_call_engine_that_dies_is_reported_and_comes_back(phones: dict[str, PhoneApp]) -> None:
    await until(lambda: states(phones) == {"registered"})
    phone = phones["1001"]
    phone.device.dial("1002")
    await until(lambda: phones["1002"].device.status.calls)
    engine = phone._engine  # noqa: SLF001 - there is no other way to its child, and nobody else needs one
    assert isinstance(engine, PjsipEngine) and engine.child_id is not None
    os.kill(engine.child_id, signal.SIGKILL)
    await until(lambda: not phone.device.status.calls)
    await until(lambda: states({"1001": phone}) == {"registered"})


@pytest.mark.timeout(60)
async def test_an_attended_transfer_and_a_call_put_off_by_do_not_disturb(
    exchange: Kamailio, console: ConsoleApp, phones: dict[str, PhoneApp]
) -> None:
    anna, ben, chloe = (role.mac for role in CAST)
    async with ConsoleClient(console.api_url, await console.issue_token("story")) as client, client.events() as feed:
        for role in CAST:
            await introduce(client, role, phones[role.extension], exchange)
        await until(lambda: states(phones) == {"registered"})

        async def seen(kind: EventType, phone: str) -> Envelope:
            async for event in feed:
                if event.type is kind and event.phone == phone:
                    return event
            raise AssertionError("the feed ended")

        await client.dial(anna, "1002")
        first = (await seen(EventType.CALL_DELIVERED, ben)).call or ""
        await client.answer(first, phone=ben)
        await seen(EventType.CALL_ESTABLISHED, anna)
        await client.press_keys(anna, ["F_TRANSFER", "1", "0", "0", "3", "OK"])
        second = (await seen(EventType.CALL_DELIVERED, chloe)).call or ""
        await client.answer(second, phone=chloe)
        await seen(EventType.CALL_ESTABLISHED, anna)
        await client.press_keys(anna, ["F_TRANSFER"])
        await seen(EventType.CALL_TRANSFERRED, anna)
        await until(lambda: not phones["1001"].device.status.calls)
        talks = [phones[user].device.status.calls for user in ("1002", "1003")]
        (bens,), (chloes,) = talks
        assert bens.call_id == chloes.call_id
        assert (bens.number, chloes.number) == ("1003", "1002")

        await client.set_dnd(anna, on=True)
        await seen(EventType.PHONE_DND_CHANGED, anna)
        await client.press_keys(ben, ["X"])
        await until(lambda: not phones["1002"].device.status.calls)
        await client.dial(ben, "1001")
        await until(lambda: phones["1002"].device.status.notice != "")
        assert not phones["1001"].device.status.calls
