"""Running a program as a person does: in a terminal of its own, ended with Ctrl-C."""

import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
START_S = 60.0
STOP_S = 20.0


class Program:
    """A command in the foreground, as far as signals are concerned: its process group is its own."""

    def __init__(self, command: Sequence[str], *, env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,
        )
        self._raw = b""

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self._raw.decode("utf-8", "replace")

    def wait_for(self, text: str) -> None:
        """Wait until it has printed ``text``."""
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        limit = time.monotonic() + START_S
        while text not in self.output:
            readable, _, _ = select.select([descriptor], [], [], max(0.0, limit - time.monotonic()))
            piece = os.read(descriptor, 65536) if readable else b""
            assert piece, f"did not print {text!r}: {self.output}"
            self._raw += piece

    def interrupt(self) -> int:
        """Press Ctrl-C: everything in the terminal gets SIGINT. Gives the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.wait_end()

    def wait_end(self) -> int:
        """Wait until it has ended by itself; gives the exit code."""
        rest, _ = self.process.communicate(timeout=STOP_S)
        self._raw += rest
        return self.process.returncode


@contextmanager
def running(command: Sequence[str], *, env: Mapping[str, str] | None = None) -> Iterator[Program]:
    """Run a program for as long as the block lasts; nothing is left behind, however the block ends."""
    program = Program(command, env=env)
    try:
        yield program
    finally:
        if program.process.poll() is None:
            os.killpg(program.process.pid, signal.SIGKILL)
        program.process.communicate(timeout=STOP_S)
