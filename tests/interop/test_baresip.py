"""Calls with baresip, both ways, on real SIP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine.pjsip.protocol import Sound
from offhook.phone.engine.port import (
    CallAnswered,
    CallEnded,
    CallHeld,
    CallRef,
    CallRetrieved,
    CallRinging,
    DigitReceived,
    IncomingCall,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)
from tests.fakes.waiting import until
from tests.peers.baresip import TONE_HZ, Baresip, baresip
from tests.peers.wav import strength_at
from tests.phone.engine.pjsip.conftest import MakeSip, SipEndpoint

pytestmark = pytest.mark.interop


@pytest.fixture
async def other(tmp_path: Path) -> AsyncIterator[Baresip]:
    folder = tmp_path / "baresip"
    folder.mkdir()
    async with baresip(folder) as running:
        yield running


async def call(phone: SipEndpoint, other: Baresip) -> CallRef:
    here = phone.engine.place("own", f"sip:1002@{other.address}")
    assert (await other.heard("CALL_INCOMING"))["peeruri"].startswith("sip:1001@")
    await phone.heard(CallRinging)
    await other.order("accept")
    assert (await phone.heard(CallAnswered)).call == here
    await other.heard("CALL_ESTABLISHED")
    return here


async def test_it_is_called_and_hangs_up(sip: MakeSip, other: Baresip) -> None:
    phone = await sip("1001")
    here = await call(phone, other)
    await other.order("hangup")
    ended = await phone.heard(CallEnded)
    assert (ended.call, ended.cause, ended.by_remote) == (here, Cause.NORMAL, True)


async def test_it_calls_and_is_hung_up_on(sip: MakeSip, other: Baresip) -> None:
    phone = await sip("1001")
    await other.order("dial", f"sip:1001@{phone.address}")
    offered = await phone.heard(IncomingCall)
    assert (offered.local.user, offered.remote.user) == ("1001", "1002")
    phone.engine.ring(offered.call)
    await other.heard("CALL_RINGING")
    phone.engine.answer(offered.call)
    await other.heard("CALL_ESTABLISHED")
    phone.engine.hang_up(offered.call)
    assert (await other.heard("CALL_CLOSED"))["id"] == offered.call_id


async def test_it_is_refused(sip: MakeSip, other: Baresip) -> None:
    phone = await sip("1001")
    await other.order("dial", f"sip:1001@{phone.address}")
    phone.engine.reject((await phone.heard(IncomingCall)).call, 486)
    assert "486" in (await other.heard("CALL_CLOSED"))["param"]


async def test_hold_from_both_sides(sip: MakeSip, other: Baresip) -> None:
    phone = await sip("1001")
    here = await call(phone, other)
    await other.order("hold")
    assert (await phone.heard(RemoteHeld)).is_held
    await other.order("resume")
    assert not (await phone.heard(RemoteHeld)).is_held
    phone.engine.hold(here)
    assert (await phone.heard(CallHeld)).call == here
    phone.engine.retrieve(here)
    await phone.heard(CallRetrieved)


async def test_its_digits_and_its_tone_arrive(sip: MakeSip, other: Baresip, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    phone = await sip("1001", sound=Sound(record_folder=str(kept)))
    await call(phone, other)
    await other.order("sndcode", "5")
    assert (await phone.heard(DigitReceived)).digit == "5"
    recording = next(iter(recordings_in(kept)))
    await until(lambda: recording.stat().st_size > 48_000)
    await phone.engine.stop()
    assert strength_at(recording, TONE_HZ) > 0.5


def recordings_in(folder: Path) -> list[Path]:
    return list(folder.glob("*.wav"))


async def test_a_call_with_early_sound_is_answered_later(sip: MakeSip, tmp_path: Path) -> None:
    folder = tmp_path / "early"
    folder.mkdir()
    phone = await sip("1001")
    async with baresip(folder, answers="early") as other:
        here = phone.engine.place("own", f"sip:1002@{other.address}")
        assert await phone.heard(CallRinging) == CallRinging(here)
        await other.order("accept")
        assert (await phone.heard(CallAnswered)).call == here
        assert phone.facts == []


async def test_it_transfers_us(sip: MakeSip, other: Baresip) -> None:
    phone, third = await sip("1001"), await sip("1003")
    here = await call(phone, other)
    await other.order("transfer", f"sip:1003@{third.address}")
    asked = await phone.heard(TransferAsked)
    assert (asked.call, asked.remote.user) == (here, "1003")
    offered = await third.heard(IncomingCall)
    assert offered.remote.user == "1001"
    third.engine.answer(offered.call)
    assert (await phone.heard(CallAnswered)).call == asked.new_call
    await phone.heard_the_end_of(asked.call)


async def test_we_transfer_it(sip: MakeSip, other: Baresip) -> None:
    phone, third = await sip("1001"), await sip("1003")
    here = await call(phone, other)
    phone.engine.refer(here, f"sip:1003@{third.address}")
    offered = await third.heard(IncomingCall)
    assert offered.remote.user == "1002"
    third.engine.answer(offered.call)
    progress = await phone.heard(TransferProgress, lambda fact: fact.status >= 200)
    assert progress.status == 200
    await phone.heard_the_end_of(progress.call)
