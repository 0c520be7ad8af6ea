"""A fleet with faults against a console that is killed every minute: nothing answered is lost, nothing grows.

    make soak              ten minutes
    make soak MINUTES=60

Shown at the end, and in the exit code: every report that was answered 200 is in the console's database; the console
shows every phone as it is, or says that it is not sure; the memory of console and fleet is the same in the last third
as in the first, and so are their open files.
Source: issue "Measured", section "Soak".
"""

import argparse
import asyncio
import json
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.proc import memory_mb
from bench.stored import stored_requests
from offhook.console.live_state import ENDED_MEMORY_S
from offhook.runtime.free_port import find_free_port

__all__ = ["Finding", "Sample", "growth", "lost_numbers", "main"]

GROWTH = 1.05
_STARTING_S = 20.0
"""After its start a program is still filling its caches; not counted."""
_WARMING_UP = 0.5
"""Part of the soak, but `_LONGEST_WARM_UP_S` at most, in which phones have their first calls; not counted."""
_LONGEST_WARM_UP_S = ENDED_MEMORY_S + 30.0
"""By then the console remembers as many ended calls as it ever will."""
_FEWEST = 30
"""Samples in a third, below which nothing is said about growth."""
_START_S = 60.0
_PORTS = (range(20_000, 25_000), range(25_000, 30_000))
_NUMBER = re.compile(rb"[?&]n=(\d+)")
_FAULTS = "drop=0.01,double=0.01,delay=0.01,slow=0.01"


@dataclass(frozen=True, slots=True)
class Sample:
    """A program at one moment."""

    age_s: float
    """Since it was started."""
    memory_mb: float
    files: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the verdict."""

    what: str
    is_good: bool
    words: str


@dataclass
class _Program:
    """One of the two programs, whichever process it is at the moment."""

    name: str
    command: list[str]
    process: asyncio.subprocess.Process | None = None
    began: float = 0.0
    starts: int = 0
    samples: list[Sample] = field(default_factory=list)

    async def start(self, *, is_heard: bool = False) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "offhook", *self.command, stdout=asyncio.subprocess.PIPE if is_heard else None
        )
        self.began = time.monotonic()
        self.starts += 1

    def look(self) -> None:
        """Take a sample."""
        if self.process is None or self.process.returncode is not None:
            return
        try:
            files = len(os.listdir(f"/proc/{self.process.pid}/fd"))
            memory = memory_mb([self.process.pid])
        except OSError:  # it ended in this moment
            return
        if memory:
            self.samples.append(Sample(time.monotonic() - self.began, memory, files))

    async def end(self, number: int) -> int:
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await self.process.wait()


class _Soak:
    def __init__(self, arguments: argparse.Namespace, folder: Path) -> None:
        self._arguments = arguments
        self._answered = folder / "answered"
        self._report = folder / "report.json"
        self._database = folder / "console" / "offhook.db"
        api, listener = (find_free_port("127.0.0.1", ports) for ports in _PORTS)
        self._data = folder / "console"
        self._data.mkdir()
        self._api = f"http://127.0.0.1:{api}"
        data = f"--data={self._data}"
        self.token_file = folder / "console" / "api-token"
        self.console = _Program("console", ["console", data, f"--api-port={api}", f"--listener-port={listener}"])
        self.fleet = _Program(
            "fleet",
            [
                "fleet",
                f"--phones={arguments.phones}",
                f"--calls-per-second={arguments.calls_per_second}",
                f"--talk={arguments.talk}",
                f"--ring={arguments.ring}",
                f"--seed={arguments.seed}",
                f"--faults={_FAULTS}",
                f"--duration={arguments.minutes * 60}",
                "--drain=120",
                "--storm=reboot",
                f"--storm-after={arguments.kill_every / 2}",
                f"--storm-within={arguments.kill_every}",
                f"--storm-every={arguments.kill_every * 2}",
                f"--console=http://127.0.0.1:{listener}",
                f"--api={self._api}",
                "--port=0",
                f"--json={self._report}",
                f"--answered={self._answered}",
            ],
        )
        self._calls_began = asyncio.Event()

    async def run(self) -> list[Finding]:
        """Run it; gives the verdict."""
        try:
            await self.console.start()
            await self._wait_for_console()
            self.fleet.command.append(f"--token={await self._make_token()}")
            await self.fleet.start(is_heard=True)
            async with asyncio.TaskGroup() as group:
                work = [group.create_task(each) for each in (self._pass_on(), self._sample(), self._kill())]
                assert self.fleet.process is not None
                code = await self.fleet.process.wait()
                for task in work[1:]:
                    task.cancel()
            ended = await self.console.end(signal.SIGINT)
        finally:
            await asyncio.gather(self.fleet.end(signal.SIGKILL), self.console.end(signal.SIGKILL))
        return self._verdict(code, ended)

    async def _wait_for_console(self) -> None:
        async with asyncio.timeout(_START_S):
            while not self.token_file.is_file():  # noqa: ASYNC110 - another process makes it
                await asyncio.sleep(0.1)

    async def _make_token(self) -> str:
        """Make a token that outlives the console: the one in the file is another one after each start."""
        scopes = [f"--scope={scope}" for scope in ("phones:admin", "phones:read", "calls:read", "events:read")]
        command = ["token", "add", "soak", *scopes, "--json", f"--url={self._api}", f"--data={self._data}"]
        made = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "offhook", *command, stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await made.communicate()
        return str(json.loads(answer)["secret"])

    async def _pass_on(self) -> None:
        """Show the fleet's progress."""
        assert self.fleet.process is not None
        assert self.fleet.process.stdout is not None
        async for line in self.fleet.process.stdout:
            sys.stdout.write(line.decode())
            sys.stdout.flush()
            if line.startswith(b"calls "):
                self._calls_began.set()

    async def _sample(self) -> None:
        await self._calls_began.wait()
        await asyncio.sleep(min(self._arguments.minutes * 60 * _WARMING_UP, _LONGEST_WARM_UP_S))
        while True:
            self.console.look()
            self.fleet.look()
            await asyncio.sleep(1.0)

    async def _kill(self) -> None:
        """Kill the console again and again, but not in the last moments, which the comparison needs."""
        await self._calls_began.wait()
        end = time.monotonic() + self._arguments.minutes * 60
        while time.monotonic() + 1.5 * self._arguments.kill_every < end:
            await asyncio.sleep(self._arguments.kill_every)
            await self.console.end(signal.SIGKILL)
            await self.console.start()
            sys.stdout.write(f"console killed and started again ({self.console.starts - 1})\n")

    # --- the verdict -------------------------------------------------------------------------------------------

    def _verdict(self, code: int, console_code: int) -> list[Finding]:
        if not self._report.is_file():
            return [Finding("fleet", False, f"ended with {code} and without a report")]
        report = json.loads(self._report.read_text("utf-8"))
        comparison = report["comparison"] or {"wrong": ["no comparison"], "uncertain": [], "untold": [], "equal": 0}
        answered = {int(line) for line in self._answered.read_text("ascii").split()}
        lost = lost_numbers(answered, self._database)
        wrong, uncertain, untold = (len(comparison[name]) for name in ("wrong", "uncertain", "untold"))
        return [
            Finding("kills", self.console.starts > 1, f"the console was killed {self.console.starts - 1} times"),
            Finding(
                "answered", bool(answered) and not lost, f"{len(answered):,} answered 200, {len(lost)} of them lost"
            ),
            Finding("delivered", report["is_drained"], "no report waits" if report["is_drained"] else "reports wait"),
            Finding(
                "truth",
                code == 0 and not wrong,
                f"{comparison['equal']:,} phones shown as they are; {uncertain} uncertain, {untold} never told, "
                f"{wrong} wrong and sure",
            ),
            Finding("end", console_code == 0, f"the console ended with {console_code}"),
            *_flatness(self.console),
            *_flatness(self.fleet),
        ]


