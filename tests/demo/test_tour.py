import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from rich.console import Console

from offhook.demo.cast import CAST
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.demo.tour import Tour
from offhook.protocol.events import Event
from offhook.sdk import ConsoleClient
from tests.peers.sip_library import need_sip_library
from tests.peers.wav import strength_at

PHONES = ("1001", "1002", "1003")


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[DemoScene]:
    scene = DemoScene(tmp_path, DemoPorts(0, 0, 0))
    await scene.start()
    yield scene
    await scene.stop()


@pytest.fixture
async def sip_scene(tmp_path: Path) -> AsyncIterator[DemoScene]:
    need_sip_library()
    scene = DemoScene(tmp_path, DemoPorts(0, 0, 0, 0), is_sip=True)
    await scene.start()
    yield scene
    await scene.stop()


@pytest.mark.timeout(60)
async def test_every_step_is_confirmed(scene: DemoScene) -> None:
    await every_step_is_confirmed(scene)


@pytest.mark.timeout(60)
async def test_every_step_is_confirmed_when_the_calls_are_real(sip_scene: DemoScene) -> None:
    await every_step_is_confirmed(sip_scene)
    await sip_scene.stop()  # which finishes the recordings
    assert sip_scene.recordings is not None
    tones = {role.extension: role.tone_hz for role in CAST}
    for hearing, heard in (("1001", "1002"), ("1002", "1001")):
        paths = recordings_in(sip_scene.recordings / hearing)
        loudest = {max((strength_at(path, tone), user) for user, tone in tones.items()) for path in paths}
        assert heard in {user for strength, user in loudest if strength > 0.05}, f"{hearing} does not hear {heard}"


def recordings_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.wav"))


async def every_step_is_confirmed(scene: DemoScene) -> None:
    out = io.StringIO()
    async with ConsoleClient(scene.console.api_url, scene.token) as client:
        assert await Tour(client, PHONES, Console(file=out, width=300)).run(), out.getvalue()
    text = out.getvalue()
    assert "12 of 12 steps done; 11 proved by the phone's own report" in text
    assert "✗" not in text


@pytest.mark.timeout(60)
async def test_a_step_without_the_phones_report_fails_the_tour(scene: DemoScene) -> None:
    # The phone obeys as before, and no longer says so.
    settings = scene.phones[CAST[0].extension].settings
    del settings.action_urls[Event.HOLD]
    out = io.StringIO()
    async with ConsoleClient(scene.console.api_url, scene.token) as client:
        assert not await Tour(client, PHONES, Console(file=out, width=300)).run()
    assert "unconfirmed" in out.getvalue()
    assert "✗" in out.getvalue()
