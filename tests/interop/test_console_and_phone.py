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


async def cleared(console: RunningConsole, call: str, extension: str) -> None:
    """A call is over at one phone."""
    connection = f"{call}:{MACS[extension]}"
    await console.until(lambda event: event.type == "call.connection_cleared" and event.connection == connection)


async def consulting(console: RunningConsole) -> tuple[str, str, str]:
    """1001 talks to 1002 and calls 1003, which rings: the call, the transfer, the call to 1003."""
    await confirmed(console, "POST", "/calls", {"phone": MACS["1001"], "number": "1002"})
    call = await happened(console, "call.delivered", "1002")
    await confirmed(console, "POST", f"/calls/{call}/answer")
    await happened(console, "call.established", "1001")
    body = {"call": call, "target": "1003", "flow": "attended", "phone": MACS["1001"]}
    status, transfer = await console.ask("POST", "/transfers", body)
    assert status == 202
    assert (await console.ended(transfer["id"])).state == "confirmed"
    return call, transfer["id"], await happened(console, "call.delivered", "1003")


async def test_a_call_is_handed_over_while_the_target_still_rings(console: RunningConsole) -> None:
    call, transfer, asked = await consulting(console)
    _, shown = await console.ask("GET", f"/transfers/{transfer}")
    assert (shown["state"], shown["verbs"]) == ("ringback", ["complete_transfer", "cancel_transfer"])
    status, complete = await console.ask("POST", f"/transfers/{transfer}/complete")
    assert status == 202, complete
    await cleared(console, asked, "1001")
    _, shown = await console.ask("GET", f"/transfers/{transfer}")
    assert (shown["state"], shown["verbs"]) == ("ringback", []), "1003 rings on, for 1002 now"
    again = await console.until(
        lambda event: event.type == "call.delivered" and event.phone == MACS["1003"] and event.call != asked
    )
    await confirmed(console, "POST", f"/calls/{again.call}/answer")
    ended = await console.ended(complete["id"])
    proof = await console.until(lambda event: event.id == ended.proof)
    assert (ended.state, proof.type, proof.call) == ("confirmed", "call.transferred", call)
    assert (await console.ask("GET", f"/transfers/{transfer}"))[1]["state"] == "completed"


async def test_a_target_that_does_not_answer_gives_the_call_back(console: RunningConsole) -> None:
    _, transfer, asked = await consulting(console)
    _, complete = await console.ask("POST", f"/transfers/{transfer}/complete")
    again = await console.until(
        lambda event: event.type == "call.delivered" and event.phone == MACS["1003"] and event.call != asked
    )
    await confirmed(console, "POST", f"/calls/{again.call}/reject")
    ended = await console.ended(complete["id"])
    assert (ended.state, ended.reason) == ("rejected", "the transfer failed; the call is back at the phone")
    assert (await console.ask("GET", f"/transfers/{transfer}"))[1]["state"] == "abandoned"


@pytest.mark.parametrize("ended_by", ["first", "second"])
async def test_a_conference_is_left_by_hanging_up_and_the_others_go_on(console: RunningConsole, ended_by: str) -> None:
    first, _, second = await consulting(console)
    await confirmed(console, "POST", f"/calls/{second}/answer")
    established = {"type": "call.established", "connection": f"{second}:{MACS['1001']}"}
    await console.until(lambda event: {"type": event.type, "connection": event.connection} == established)
    await confirmed(console, "POST", "/conferences", {"calls": [first, second], "phone": MACS["1001"]})
    connections = [
        next(each for each in shown["connections"] if each["phone"] == MACS["1001"])
        for shown in [(await console.ask("GET", f"/calls/{call}"))[1] for call in (first, second)]
    ]
    assert [(each["state"], each["is_uncertain"]) for each in connections] == [("connected", False)] * 2
    assert all("hang_up" in each["verbs"] for each in connections)
    ended = first if ended_by == "first" else second
    await confirmed(console, "DELETE", f"/calls/{ended}/connections/{MACS['1001']}")
    for call in (first, second):
        await cleared(console, call, "1001")
    _, live = await console.ask("GET", "/calls?live=true")
    assert sorted(each["phone"] for call in live for each in call["connections"]) == [MACS["1002"], MACS["1003"]]


@pytest.mark.parametrize("kind", ["always", "busy", "no_answer"])
async def test_forwards_are_set_without_anybody_entering_keys(console: RunningConsole, kind: str) -> None:
    path = f"/phones/{MACS['1003']}/forwarding/{kind}"
    _, phone = await console.ask("GET", f"/phones/{MACS['1003']}")
    assert (phone["dialect"], phone["forward_keys"], "set_forwarding" in phone["verbs"]) == ("offhook", {}, True)
    await confirmed(console, "PUT", path, {"on": True, "target": "1001"})
    await confirmed(console, "PUT", path, {"on": True, "target": "1002"})  # another number
    _, phone = await console.ask("GET", f"/phones/{MACS['1003']}")
    assert phone["forwarding"] == {"always": None, "busy": None, "no_answer": None, kind: True}
    if kind == "always":
        await confirmed(console, "POST", "/calls", {"phone": MACS["1001"], "number": "1003"})
        await happened(console, "call.delivered", "1002")
    await confirmed(console, "PUT", path, {"on": False})
    status, command = await console.ask("PUT", path, {"on": False})
    assert (status, command["state"], command["requests"]) == (202, "confirmed", []), "nothing was sent"


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
