import asyncio
import os
import pty
import termios

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.phone.terminal.keyboard import LETTERS, KeyReader, Wish, raw_keys
from offhook.phone.web.face import WORDED_KEYS
from offhook.protocol.keys import Key


@pytest.mark.parametrize(
    ("typed", "presses"),
    [
        ("1002\r", [Key.DIGIT_1, Key.DIGIT_0, Key.DIGIT_0, Key.DIGIT_2, Key.OK]),
        ("*#\n", [Key.STAR, Key.POUND, Key.OK]),
        ("\x1b", [Key.X]),
        ("x\x7f\x08", [Key.X, Key.X, Key.X]),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", [Key.UP, Key.DOWN, Key.RIGHT, Key.LEFT]),
        ("\x1bOA\x1bOD", [Key.UP, Key.LEFT]),
        ("\x1bOP\x1bOQ\x1bOR\x1bOS", [Key.F1, Key.F2, Key.F3, Key.F4]),
        ("\x1b[11~\x1b[14~\x1b[[B\x1b3", [Key.F1, Key.F4, Key.F2, Key.F3]),
        ("l1l8d1d0", [Key.L1, Key.L8, Key.D1, Key.D10]),
        ("l9dh", [Key.DIGIT_9, Key.F_HOLD]),
        ("l\x1b[A2", [Key.UP, Key.DIGIT_2]),
        ("?\t", [Wish.LEGEND, Wish.NEXT_PHONE]),
        ("\x1b[5~\x1b[1;5Aäq€", []),
        ("h\x1b[200~t", [Key.F_HOLD, Key.F_TRANSFER]),
    ],
)
def test_what_is_typed_is_keys(typed: str, presses: list[Key | Wish]) -> None:
    assert list(KeyReader().read(typed)) == presses


def test_a_digit_may_come_later_than_its_letter() -> None:
    reader = KeyReader()
    assert [*reader.read("l"), *reader.read("2"), *reader.read("2")] == [Key.L2, Key.DIGIT_2]


@given(st.text())
def test_whatever_is_typed_is_keys_or_nothing(typed: str) -> None:
    assert all(isinstance(press, Key | Wish) for press in KeyReader().read(typed))


def test_letters_are_those_of_the_face_in_the_browser() -> None:
    for key, _, letter in WORDED_KEYS:
        assert LETTERS[letter] is key


async def test_keys_come_one_by_one_without_echo_and_the_terminal_is_as_before_afterwards() -> None:
    main, side = pty.openpty()
    typed: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    before = termios.tcgetattr(side)
    try:
        with pytest.raises(KeyError), raw_keys(side, loop.add_reader, typed.put_nowait):
            assert not termios.tcgetattr(side)[3] & (termios.ECHO | termios.ICANON)
            assert termios.tcgetattr(side)[3] & termios.ISIG  # Ctrl-C goes on being one
            os.write(main, b"5")
            assert await asyncio.wait_for(typed.get(), 5) == "5"
            os.write(main, "ä".encode())
            assert await asyncio.wait_for(typed.get(), 5) == "ä"
            raise KeyError
        assert termios.tcgetattr(side) == before
    finally:
        loop.remove_reader(side)
        os.close(main)
        os.close(side)


async def test_a_terminal_that_goes_away_is_told() -> None:
    main, side = pty.openpty()
    gone = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_typed(typed: str) -> None:
        loop.remove_reader(side)
        assert typed == ""
        gone.set()

    try:
        with raw_keys(side, loop.add_reader, on_typed):
            os.close(main)
            await asyncio.wait_for(gone.wait(), 5)
    finally:
        os.close(side)
