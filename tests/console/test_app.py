"""The console put together: ports, order, and a stop that nobody can hold up."""

import asyncio
import os
import socket
from pathlib import Path

import aiohttp
import pytest

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console_api.people import NewUser
from offhook.console_api.scopes import Role
from offhook.errors import ConfigError, PortTaken
from tests.console.running_console import running_console


@pytest.mark.parametrize("which", ["api", "listener"])
async def test_a_taken_port_is_named_with_its_flag(tmp_path: Path, which: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ports = {"api_port": 0, "listener_port": 0, f"{which}_port": port}
        app = ConsoleApp(ConsoleSettings(data=tmp_path, **ports))
        with pytest.raises(PortTaken) as refusal:
            await app.start()
    assert (refusal.value.port, refusal.value.flag) == (port, f"--{which}-port")
    assert os.listdir(tmp_path) == [], "nothing was begun"
    await app.stop()


async def test_it_may_be_stopped_twice_or_before_it_started(tmp_path: Path) -> None:
    app = ConsoleApp(ConsoleSettings(data=tmp_path, api_port=0, listener_port=0))
    await app.stop()
    await app.start()
    await app.stop()
    await app.stop()


async def test_before_the_start_there_is_no_way_in(tmp_path: Path) -> None:
    app = ConsoleApp(ConsoleSettings(data=tmp_path))
    with pytest.raises(RuntimeError):
        app.sign_in_link()
    with pytest.raises(RuntimeError):
        await app.issue_token("x")


async def somebody_with_a_password(folder: Path) -> None:
    app = ConsoleApp(ConsoleSettings(data=folder, api_port=0, listener_port=0))
    await app.start()
    await app.access.users.create(NewUser(name="anna", role=Role.ADMINISTRATOR, password="four quiet words"))
    await app.stop()


async def test_addresses_to_show(tmp_path: Path) -> None:
    await somebody_with_a_password(tmp_path)
    app = ConsoleApp(
        ConsoleSettings(data=tmp_path, api_host="0.0.0.0", api_port=0, listener_host="127.0.0.2", listener_port=0)
    )
    await app.start()
    try:
        assert app.api_url.startswith("http://127.0.0.1:")
        assert app.listener_url.startswith("http://127.0.0.2:")
        assert app.sign_in_link().startswith(f"{app.api_url}/sign-in?token=")
        async with aiohttp.ClientSession() as http, http.get(f"{app.api_url}/api/v1/health") as response:
            assert response.status == 200
    finally:
        await app.stop()


async def test_others_reach_no_console_in_which_nobody_has_a_password(tmp_path: Path) -> None:
    app = ConsoleApp(ConsoleSettings(data=tmp_path, api_host="0.0.0.0", api_port=0, listener_port=0))
    with pytest.raises(ConfigError, match="offhook user add NAME --role administrator"):
        await app.start()


async def test_clients_that_stay_do_not_hold_up_the_stop(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        host, port = "127.0.0.1", int(console.app.api_url.rpartition(":")[2])
        idle = [await asyncio.open_connection(host, port) for _ in range(3)]
        half, half_writer = await asyncio.open_connection(host, port)
        half_writer.write(b"POST /api/v1/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n{")
        await half_writer.drain()
        async with asyncio.timeout(5):
            await console.app.stop()
        for reader, writer in [*idle, (half, half_writer)]:
            await reader.read()
            writer.close()


async def test_another_console_takes_over_the_data(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        call = await console.talking()
        _, before = await console.ask("GET", "/snapshot")
    async with running_console(tmp_path) as console:
        _, after = await console.ask("GET", "/snapshot")
        assert (after["epoch"], [each["id"] for each in after["calls"]]) == (before["epoch"], [call])
        assert after["seq"] >= before["seq"]