def lost_numbers(answered: set[int], database: Path) -> set[int]:
    """Give the numbers of those reports that are not in the console's database."""
    lost = set(answered)
    for request in stored_requests(database):
        if found := _NUMBER.search(request):
            lost.discard(int(found[1]))
    return lost


def growth(values: Sequence[float], of: Callable[[Sequence[float]], float] = median) -> float | None:
    """Give the median, or whatever else, of the last third over that of the first; None where there are too few."""
    third = len(values) // 3
    if third < _FEWEST:
        return None
    return of(values[-third:]) / of(values[:third])


def _flatness(program: _Program) -> list[Finding]:
    settled = [sample for sample in program.samples if sample.age_s > _STARTING_S]
    findings = []
    for what, values, of in (
        ("memory", [sample.memory_mb for sample in settled], median),
        # The fewest: how many requests are under way at a moment says how busy the machine is, and not what leaks.
        ("open files", [float(sample.files) for sample in settled], min),
    ):
        ratio = growth(values, of)
        if ratio is None:
            words = f"{len(values)} samples are too few to tell"
        else:
            words = f"last third over first third {ratio:.3f}, {min(values):,.0f} to {max(values):,.0f}"
        findings.append(Finding(f"{program.name}: {what}", ratio is None or ratio <= GROWTH, words))
    return findings


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, print the verdict; 0 when all was well."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--calls-per-second", type=float, default=30.0)
    parser.add_argument("--talk", default="60s")
    parser.add_argument("--ring", default="6s")
    parser.add_argument("--kill-every", type=float, default=60.0, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=7)
    parsed = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="offhook-soak-") as folder:
        findings = asyncio.run(_Soak(parsed, Path(folder)).run())
    sys.stdout.write("\n")
    for finding in findings:
        sys.stdout.write(f"{'ok    ' if finding.is_good else 'FAILED'}  {finding.what:<20} {finding.words}\n")
    is_good = all(finding.is_good for finding in findings)
    sys.stdout.write("\nsoak passed\n" if is_good else "\nsoak FAILED\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
