"""The 55 key tokens of Active URI.

Source: DOC §3.2. The document itself writes `key=ok`, `key=OK` and `key=Enter`, so tokens are matched without regard
to case. The scan's `F TRANSFER`, `F HOLD`, `F CONFERENCE` are errata of the names with an underscore.
"""

from enum import StrEnum

from offhook.errors import UnknownKey
from offhook.plain_members import plain_members

__all__ = ["DIGIT_KEYS", "Key", "key_for_digit", "parse_key"]


@plain_members
class Key(StrEnum):
    """One key token of DOC §3.2; the value is the document's spelling."""

    OK = "OK"
    ENTER = "Enter"
    SPEAKER = "Speaker"
    F_TRANSFER = "F_TRANSFER"
    VOLUME_UP = "VOLUME_UP"
    VOLUME_DOWN = "VOLUME_DOWN"
    MUTE = "MUTE"
    F_HOLD = "F_HOLD"
    X = "X"
    F_CONFERENCE = "F_CONFERENCE"
    F1 = "F1"
    F2 = "F2"
    F3 = "F3"
    F4 = "F4"
    MSG = "MSG"
    HEADSET = "HEADSET"
    RD = "RD"
    UP = "UP"
    DOWN = "DOWN"
    LEFT = "LEFT"
    RIGHT = "RIGHT"
    REBOOT = "Reboot"
    AUTO_P = "AutoP"
    DND_ON = "DNDOn"
    DND_OFF = "DNDOff"
    DIGIT_0 = "0"
    DIGIT_1 = "1"
    DIGIT_2 = "2"
    DIGIT_3 = "3"
    DIGIT_4 = "4"
    DIGIT_5 = "5"
    DIGIT_6 = "6"
    DIGIT_7 = "7"
    DIGIT_8 = "8"
    DIGIT_9 = "9"
    STAR = "*"
    POUND = "POUND"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"
    L5 = "L5"
    L6 = "L6"
    L7 = "L7"
    L8 = "L8"
    D1 = "D1"
    D2 = "D2"
    D3 = "D3"
    D4 = "D4"
    D5 = "D5"
    D6 = "D6"
    D7 = "D7"
    D8 = "D8"
    D9 = "D9"
    D10 = "D10"


DIGIT_KEYS: dict[Key, str] = {
    **{Key(digit): digit for digit in "0123456789*"},
    Key.POUND: "#",
}
"""The twelve keypad keys and the character each enters; DOC §3.2 spells `#` as POUND."""

_BY_FOLDED = {key.value.casefold(): key for key in Key}
_BY_DIGIT = {digit: key for key, digit in DIGIT_KEYS.items()}


def parse_key(token: str) -> Key:
    """Read one key token, in any case.

    Raises:
        UnknownKey: ``token`` is none of the 55.
    Source: DOC §3.2.
    """
    try:
        return _BY_FOLDED[token.casefold()]
    except KeyError:
        raise UnknownKey(token) from None


def key_for_digit(digit: str) -> Key:
    """Find the keypad key that enters ``digit``, one of ``0123456789*#``.

    Raises:
        UnknownKey: ``digit`` is on no keypad key.
    Source: DOC §3.2.
    """
    try:
        return _BY_DIGIT[digit]
    except KeyError:
        raise UnknownKey(digit) from None
