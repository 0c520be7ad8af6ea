"""The process that makes a phone's calls: orders in, facts out, one thread.

Run as ``python -m offhook.phone.engine.pjsip.child``.
It ends when its stdin ends or nobody reads its stdout, and then hangs up and logs out first; Ctrl-C, which a terminal
sends to the whole group, is for the phone to act on. Whatever the library prints goes to stderr, never among the facts.
Source: `offhook.phone.engine.pjsip.protocol`.
"""

import ctypes
import gc
import os
import resource
import select
import signal
import sys
import time

import pjsua2 as pj

from offhook.phone.engine.pjsip.protocol import (
    Configure,
    Fact,
    NotReady,
    Order,
    Ping,
    Pong,
    Ready,
    Stop,
    read_order,
    write_line,
)
from offhook.phone.engine.pjsip.stack import PortInUse, Stack, reason_of
from offhook.phone.engine.pjsip.switchboard import Switchboard

__all__ = ["Pipe", "main"]

_POLL_CALL_MS = 10
_POLL_IDLE_MS = 20
_SIGN_OFF_S = 1.0
_SIGN_OFF_LEAST_S = 0.1
"""What the last messages and the recordings need to get out."""
_MOST_BYTES = 1 << 20
_PR_SET_PDEATHSIG = 1
_ALIVE: list[object] = []
"""What must outlive `main`: taking the library apart needs a second, and aborts over whatever is still in use."""


class Pipe:
    """Lines in, lines out."""

    def __init__(self, source: int, sink: int) -> None:
        """Take two open files.

        Args:
            source: Read without waiting.
            sink: Written whole.
        """
        self._source = source
        self._sink = sink
        self._rest = b""
        self.is_closed = False
        """Nobody is at the other end any more."""

    def read(self, wait_s: float = 0.0) -> list[bytes]:
        """Give the whole lines that have come."""
        if self.is_closed or not select.select([self._source], [], [], wait_s)[0]:
            return []
        chunk = os.read(self._source, 65536)
        if not chunk or len(self._rest) > _MOST_BYTES:
            self.is_closed = True
            return []
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return [line for line in lines if line.strip()]

    def write(self, facts: list[Fact]) -> None:
        """Write facts; with nobody to read them they are gone."""
        data = b"".join(write_line(fact) for fact in facts)
        try:
            while data:
                data = data[os.write(self._sink, data) :]
        except BrokenPipeError:
            self.is_closed = True


class _Stopping:
    """Set by SIGTERM, which also comes when the phone has died."""

    is_asked = False

    def ask(self, *_: object) -> None:
        self.is_asked = True


def main() -> int:
    """Serve one phone until it goes; gives the exit code."""
    pipe = Pipe(0, _own_stdout())
    stopping = _Stopping()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, stopping.ask)
    _die_with_parent()
    _leave_no_core()
    configure, rest = _first_order(pipe)
    if configure is None:
        return 0
    try:
        stack = Stack(configure)
        board = Switchboard(configure, stack)
    except PortInUse:
        pipe.write([NotReady("the port is in use", is_port_taken=True)])
        return 0
    except pj.Error as error:
        pipe.write([NotReady(reason_of(error))])
        return 0
    _ALIVE.extend((stack, board))
    gc.collect()
    gc.disable()
    pipe.write([Ready(stack.port, board.commands.problem)])
    _serve(pipe, stack, board, rest, stopping)
    return 0


def _serve(pipe: Pipe, stack: Stack, board: Switchboard, lines: list[bytes], stopping: _Stopping) -> None:
    while not pipe.is_closed and not stopping.is_asked:
        for line in lines:
            order = _read(line)
            if isinstance(order, Stop):
                stopping.is_asked = True
                break
            if isinstance(order, Ping):
                board.say(Pong())
            elif order is not None:
                board.obey(order)
        _turn(pipe, stack, board, _POLL_IDLE_MS if board.is_quiet() else _POLL_CALL_MS)
        lines = pipe.read()
    board.close_down()
    begun = time.monotonic()
    while (waited_s := time.monotonic() - begun) < _SIGN_OFF_S:
        if waited_s >= _SIGN_OFF_LEAST_S and board.is_quiet() and board.is_logged_out():
            break
        _turn(pipe, stack, board, _POLL_CALL_MS)


def _turn(pipe: Pipe, stack: Stack, board: Switchboard, wait_ms: int) -> None:
    board.turn()
    if facts := board.take_facts():
        pipe.write(facts)
        wait_ms = 1
    stack.poll(wait_ms)
    board.turn()
    if facts := board.take_facts():
        pipe.write(facts)


def _first_order(pipe: Pipe) -> tuple[Configure | None, list[bytes]]:
    while not pipe.is_closed:
        lines = pipe.read(1.0)
        if lines:
            order = _read(lines[0])
            return (order if isinstance(order, Configure) else None), lines[1:]
    return None, []


def _read(line: bytes) -> Order | None:
    """Read an order; what is none was written by no phone of ours and is only mentioned."""
    try:
        return read_order(line)
    except ValueError as error:  # msgspec's own, or no UTF-8
        sys.stderr.write(f"no order: {error}\n")
        return None


def _own_stdout() -> int:
    """Keep stdout for the facts and give the library stderr instead."""
    own = os.dup(1)
    os.dup2(2, 1)
    return own


def _die_with_parent() -> None:
    """Ask for SIGTERM when the phone dies; where that is not to be had, the end of stdin says the same."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _leave_no_core() -> None:
    """Write no memory to disk when the library aborts: passwords are in it, and who floods us would fill the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _code = main()
    sys.stderr.flush()
    os._exit(_code)  # and so nothing of `_ALIVE` is taken apart
