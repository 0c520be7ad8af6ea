import pytest

from offhook.phone.letters import LETTERS, PAUSE_S, Tap, type_letter


def typed(*presses: tuple[str, float]) -> str:
    text, tap = "", None
    for digit, now in presses:
        text, tap = type_letter(text, tap, digit, now)
    return text


def test_the_same_key_again_is_the_next_letter() -> None:
    assert [typed(*[("2", 0.0)] * count) for count in range(1, 6)] == ["A", "B", "C", "2", "A"]


def test_another_key_or_a_pause_begins_a_new_letter() -> None:
    assert typed(("2", 0), ("6", 0.1), ("6", 0.2)) == "An"
    assert typed(("2", 0), ("2", PAUSE_S)) == "Aa"
    assert typed(("2", 0), ("2", 1.0), ("2", 1.0 + PAUSE_S - 0.1)) == "C"


def test_a_word_begins_with_a_capital() -> None:
    assert typed(("2", 0), ("6", 0), ("0", 0), ("2", 0)) == "Am A"


def test_right_begins_a_new_letter_on_the_same_key() -> None:
    assert type_letter("A", None, "2", 0.0)[0] == "Aa"


@pytest.mark.parametrize("digit", LETTERS)
def test_every_key_types_itself_too(digit: str) -> None:
    assert digit in LETTERS[digit]
    text, tap = type_letter("x", None, digit, 0.0)
    assert text == "x" + LETTERS[digit][0]
    assert tap == Tap(digit, 1, PAUSE_S)
