"""Two real phones, a third to transfer to, and the console: every command is confirmed by the phone's own report."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from offhook.console_api.resources import Command
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import Account, Identity, Network, PhoneSettings
from offhook.phone.settings_file import with_console
from tests.console.running_console import RunningConsole, running_console

pytestmark = pytest.mark.interop

MACS = {extension: f"02000f00{extension}" for extension in ("1001", "1002", "1003")}


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    exchange = VirtualExchange()
    async with running_console(tmp_path, confirm_timeout_s=5.0, command_timeout_s=5.0) as running:
        phones = []
        try:
            for extension, mac in MACS.items():
                exchange.add_subscriber(extension, "secret", f"Phone {extension}")
                account = Account(user=extension, host="127.0.0.1", password="secret")
                settings = PhoneSettings(identity=Identity(mac=mac), network=Network(http_port=0), accounts=[account])
                phone = PhoneApp(with_console(settings, running.app.listener_url), exchange.engine_for(mac))
                await phone.start()
                phones.append(phone)
                setup = {"control_url": phone.url, "control_password": "admin", "account": f"{extension}@127.0.0.1"}
                assert (await running.ask("PUT", f"/phones/{mac}", setup))[0] == 200
            for mac in MACS.values():
                await happened(running, "line.registered", mac[-4:])
            yield running
        finally:
            await asyncio.gather(*(phone.stop() for phone in phones))


async def confirmed(console: RunningConsole, method: str, path: str, body: Any = None) -> Command:
    status, command = await console.ask(method, path, body)
    assert status == 202, command
    ended = await console.ended(command["id"])
    assert (ended.state, ended.reason) == ("confirmed", None)
    assert ended.proof is not None
    return ended


async def happened(console: RunningConsole, type_: str, extension: str) -> str:
    """The call it happened to; "" for what happens to no call."""
    event = await console.until(lambda event: event.type == type_ and event.phone == MACS[extension])
    return event.call or ""


async def test_a_call_from_dial_to_hang_up(console: RunningConsole) -> None:
    dialled = await confirmed(console, "POST", "/calls", {"phone": MACS["1001"], "number": "1002"})
    call = await happened(console, "call.delivered", "1002")
    assert dialled.call == call, "both ends are one call"
    await confirmed(console, "POST", f"/calls/{call}/answer")
    await happened(console, "call.established", "1001")
    caller = {"phone": MACS["1001"]}
    await confirmed(console, "PUT", f"/calls/{call}/hold", {"held": True, **caller})
    await confirmed(console, "PUT", f"/calls/{call}/hold", {"held": False, **caller})

    status, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "1003", **caller})
    assert status == 202
    transferred = await happened(console, "call.delivered", "1003")
    assert not (await console.reached(transfer["id"], "acknowledged")).state.is_final, "1003 has not answered yet"
    await confirmed(console, "POST", f"/calls/{transferred}/answer")
    assert (await console.ended(transfer["id"])).state == "confirmed"

    await confirmed(console, "DELETE", f"/calls/{transferred}/connections/{MACS['1003']}")
    await happened(console, "call.connection_cleared", "1002")


async def test_refusing_a_call(console: RunningConsole) -> None:
    await confirmed(console, "POST", "/calls", {"phone": MACS["1001"], "number": "1002"})
    call = await happened(console, "call.delivered", "1002")
    await confirmed(console, "POST", f"/calls/{call}/reject", {"phone": MACS["1002"]})
    await happened(console, "call.connection_cleared", "1002")


async def test_a_transfer_to_nobody_fails_and_the_call_is_back(console: RunningConsole) -> None:
    await confirmed(console, "POST", "/calls", {"phone": MACS["1001"], "number": "1002"})
    call = await happened(console, "call.delivered", "1002")
    await confirmed(console, "POST", f"/calls/{call}/answer")
    await happened(console, "call.established", "1001")
    _, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "9999", "phone": MACS["1001"]})
    ended = await console.ended(transfer["id"])
    assert (ended.state, ended.reason) == ("rejected", "the transfer failed; the call is back at the phone")
    await confirmed(console, "DELETE", f"/calls/{call}/connections/{MACS['1001']}")


async def test_do_not_disturb_and_restart(console: RunningConsole) -> None:
    await confirmed(console, "PUT", f"/phones/{MACS['1003']}/dnd", {"on": True})
    await confirmed(console, "PUT", f"/phones/{MACS['1003']}/dnd", {"on": False})
    await confirmed(console, "POST", f"/phones/{MACS['1003']}/restart")


async def test_a_wrong_password_is_named(console: RunningConsole) -> None:
    _, phone = await console.ask("GET", f"/phones/{MACS['1001']}")
    setup = {"control_url": phone["control_url"], "control_password": "wrong"}
    await console.ask("PUT", f"/phones/{MACS['1001']}", setup)
    _, command = await console.ask("PUT", f"/phones/{MACS['1001']}/dnd", {"on": True})
    ended = await console.ended(command["id"])
    assert ended.state == "rejected"
    assert ended.reason is not None and "user or password" in ended.reason
