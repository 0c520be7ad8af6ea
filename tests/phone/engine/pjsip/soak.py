"""Soaks: whether many calls, or many starts, lose, double, leak or leave anything.

``python -m tests.phone.engine.pjsip.soak calls [1000] [5]``: so many calls, so many a second, between two engines.
``python -m tests.phone.engine.pjsip.soak starts [100]``: the phone program is started and stopped so often, idle, while
it rings elsewhere, and in mid-call. Both print how they go on and a verdict; the exit code is 0 when all was well.
`make soak-sip` runs both; the tests run a short one of each.
"""

import asyncio
import base64
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountSettings, CallAnswered, CallEnded, EngineFact, IncomingCall
from offhook.protocol.active_uri import ACTIVE_URI_PATH

__all__ = ["soak_calls", "soak_starts"]

_TALK_S = 0.1
_LIMIT_S = 30.0
"""For one call, and for one start or stop."""
_MOST_GROWTH = 1.05
"""Resident memory, last third over first."""
_FEWEST_FOR_MEMORY = 300
"""With fewer calls the library's pools still fill."""
_LOGIN = base64.b64encode(b"admin:only for the soak").decode()
_COMPLAINTS = ("Traceback", "the call engine died", "did not end by itself", "hangs", "was not taken")


class _Side:
    """One engine and what it said, counted."""

    def __init__(self, *, is_answering: bool = True) -> None:
        self.engine = PjsipEngine(Configure(generation=0, address="127.0.0.1"))
        self.counts: Counter[str] = Counter()
        self.is_answering = is_answering
        self.heard: asyncio.Queue[EngineFact] = asyncio.Queue()
        self.memory: list[int] = []
        """Resident memory of the child after each call, in KiB."""
        self.threads: list[int] = []

    async def start(self, user: str) -> None:
        await self.engine.start(self.take)
        self.engine.register(AccountSettings("own", user, "127.0.0.1", is_registering=False))

    def take(self, fact: EngineFact) -> None:
        self.counts[type(fact).__name__] += 1
        if isinstance(fact, IncomingCall):
            self.engine.ring(fact.call)
            if self.is_answering:
                self.engine.answer(fact.call)
        self.heard.put_nowait(fact)

    async def hears(self, kind: type[EngineFact]) -> None:
        async with asyncio.timeout(_LIMIT_S):
            while not isinstance(await self.heard.get(), kind):
                pass

    def look(self) -> None:
        status = Path(f"/proc/{self.engine.child_id}/status").read_text("ascii").splitlines()
        values = {name: rest.split()[0] for name, _, rest in (line.partition(":") for line in status) if rest.split()}
        self.memory.append(int(values["VmRSS"]))
        self.threads.append(int(values["Threads"]))

    def faults(self, calls: int) -> list[str]:
        """What is not as it should be after so many calls."""
        kind = "IncomingCall" if self.is_answering else "CallPlaced"
        expected = {"AccountAccepted": 1, kind: calls, "CallAnswered": calls, "CallEnded": calls}
        found = {name: count for name, count in self.counts.items() if name != "CallRinging"}
        faults = [] if found == expected else [f"facts: {found}, not {expected}"]
        if max(self.threads) != self.threads[0]:
            faults.append(f"threads: {self.threads[0]} at first, {max(self.threads)} later")
        if calls >= _FEWEST_FOR_MEMORY and self.growth() > _MOST_GROWTH:
            faults.append(f"memory grew by the factor {self.growth():.3f}")
        return faults

    def growth(self) -> float:
        third = max(1, len(self.memory) // 3)
        return sum(self.memory[-third:]) / sum(self.memory[:third])


class _Caller(_Side):
    def __init__(self) -> None:
        super().__init__(is_answering=False)

    def take(self, fact: EngineFact) -> None:
        super().take(fact)
        if isinstance(fact, CallAnswered):
            asyncio.get_running_loop().call_later(_TALK_S, self.engine.hang_up, fact.call)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def soak_calls(calls: int, per_second: float) -> list[str]:
    """Make calls, one after another; gives what was wrong."""
    caller, callee = _Caller(), _Side()
    sides = {"caller": caller, "callee": callee}
    began = time.monotonic()
    try:
        await caller.start("1001")
        await callee.start("1002")
        for number in range(calls):
            await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            caller.engine.place("own", f"sip:1002@127.0.0.1:{callee.engine.port}")
            for side in sides.values():
                await side.hears(CallEnded)
                side.look()
            if (number + 1) % 100 == 0:
                memory = f"{caller.memory[-1]} and {callee.memory[-1]} KiB"
                _say(f"{number + 1} calls, {time.monotonic() - began:.0f} s, {memory}")
    finally:
        for side in sides.values():
            await side.engine.stop()
    _say(f"{calls} calls in {time.monotonic() - began:.0f} s")
    for name, side in sides.items():
        memory = f"{side.memory[0]} to {side.memory[-1]} KiB, last third over first {side.growth():.3f}"
        _say(f"{name}: {dict(side.counts)}; {memory}; {side.threads[-1]} threads")
    return [f"{name}: {fault}" for name, side in sides.items() for fault in side.faults(calls)]


async def soak_starts(starts: int) -> list[str]:
    """Start and stop the phone program over and over; gives what was wrong."""
    callee = _Side()
    faults: list[str] = []
    began = time.monotonic()
    await callee.start("1002")
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings = Path(folder) / "phone.toml"
            settings.write_text(_SETTINGS.replace("PORT", str(callee.engine.port)), "utf-8")
            for number in range(starts):
                faults += [f"start {number + 1}: {fault}" for fault in await _start_and_stop(settings, callee, number)]
                if (number + 1) % 10 == 0:
                    _say(f"{number + 1} starts and stops, {time.monotonic() - began:.0f} s, {len(faults)} faults")
    finally:
        await callee.engine.stop()
    _say(f"{starts} starts and stops in {time.monotonic() - began:.0f} s")
    return faults


_SETTINGS = """
[identity]
mac = "02000f001001"

[network]
address = "127.0.0.1"
http_port = 0

[login]
password = "only for the soak"

[[accounts]]
user = "1001"
is_registering = false

[accounts.peers]
1002 = "127.0.0.1:PORT"
"""


@asynccontextmanager
async def _phone(settings: Path) -> AsyncIterator[Process]:
    command = [sys.executable, "-m", "offhook", "phone", "--engine", "pjsip", str(settings)]
    program = await asyncio.create_subprocess_exec(*command, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
    try:
        yield program
    finally:
        if program.returncode is None:
            program.kill()
        await program.communicate()


async def _start_and_stop(settings: Path, callee: _Side, number: int) -> list[str]:
    """One round, idle, ringing or in mid-call in turn; ended with Ctrl-C or with SIGTERM in turn."""
    stage = ("idle", "ringing", "in mid-call")[number % 3]
    callee.is_answering = stage == "in mid-call"
    async with asyncio.timeout(_LIMIT_S), _phone(settings) as program:
        assert program.stdout is not None
        said = ""
        while "Ctrl-C stops it" not in said:
            line = (await program.stdout.readline()).decode()
            if not line:
                return [f"it did not start ({await program.wait()}): {said}"]
            said += line
        address = next(word.removeprefix("url=") for word in said.split() if word.startswith("url="))
        if stage != "idle":
            await _dial(address)
            await callee.hears(CallAnswered if callee.is_answering else IncomingCall)
        family = _family(program.pid)
        program.send_signal(signal.SIGINT if number % 2 else signal.SIGTERM)
        said += (await program.stdout.read()).decode()
        code = await program.wait()
        if stage != "idle":
            await callee.hears(CallEnded)
    faults = [] if code == 0 else [f"exit code {code}"]
    faults += [f"{word!r} in what it said: {said}" for word in _COMPLAINTS if word in said]
    if len(family) < 2:
        faults.append("it had no child")
    return faults + [f"process {each} is left" for each in family if _is_there(each)]


async def _dial(address: str) -> None:
    """Dial as a console does, by Active URI; again while the phone is still about to register."""
    where = urlsplit(address)
    path = f"{ACTIVE_URI_PATH}?number=1002&outgoing_uri=1001@127.0.0.1"
    head = f"GET {path} HTTP/1.0\r\nHost: {where.netloc}\r\nAuthorization: Basic {_LOGIN}\r\n\r\n"
    status = "409"
    while status == "409":
        await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        writer.write(head.encode())
        status = (await reader.read()).decode().split()[1]
        writer.close()
    assert status == "200", status


def _is_there(number: int) -> bool:
    """Whether there is such a process; a zombie counts."""
    return Path(f"/proc/{number}").exists()


def _family(program: int) -> list[int]:
    """The program and its children, by number."""
    children = Path(f"/proc/{program}/task/{program}/children").read_text("ascii").split()
    return [program, *map(int, children)]


async def _main(what: str, count: int, per_second: float) -> int:
    faults = await (soak_calls(count, per_second) if what == "calls" else soak_starts(count))
    for fault in faults:
        _say(f"  {fault}")
    _say(f"soak of {count} {what}: {'FAILED' if faults else 'all well'}")
    return 1 if faults else 0


if __name__ == "__main__":
    _what, _count, _rate = (sys.argv[1:] + [None] * 3)[:3]
    if _what not in ("calls", "starts"):
        sys.exit(__doc__)
    _default = 1000 if _what == "calls" else 100
    sys.exit(asyncio.run(_main(_what, int(_count or _default), float(_rate or 5))))
