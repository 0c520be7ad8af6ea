"""The 55 key tokens, as DOC §3.2 has them, in any case."""

import pytest

from offhook.errors import UnknownKey
from offhook.protocol.keys import DIGIT_KEYS, Key, key_for_digit, parse_key

DOCUMENT = [
    *("OK", "Enter", "Speaker", "F_TRANSFER", "VOLUME_UP", "VOLUME_DOWN", "MUTE", "F_HOLD", "X", "F_CONFERENCE"),
    *("F1", "F2", "F3", "F4", "MSG", "HEADSET", "RD", "UP", "DOWN", "LEFT", "RIGHT"),
    *("Reboot", "AutoP", "DNDOn", "DNDOff"),
    *("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "POUND"),
    *("L1", "L2", "L3", "L4", "L5", "L6", "L7", "L8"),
    *("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10"),
]


def test_the_document_has_55() -> None:
    assert len(DOCUMENT) == 55
    assert [key.value for key in Key] == DOCUMENT


@pytest.mark.parametrize("token", DOCUMENT)
@pytest.mark.parametrize("write", [str, str.lower, str.upper], ids=["as printed", "lower", "upper"])
def test_every_token_in_three_cases(token: str, write: type[str]) -> None:
    assert parse_key(write(token)) is Key(token)


@pytest.mark.parametrize(
    "token",
    ["", " ", "OK ", "L0", "L9", "D0", "D11", "F0", "F5", "F TRANSFER", "#", "+", "10", "NoSuchKey", "\0", "٣"],
)
def test_anything_else_is_unknown(token: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        parse_key(token)
    assert refused.value.token == token


def test_digit_keys_both_ways() -> None:
    assert "".join(DIGIT_KEYS.values()) == "0123456789*#"
    for key, digit in DIGIT_KEYS.items():
        assert key_for_digit(digit) is key
    assert DIGIT_KEYS[Key.POUND] == "#"


@pytest.mark.parametrize("text", ["", "A", "+", "12", "POUND", "٣"])
def test_no_key_enters_it(text: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        key_for_digit(text)
    assert refused.value.token == text
