"""Typing letters on the digit keys, as on every telephone: `2` `2` is "b". Pure.

The same key again, soon enough, gives the next letter; another key, a pause or `RIGHT` begins a new one. The first
letter of a word is a capital.
Source: ITU-T E.161 (which letters are on which key); DOC §3.2 (the keypad).
"""

from dataclasses import dataclass

__all__ = ["LETTERS", "PAUSE_S", "Tap", "type_letter"]

PAUSE_S = 1.5
"""After so long the same key begins a new letter."""
LETTERS: dict[str, str] = {
    "1": ".,-1",
    "2": "abc2",
    "3": "def3",
    "4": "ghi4",
    "5": "jkl5",
    "6": "mno6",
    "7": "pqrs7",
    "8": "tuv8",
    "9": "wxyz9",
    "0": " 0",
    "*": "*",
    "#": "#",
}


@dataclass(frozen=True, slots=True)
class Tap:
    """The letter that the next press of the same key changes."""

    digit: str
    count: int
    """Presses so far, from 1."""
    until: float
    """Seconds of the phone's clock."""


def type_letter(text: str, tap: Tap | None, digit: str, now: float) -> tuple[str, Tap]:
    """Press a digit key once.

    Args:
        text: What was typed so far.
        tap: The press before; None for none, or after `RIGHT`.
        digit: One of `LETTERS`.
        now: Seconds.
    """
    letters = LETTERS[digit]
    if tap is not None and tap.digit == digit and now < tap.until:
        text, count = text[:-1], tap.count + 1
    else:
        count = 1
    letter = letters[(count - 1) % len(letters)]
    is_first = not text or text.endswith(" ")
    return text + (letter.upper() if is_first else letter), Tap(digit, count, now + PAUSE_S)
