"""Sound, heard in the recording at the other end."""

import asyncio
from pathlib import Path

from offhook.phone.engine.pjsip.protocol import Sound
from offhook.phone.engine.port import CallAnswered, CallHeld, CallRetrieved, CallRinging, IncomingCall
from tests.peers.early_callee import TONE_HZ, early_callee
from tests.peers.wav import strength_at, write_tone
from tests.phone.engine.pjsip.conftest import MakeSip, SipEndpoint

LIMIT_S = 10.0


def recordings(folder: Path) -> list[Path]:
    return list(folder.glob("*.wav"))


async def bytes_recorded(folder: Path, count: int) -> Path:
    """Wait until there is that much sound in the one recording; gives its path."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            for path in recordings(folder):
                if path.stat().st_size > count:
                    return path
            await asyncio.sleep(0.02)  # there is no event for a file that grows


async def end(one: SipEndpoint, folder: Path) -> Path:
    """Stop the engine, so that its recording is whole."""
    await one.engine.stop()
    return recordings(folder)[0]


async def test_the_tone_of_the_far_end_is_in_the_recording(sip: MakeSip, tmp_path: Path) -> None:
    ann = await sip("1001", sound=Sound(record_folder=str(tmp_path)))
    bob = await sip("1002", sound=Sound(tone_hz=880))
    await ann.call(bob)
    await bytes_recorded(tmp_path, 32_000)
    recording = await end(ann, tmp_path)
    assert strength_at(recording, 880) > 0.5
    assert strength_at(recording, 440) < 0.05


async def test_who_is_called_is_heard_before_he_answers(sip: MakeSip, tmp_path: Path) -> None:
    ann = await sip("1001", sound=Sound(record_folder=str(tmp_path)))
    async with early_callee() as callee:
        here = ann.engine.place("own", f"sip:1002@{callee.address}")
        assert await ann.heard(CallRinging) == CallRinging(here)
        await bytes_recorded(tmp_path, 32_000)
        assert ann.facts == [], "it is not answered yet"
        callee.answer()
        assert (await ann.heard(CallAnswered)).call == here
        recording = await end(ann, tmp_path)
    assert strength_at(recording, TONE_HZ) > 0.5


async def test_a_file_is_played(sip: MakeSip, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    write_tone(tmp_path / "tone.wav", 620)
    ann = await sip("1001", sound=Sound(play_file=str(tmp_path / "tone.wav")))
    bob = await sip("1002", sound=Sound(record_folder=str(tmp_path / "kept")))
    await ann.call(bob)
    await bytes_recorded(tmp_path / "kept", 32_000)
    assert strength_at(await end(bob, tmp_path / "kept"), 620) > 0.5


async def test_a_phone_that_is_muted_sends_silence(sip: MakeSip, tmp_path: Path) -> None:
    ann = await sip("1001", sound=Sound(record_folder=str(tmp_path)))
    bob = await sip("1002", sound=Sound(tone_hz=880))
    ann.engine.place("own", bob.address)
    there = (await bob.heard(IncomingCall)).call
    bob.engine.set_muted(there, True)
    bob.engine.answer(there)
    await bytes_recorded(tmp_path, 32_000)
    assert strength_at(await end(ann, tmp_path), 880) < 0.01


async def test_a_call_that_was_held_is_heard_again_and_so_is_one_unmuted(sip: MakeSip, tmp_path: Path) -> None:
    ann = await sip("1001", sound=Sound(record_folder=str(tmp_path)))
    bob = await sip("1002", sound=Sound(tone_hz=880))
    here, there = await ann.call(bob)
    bob.engine.set_muted(there, True)
    ann.engine.hold(here)
    await ann.heard(CallHeld)
    ann.engine.retrieve(here)
    await ann.heard(CallRetrieved)
    bob.engine.set_muted(there, False)
    size = (await bytes_recorded(tmp_path, 0)).stat().st_size
    await bytes_recorded(tmp_path, size + 64_000)
    assert strength_at(await end(ann, tmp_path), 880) > 0.5


async def test_three_talk_together(sip: MakeSip, tmp_path: Path) -> None:
    for name in ("bob", "cleo"):
        (tmp_path / name).mkdir()
    ann = await sip("1001")
    bob = await sip("1002", sound=Sound(tone_hz=440, record_folder=str(tmp_path / "bob")))
    cleo = await sip("1003", sound=Sound(tone_hz=880, record_folder=str(tmp_path / "cleo")))
    first, _ = await ann.call(bob)
    second, _ = await ann.call(cleo, user="1003")
    ann.engine.join([first, second])
    for name in ("bob", "cleo"):
        before = (await bytes_recorded(tmp_path / name, 0)).stat().st_size
        await bytes_recorded(tmp_path / name, before + 32_000)
    assert strength_at(await end(bob, tmp_path / "bob"), 880) > 0.3
    assert strength_at(await end(cleo, tmp_path / "cleo"), 440) > 0.3


async def test_a_folder_that_is_not_there_costs_the_recording_and_not_the_call(sip: MakeSip, tmp_path: Path) -> None:
    ann = await sip("1001", sound=Sound(tone_hz=880, record_folder=str(tmp_path / "no such folder")))
    bob = await sip("1002", sound=Sound(record_folder=str(tmp_path)))
    here, _ = await ann.call(bob)
    ann.engine.hold(here)
    await ann.heard(CallHeld)
    ann.engine.retrieve(here)
    await ann.heard(CallRetrieved)
    size = (await bytes_recorded(tmp_path, 0)).stat().st_size
    await bytes_recorded(tmp_path, size + 32_000)
    assert strength_at(await end(bob, tmp_path), 880) > 0.3
