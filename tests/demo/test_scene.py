import socket
from pathlib import Path

import pytest

from offhook.demo.scene import DemoPorts, DemoScene
from offhook.errors import PortTaken
from offhook.sdk import ConsoleClient
from tests.peers.sip_library import need_sip_library

FREE = DemoPorts(0, 0, 0)


def test_ports_of_the_phones_follow_each_other() -> None:
    assert [DemoPorts().phone(index) for index in range(3)] == [8081, 8082, 8083]
    assert [FREE.phone(index) for index in range(3)] == [0, 0, 0]
    assert [DemoPorts().sip(index) for index in range(3)] == [5071, 5072, 5073]


async def test_after_the_start_the_console_can_see_and_command_three_registered_phones(tmp_path: Path) -> None:
    scene = DemoScene(tmp_path, FREE)
    await scene.start()
    try:
        async with ConsoleClient(scene.console.api_url, scene.token) as client, client.events() as feed:
            snapshot = feed.snapshot
            assert snapshot is not None
            phones = {phone.extension: phone for phone in snapshot.phones}
            waiting = {extension for extension, phone in phones.items() if not phone.lines}
            if waiting:
                async for event in feed:
                    waiting -= {p.extension for p in phones.values() if p.id == event.phone and event.line}
                    if not waiting:
                        break
            phones = {phone.extension: phone for phone in await client.phones()}
    finally:
        await scene.stop()
    assert set(phones) == {"1001", "1002", "1003"}
    assert all(phone.is_set_up and phone.verbs for phone in phones.values())
    assert [line.state for line in phones["1002"].lines] == ["registered"]
    assert phones["1003"].name == "Chloé Dubois"


async def test_it_can_be_started_again_on_the_same_data(tmp_path: Path) -> None:
    for _ in range(2):
        scene = DemoScene(tmp_path, FREE)
        await scene.start()
        async with ConsoleClient(scene.console.api_url, scene.token) as client:
            assert len([phone for phone in await client.phones() if phone.is_set_up]) == 3
        await scene.stop()


async def test_when_a_phones_port_is_taken_nothing_stays_behind(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        scene = DemoScene(tmp_path, DemoPorts(0, 0, port))
        with pytest.raises(PortTaken) as error:
            await scene.start()
        assert (error.value.port, error.value.flag) == (port, "--phones-port")
    api_port = int(scene.console.api_url.rpartition(":")[2])
    socket.create_server(("127.0.0.1", api_port)).close()


async def test_a_port_for_calls_that_is_taken_names_its_own_flag(tmp_path: Path) -> None:
    need_sip_library()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        scene = DemoScene(tmp_path, DemoPorts(0, 0, 0, port), is_sip=True)
        with pytest.raises(PortTaken) as error:
            await scene.start()
    assert (error.value.port, error.value.flag) == (port, "--sip-port")
