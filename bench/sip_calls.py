"""How long a call takes to be set up, beside baresip's, with SIPp as the callee of both."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bench.effort import Effort
from bench.row import Row, compare
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountSettings, CallAnswered, CallEnded, EngineFact
from tests.peers.baresip import Baresip, baresip
from tests.peers.kamailio import free_port

__all__ = ["call_set_up"]

CALLS = 10
_PAUSE_S = 0.12
"""Between calls: the SIP library frees the sockets of a call half a second late, and has few."""


async def call_set_up(effort: Effort) -> list[Row]:
    """Measure both phones in turn, round by round."""
    ours, peers = [], []
    async with _callee() as callee:
        for _ in range(effort.rounds):
            ours.append(await _engine_ms(callee))
            with tempfile.TemporaryDirectory() as folder:
                async with baresip(Path(folder)) as phone:
                    peers.append(await _baresip_ms(phone, callee))
    row = compare(
        "SIP call set-up, dial to answered",
        "ms",
        ours,
        "baresip",
        peers,
        how="bench/sip_calls.py: place() to CallAnswered, dial to CALL_ESTABLISHED; the callee is `sipp -sn uas`; mean",
    )
    return [row]


@contextlib.asynccontextmanager
async def _callee() -> AsyncIterator[str]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = ["sipp", "-sn", "uas", "-i", "127.0.0.1", "-p", str(port), "-nostdin"]
        nowhere = asyncio.subprocess.DEVNULL
        program = await asyncio.create_subprocess_exec(
            *command, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere
        )
        try:
            await asyncio.sleep(1.0)  # it says nowhere that it is ready
            yield f"127.0.0.1:{port}"
        finally:
            program.kill()
            await program.wait()


async def _engine_ms(callee: str) -> float:
    facts: asyncio.Queue[EngineFact] = asyncio.Queue()
    engine = PjsipEngine(Configure(generation=0, address="127.0.0.1"))
    await engine.start(facts.put_nowait)
    engine.register(AccountSettings("own", "1001", "127.0.0.1", is_registering=False))
    total_s = 0.0
    try:
        for _ in range(CALLS):
            began = time.perf_counter()
            call = engine.place("own", f"sip:1002@{callee}")
            await _fact(facts, CallAnswered)
            total_s += time.perf_counter() - began
            engine.hang_up(call)
            await _fact(facts, CallEnded)
            await asyncio.sleep(_PAUSE_S)
    finally:
        await engine.stop()
    return total_s / CALLS * 1000


async def _fact(facts: asyncio.Queue[EngineFact], kind: type[EngineFact]) -> None:
    async with asyncio.timeout(10):
        while True:
            fact = await facts.get()
            if isinstance(fact, kind):
                return
            if isinstance(fact, CallEnded):
                raise RuntimeError(f"the call ended with {fact.status}")


async def _baresip_ms(phone: Baresip, callee: str) -> float:
    total_s = 0.0
    for _ in range(CALLS):
        began = time.perf_counter()
        await phone.order("dial", f"sip:1002@{callee}")
        await phone.heard("CALL_ESTABLISHED")
        total_s += time.perf_counter() - began
        await phone.order("hangup")
        await phone.heard("CALL_CLOSED")
        await asyncio.sleep(_PAUSE_S)
    return total_s / CALLS * 1000
