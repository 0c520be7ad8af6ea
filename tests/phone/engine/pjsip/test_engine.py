"""Starting, watching and ending the child."""

import asyncio
import importlib.util
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from offhook.callmodel.connection import Cause
from offhook.errors import ConfigError, PortTaken, SipEngineError
from offhook.phone.engine.pjsip import engine as engine_module
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure, Sound
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountLost,
    AccountSettings,
    CallAnswered,
    CallEnded,
    CallPlaced,
    EngineFact,
    IncomingCall,
)
from tests.fakes.waiting import until
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.pjsip.conftest import MakeSip
from tests.phone.engine.pjsip.soak import soak_calls, soak_starts


def quiet(fact: EngineFact) -> None:
    """Take a fact that the test does not ask about."""


def is_alive(number: int) -> bool:
    """Whether there is such a process; a zombie counts."""
    return Path(f"/proc/{number}").exists()


def is_running(number: int) -> bool:
    """Whether it does anything yet; a zombie, which is not ours to bury, does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def own_engine(**settings: object) -> PjsipEngine:
    need_sip_library()
    return PjsipEngine(Configure(generation=0, address="127.0.0.1", **settings))  # type: ignore[arg-type]


async def test_without_the_library_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"pip install 'offhook\[sip\]'") as caught:
        await PjsipEngine().start(quiet)
    assert "\n" not in str(caught.value)


async def test_a_child_that_dies_is_replaced_and_everything_said_stays_true(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    here, _ = await ann.call(bob)
    first = ann.engine.child_id
    assert first is not None
    os.kill(first, signal.SIGABRT)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.UNKNOWN, 503, by_remote=False)
    assert (await ann.heard(AccountLost)).account == "own"
    await ann.heard(AccountAccepted)
    assert ann.engine.child_id != first and not is_alive(first)
    port = ann.engine.port
    bob.engine.place("own", f"sip:1001@127.0.0.1:{port}")
    offered = await ann.heard(IncomingCall)
    assert offered.call != here
    ann.engine.reject(offered.call, 486)


async def test_a_call_placed_while_there_is_no_child_ends(sip: MakeSip) -> None:
    ann = await sip()
    child = ann.engine.child_id
    assert child is not None
    os.kill(child, signal.SIGKILL)
    await ann.heard(AccountLost)
    here = ann.engine.place("own", "127.0.0.1:9")
    assert ann.facts == []
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.UNKNOWN, 503, by_remote=False)


async def test_a_call_engine_that_is_killed_again_and_again_comes_back(sip: MakeSip) -> None:
    ann = await sip()
    for _ in range(3):
        child = ann.engine.child_id
        assert child is not None
        os.kill(child, signal.SIGKILL)
        await ann.heard(AccountLost)
        await ann.heard(AccountAccepted)


async def test_a_call_engine_that_hangs_in_mid_call_is_replaced(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    here, _ = await ann.call(bob)
    child = ann.engine.child_id
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.UNKNOWN, 503, by_remote=False)
    await ann.heard(AccountLost)
    await ann.heard(AccountAccepted)
    assert not is_alive(child)
    await bob.call(ann, user="1001")


async def test_a_call_engine_that_answers_is_left_alone(sip: MakeSip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "PING_EVERY_S", 0.02)  # so that a hundred go by
    ann, bob = await sip("1001", ring_wait_s=2.0), await sip("1002")
    child = ann.engine.child_id
    here = ann.engine.place("own", bob.address)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.CALL_NOT_ANSWERED, 480, by_remote=True)
    assert ann.engine.child_id == child


async def test_a_call_placed_while_the_next_child_does_not_start_ends(
    sip: MakeSip, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await sip()
    spawn = ann.engine._spawn  # noqa: SLF001 - there is no other way to be there when it fails

    async def fail_once() -> Process:
        monkeypatch.setattr(ann.engine, "_spawn", spawn)
        raise SipEngineError(503, "not now")

    child = ann.engine.child_id
    assert child is not None
    monkeypatch.setattr(ann.engine, "_spawn", fail_once)
    monkeypatch.setattr(ann.engine, "_send", lambda order: True)  # it is up, and has not said that it cannot
    os.kill(child, signal.SIGKILL)
    await ann.heard(AccountLost)
    here = ann.engine.place("own", "127.0.0.1:9")
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.UNKNOWN, 503, by_remote=False)


@pytest.mark.parametrize(("ca_file", "count"), [("", 1), ("ca.pem", 0)])
def test_a_server_that_nobody_checks_is_said_once(ca_file: str, count: int) -> None:
    engine = PjsipEngine(Configure(generation=0, tls_ca_file=ca_file))
    with capture_logs() as logs:
        for _ in range(2):
            engine.register(AccountSettings("own", "1001", "pbx.example", transport="tls"))
        engine.register(AccountSettings("plain", "1001", "pbx.example"))
    assert [entry["host"] for entry in logs] == ["pbx.example"] * count


async def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        engine = own_engine(port=port)
        with pytest.raises(PortTaken, match=f"port {port} .*--sip-port"):
            await engine.start(quiet)
        assert engine.child_id is None


async def test_a_sound_file_that_is_none_is_said_in_one_line(tmp_path: Path) -> None:
    no_sound = tmp_path / "tone.wav"
    no_sound.write_bytes(b"no sound")
    with pytest.raises(SipEngineError, match="does not start") as caught:
        await own_engine(sound=Sound(play_file=str(no_sound))).start(quiet)
    assert "\n" not in str(caught.value)


async def test_stopping_leaves_no_child_and_may_be_done_twice(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    await ann.call(bob)
    child = ann.engine.child_id
    assert child is not None
    await ann.engine.stop()
    await ann.engine.stop()
    assert not is_alive(child)
    assert (await bob.heard(CallEnded)).cause is Cause.NORMAL


async def test_stopping_while_a_child_is_being_replaced_leaves_none(sip: MakeSip) -> None:
    ann = await sip()
    child = ann.engine.child_id
    assert child is not None
    os.kill(child, signal.SIGKILL)
    await ann.heard(AccountLost)
    await ann.engine.stop()
    assert ann.engine.child_id is None


@pytest.mark.parametrize("turns", [1, 3])
async def test_stopping_while_it_starts_leaves_no_child(turns: int) -> None:
    engine = own_engine()
    starting = asyncio.create_task(engine.start(quiet))
    for _ in range(turns):
        await asyncio.sleep(0)
    await engine.stop()
    await starting
    assert engine.child_id is None


@pytest.mark.slow
async def test_starting_and_stopping_in_mid_call_over_and_over(sip: MakeSip) -> None:
    bob = await sip("1002")
    for _ in range(10):
        ann = await sip("1001")
        here = ann.engine.place("own", f"sip:1002@{bob.address}")
        assert (await ann.heard(CallPlaced)).call == here
        bob.engine.answer((await bob.heard(IncomingCall)).call)
        child = ann.engine.child_id
        assert child is not None
        await ann.engine.stop()
        await bob.heard(CallEnded)
        assert not is_alive(child)


@pytest.mark.slow
async def test_a_short_soak_of_calls_loses_and_doubles_nothing() -> None:
    need_sip_library()
    assert await soak_calls(10, 10.0) == []


@pytest.mark.slow
@pytest.mark.timeout(60)
async def test_the_phone_program_starts_and_stops_and_leaves_nothing() -> None:
    need_sip_library()
    assert await soak_starts(3) == []


async def test_a_child_whose_phone_vanishes_signs_off(sip: MakeSip) -> None:
    bob = await sip("1002")
    engine = own_engine()
    is_answered = asyncio.Event()
    await engine.start(lambda fact: is_answered.set() if isinstance(fact, CallAnswered) else None)
    engine.register(AccountSettings("own", "1001", "127.0.0.1", is_registering=False))
    engine.place("own", f"sip:1002@{bob.address}")
    bob.engine.answer((await bob.heard(IncomingCall)).call)
    await is_answered.wait()
    child = engine.child_id
    assert child is not None
    os.kill(child, signal.SIGTERM)  # what the system sends when the phone has died
    assert (await bob.heard(CallEnded)).cause is Cause.NORMAL
    await engine.stop()
    assert not is_alive(child)


PHONE = """
import asyncio
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure

async def main():
    engine = PjsipEngine(Configure(generation=0, address="127.0.0.1"))
    await engine.start(lambda fact: None)
    print(engine.child_id, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_phone_that_is_killed_leaves_no_child() -> None:
    need_sip_library()
    phone = await asyncio.create_subprocess_exec(sys.executable, "-c", PHONE, stdout=asyncio.subprocess.PIPE)
    assert phone.stdout is not None
    child = int(await phone.stdout.readline())
    phone.kill()
    await phone.wait()
    await until(lambda: not is_running(child))
