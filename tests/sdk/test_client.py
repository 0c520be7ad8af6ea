import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console_api.preferences import SharedSettings
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Command, CommandState, TransferState
from offhook.demo.cast import CAST
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.errors import ConsoleRefused, ConsoleUnreachable
from offhook.sdk import ConsoleClient

ANNA, BEN, CHLOE = (role.mac for role in CAST)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[DemoScene]:
    scene = DemoScene(tmp_path, DemoPorts(0, 0, 0))
    await scene.start()
    yield scene
    await scene.stop()


@pytest.fixture
async def client(scene: DemoScene) -> AsyncIterator[ConsoleClient]:
    async with ConsoleClient(scene.console.api_url, scene.token) as client:
        yield client


async def ended(client: ConsoleClient, command: Command) -> Command:
    """Wait until a command has ended."""
    async with client.events(types=["command."]) as feed:
        now = await client.command(command.id)
        if now.state.is_final:
            return now
        async for event in feed:
            if event.command == command.id and CommandState(event.type.partition(".")[2]).is_final:
                return await client.command(command.id)
    raise AssertionError


async def obeyed(client: ConsoleClient, command: Command) -> Command:
    final = await ended(client, command)
    assert final.state is CommandState.CONFIRMED, final.reason
    return final


async def talking(client: ConsoleClient) -> str:
    await obeyed(client, await client.dial(ANNA, "1002"))
    (call,) = [call for call in await client.calls(live=True) if len(call.connections) == 2]
    await obeyed(client, await client.answer(call.id, phone=BEN))
    return call.id


async def test_reading(client: ConsoleClient) -> None:
    assert {phone.id for phone in await client.phones()} == {ANNA, BEN, CHLOE}
    assert (await client.phone(ANNA)).extension == "1001"
    snapshot = await client.snapshot()
    assert (len(snapshot.phones), snapshot.calls) == (3, [])
    assert await client.calls(live=False) == []


async def test_a_call_from_dial_to_hang_up(client: ConsoleClient) -> None:
    call = await talking(client)
    await obeyed(client, await client.hold(call, held=True, phone=ANNA))
    await obeyed(client, await client.hold(call, held=False, phone=ANNA))
    digits = await ended(client, await client.send_digits(call, "1#", phone=ANNA))
    assert digits.state is CommandState.UNCONFIRMED
    assert [request.status for request in digits.requests] == [200, 200]
    await obeyed(client, await client.hang_up(call, f"{call}:{ANNA}"))
    (over,) = await client.calls(live=False, phone=ANNA)
    assert over.id == call
    assert (await client.call(call)).is_live is False


async def test_reject(client: ConsoleClient) -> None:
    await obeyed(client, await client.dial(ANNA, "1002"))
    (call,) = [call for call in await client.calls(live=True) if len(call.connections) == 2]
    await obeyed(client, await client.reject(call.id, phone=BEN))


async def test_transfer(client: ConsoleClient) -> None:
    call = await talking(client)
    transfer = await client.transfer(call, "1003", phone=ANNA)
    async with client.events(phones=[CHLOE]) as feed:
        ringing = [c for c in await client.calls(live=True) if any(n.phone == CHLOE for n in c.connections)]
        moved = ringing[0].id if ringing else ""
        while not moved:
            moved = await anext(event.call or "" async for event in feed if event.type == "call.delivered")
    await obeyed(client, await client.answer(moved, phone=CHLOE))
    await obeyed(client, transfer.command)
    assert (await client.get_transfer(transfer.id)).state is TransferState.BLIND_TRANSFERRED


async def test_features_keys_and_restart(client: ConsoleClient) -> None:
    await obeyed(client, await client.set_dnd(ANNA, on=True))
    assert (await client.phone(ANNA)).dnd is True
    await obeyed(client, await client.set_dnd(ANNA, on=False))
    pressed = await ended(client, await client.press_keys(ANNA, ["VOLUME_UP"]))
    assert [request.status for request in pressed.requests] == [200]
    await obeyed(client, await client.restart(ANNA))


async def test_set_up(client: ConsoleClient) -> None:
    phone = await client.set_up_phone("02000f00abcd", PhoneSetup(name="Lobby", control_url="http://127.0.0.1:9"))
    assert (phone.name, phone.is_set_up) == ("Lobby", True)
    command = await ended(client, await client.dial(phone.id, "1001"))
    assert command.state is CommandState.UNREACHABLE
    assert command.reason


async def test_refusals_are_errors_with_an_id(client: ConsoleClient) -> None:
    with pytest.raises(ConsoleRefused) as error:
        await client.phone("020000000000")
    assert (error.value.status, error.value.error_id) == (404, "phone-not-found")


async def test_a_phones_setup_and_what_it_sent(client: ConsoleClient) -> None:
    sheet = await client.phone_setup(ANNA)
    assert (sheet.phone, len(sheet.urls)) == (ANNA, 27)
    assert (await client.try_phone(ANNA)).outcome == "reached"
    newest, *_ = await client.actions(phone=ANNA, limit=2)
    assert newest.phone == ANNA
    assert newest.events[0].source is not None
    assert all(older.number < newest.number for older in await client.actions(phone=ANNA, before=newest.number))


async def test_a_wrong_token_is_refused(scene: DemoScene) -> None:
    async with ConsoleClient(scene.console.api_url, "wrong") as client:
        with pytest.raises(ConsoleRefused) as error:
            await client.phones()
        assert error.value.status == 401


async def test_no_console_there() -> None:
    async with ConsoleClient("http://127.0.0.1:9", "token") as client:
        with pytest.raises(ConsoleUnreachable, match=r"127\.0\.0\.1:9"):
            await client.phones()


async def test_a_client_that_was_not_entered_says_so() -> None:
    with pytest.raises(ConsoleUnreachable, match="async with"):
        await ConsoleClient("http://127.0.0.1:9", "token").phones()


async def test_an_answer_that_is_no_json_is_an_error(unused_tcp_port: int) -> None:
    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhtml")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(nonsense, "127.0.0.1", unused_tcp_port):
        async with ConsoleClient(f"http://127.0.0.1:{unused_tcp_port}", "token") as client:
            with pytest.raises(ConsoleRefused) as error:
                await client.phones()
    assert (error.value.status, error.value.error_id) == (502, "unreadable-answer")


async def test_what_was_chosen_for_everybody(client: ConsoleClient) -> None:
    crm = SharedSettings(pop_url="https://crm.example.com/{number}")
    assert await client.settings() == SharedSettings()
    assert await client.replace_settings(crm) == await client.settings() == crm
    with pytest.raises(ConsoleRefused, match="http"):
        await client.replace_settings(SharedSettings(pop_url="ftp://x"))
