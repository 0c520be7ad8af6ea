"""The terminal's keyboard as the phone's keys: what each key press means, and reading them without Enter and echo.

Source: DOC §3.2 (the keys); ECMA-48 and what terminals send for arrows and function keys.
"""

import os
import re
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum

from offhook.protocol.keys import DIGIT_KEYS, Key

__all__ = ["LETTERS", "KeyReader", "Wish", "raw_keys"]


class Wish(Enum):
    """What a key press asks of the face and not of the phone."""

    LEGEND = "legend"
    NEXT_PHONE = "next phone"


LETTERS: dict[str, Key] = {
    "h": Key.F_HOLD,
    "t": Key.F_TRANSFER,
    "c": Key.F_CONFERENCE,
    "r": Key.RD,
    "v": Key.MSG,
    "m": Key.MUTE,
    "e": Key.HEADSET,
    "s": Key.SPEAKER,
    "x": Key.X,
    "+": Key.VOLUME_UP,
    "-": Key.VOLUME_DOWN,
}
"""The same letters as on the phone's face in the browser."""

_PRESSES: dict[str, Key | Wish] = {
    **{character: key for key, character in DIGIT_KEYS.items()},
    **LETTERS,
    "\r": Key.OK,
    "\n": Key.OK,
    "\x7f": Key.X,
    "\x08": Key.X,
    "\x1b": Key.X,
    "?": Wish.LEGEND,
    "\t": Wish.NEXT_PHONE,
}
_SEQUENCES: dict[str, Key] = {
    **{
        f"{start}{end}": key
        for start in ("\x1b[", "\x1bO")
        for end, key in zip("ABCD", (Key.UP, Key.DOWN, Key.RIGHT, Key.LEFT), strict=True)
    },
    **{f"\x1bO{end}": Key(f"F{number}") for number, end in enumerate("PQRS", 1)},
    **{f"\x1b[{10 + number}~": Key(f"F{number}") for number in range(1, 5)},
    **{f"\x1b[[{end}": Key(f"F{number}") for number, end in enumerate("ABCD", 1)},
    **{f"\x1b{number}": Key(f"F{number}") for number in range(1, 5)},  # Alt and a digit: F1 is often the desktop's
}
_NUMBERED: dict[str, Key] = {
    **{f"l{number}": Key(f"L{number}") for number in range(1, 9)},
    **{f"d{number % 10}": Key(f"D{number}") for number in range(1, 11)},
}
_BEGINNINGS = frozenset("ld")
_PIECE = re.compile(r"\x1b\[\[[A-E]|\x1b\[[0-9;]*[ -/]*[@-~]|\x1bO[ -~]|\x1b[1-4]|.", re.DOTALL)


class KeyReader:
    """Makes key presses of what is typed. ``l`` and ``d`` wait for a digit: ``l2`` is `L2`, ``d0`` is `D10`."""

    def __init__(self) -> None:
        self._begun = ""

    def read(self, typed: str) -> Iterator[Key | Wish]:
        """Give what was typed as key presses, in order; what means nothing is left out.

        Args:
            typed: As the terminal sent it, escape sequences whole.
        """
        for piece in _PIECE.findall(typed):
            begun, self._begun = self._begun, piece if piece in _BEGINNINGS else ""
            press = _SEQUENCES.get(piece) or _NUMBERED.get(begun + piece) or _PRESSES.get(piece)
            if press is not None:
                yield press


@contextmanager
def raw_keys(
    descriptor: int, add_reader: Callable[[int, Callable[[], None]], None], on_typed: Callable[[str], None]
) -> Iterator[None]:
    """Hand on each key as it is pressed, without echo; whatever happens, the terminal is as before afterwards.

    Ctrl-C goes on being one. Ctrl-Z does nothing: whoever stopped the phone there would get a terminal that is not
    usable, and calls that nobody serves.

    Args:
        descriptor: The terminal.
        add_reader: The loop's.
        on_typed: Told what was typed; "" says that the terminal is gone, and is said until the reader is removed.
    """
    before = termios.tcgetattr(descriptor)
    wanted = termios.tcgetattr(descriptor)
    wanted[tty.LFLAG] &= ~(termios.ECHO | termios.ICANON)
    wanted[tty.CC][termios.VSUSP] = b"\0"
    wanted[tty.CC][termios.VMIN] = 1
    wanted[tty.CC][termios.VTIME] = 0

    def read() -> None:
        typed = b""
        with suppress(OSError):
            typed = os.read(descriptor, 1024)
        on_typed(typed.decode("utf-8", "ignore"))

    termios.tcsetattr(descriptor, termios.TCSADRAIN, wanted)
    add_reader(descriptor, read)
    try:
        yield
    finally:
        with suppress(termios.error):  # it has gone
            termios.tcsetattr(descriptor, termios.TCSAFLUSH, before)
