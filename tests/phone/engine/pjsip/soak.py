"""A soak: many calls between two engines, and whether anything is lost, doubled or leaked.

``python -m tests.phone.engine.pjsip.soak [calls] [calls a second]``, by default 1,000 at 5 a second.
"""

import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountSettings, CallAnswered, CallEnded, EngineFact, IncomingCall

_TALK_S = 0.1


class Side:
    """One engine and what it said, counted."""

    def __init__(self) -> None:
        self.engine = PjsipEngine(Configure(generation=0, address="127.0.0.1"))
        self.counts: Counter[str] = Counter()
        self.over: asyncio.Queue[CallEnded] = asyncio.Queue()

    async def start(self, user: str) -> None:
        await self.engine.start(self.take)
        self.engine.register(AccountSettings("own", user, "127.0.0.1", is_registering=False))

    def take(self, fact: EngineFact) -> None:
        self.counts[type(fact).__name__] += 1
        if isinstance(fact, IncomingCall):
            self.engine.ring(fact.call)
            self.engine.answer(fact.call)
        elif isinstance(fact, CallEnded):
            self.over.put_nowait(fact)

    def state(self) -> tuple[int, int]:
        """Resident memory of the child in KiB, and its threads."""
        status = Path(f"/proc/{self.engine.child_id}/status").read_text("ascii").splitlines()
        values = {
            name: value.split()[0] for name, _, value in (line.partition(":") for line in status) if value.split()
        }
        return int(values["VmRSS"]), int(values["Threads"])


class Caller(Side):
    def take(self, fact: EngineFact) -> None:
        super().take(fact)
        if isinstance(fact, CallAnswered):
            asyncio.get_running_loop().call_later(_TALK_S, self.engine.hang_up, fact.call)


async def soak(calls: int, per_second: float) -> int:
    """Run it and print what was found; gives the exit code."""
    caller, callee = Caller(), Side()
    await caller.start("1001")
    await callee.start("1002")
    memory: list[int] = []
    began = time.monotonic()
    for number in range(calls):
        await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
        caller.engine.place("own", f"sip:1002@127.0.0.1:{callee.engine.port}")
        await caller.over.get()
        await callee.over.get()
        memory.append(callee.state()[0] + caller.state()[0])
    third = calls // 3
    first, last = sum(memory[:third]) / third, sum(memory[-third:]) / third
    sys.stdout.write(f"{calls} calls in {time.monotonic() - began:.0f} s\n")
    for name, side in (("caller", caller), ("callee", callee)):
        sys.stdout.write(f"{name}: {dict(side.counts)}; memory KiB, threads: {side.state()}\n")
    sys.stdout.write(f"memory of both, first third {first:.0f} KiB, last third {last:.0f} KiB: {last / first:.3f}\n")
    expected = {"AccountAccepted": 1, "CallEnded": calls, "CallAnswered": calls}
    is_good = all(side.counts[kind] == count for side in (caller, callee) for kind, count in expected.items())
    await caller.engine.stop()
    await callee.engine.stop()
    return 0 if is_good else 1


if __name__ == "__main__":
    arguments = sys.argv[1:] + ["1000", "5"][len(sys.argv) - 1 :]
    sys.exit(asyncio.run(soak(int(arguments[0]), float(arguments[1]))))
