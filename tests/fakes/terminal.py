"""A terminal for programs: a pseudo-terminal of a chosen size, what was written on it, and hands to type."""

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from typing import Any

__all__ = ["Terminal", "in_terminal"]

ROOT = Path(__file__).parents[2]
LIMIT_S = 30.0
_OWN_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
"""Makes the terminal the program's own, so that Ctrl-C is a signal."""
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, command: Sequence[str], *, columns: int, rows: int, env: dict[str, str] | None) -> None:
        self._main, self._side = pty.openpty()
        self.resize(columns, rows)
        self.modes_before = self.modes
        environment = {
            name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OWN_TERMINAL, *command],
            cwd=ROOT,
            env={**environment, "TERM": "xterm-256color", **(env or {})},
            stdin=self._side,
            stdout=self._side,
            stderr=self._side,
            start_new_session=True,
        )
        self.raw = b""

    @property
    def modes(self) -> list[Any]:
        """How the terminal treats what is typed."""
        return termios.tcgetattr(self._side)

    @property
    def text(self) -> str:
        """What was written, without colours and cursor movements."""
        return _ESCAPE.sub("", self.raw.decode("utf-8", "replace"))

    def resize(self, columns: int, rows: int) -> None:
        ioctl(self._side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_for(self, text: str) -> str:
        """Wait until ``text`` is written from now on; gives what was written until then."""
        seen = len(self.raw)
        limit = time.monotonic() + LIMIT_S
        while text not in _ESCAPE.sub("", self.raw[seen:].decode("utf-8", "replace")):
            readable, _, _ = select.select([self._main], [], [], max(0.0, limit - time.monotonic()))
            assert readable, f"did not show {text!r}: {self.text[-3000:]}"
            self.raw += os.read(self._main, 65536)
        return _ESCAPE.sub("", self.raw[seen:].decode("utf-8", "replace"))

    def type(self, text: str) -> None:
        os.write(self._main, text.encode())

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> int:
        """Wait until the program has ended; what it still writes is kept."""
        limit = time.monotonic() + LIMIT_S
        while self.process.poll() is None and time.monotonic() < limit:
            if select.select([self._main], [], [], 0.02)[0]:
                self.raw += os.read(self._main, 65536)
        while select.select([self._main], [], [], 0)[0]:
            self.raw += os.read(self._main, 65536)
        return self.process.wait(1)

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(LIMIT_S)
        os.close(self._main)
        os.close(self._side)


@contextmanager
def in_terminal(
    command: Sequence[str], *, columns: int = 80, rows: int = 30, env: dict[str, str] | None = None
) -> Iterator[Terminal]:
    """Run a program in a terminal; nothing is left behind."""
    terminal = Terminal(command, columns=columns, rows=rows, env=env)
    try:
        yield terminal
    finally:
        terminal.close()
