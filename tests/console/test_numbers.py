"""Numbers in one form inside and another one for people; what is no public number stays as it is."""

import pytest

from offhook.console.numbers import Number, Numbers
from offhook.errors import ConfigError

BERLIN = Number("+4930901820", "030 901820")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("030 901820", BERLIN),
        (" (030) 90-18.20 ", BERLIN),
        ("+49 30 901820", BERLIN),
        ("0049 30 901820", BERLIN),
        ("030901820 ext. 12", Number("+4930901820", "030 901820", "12")),
        ("+4930901820;ext=5", Number("+4930901820", "030 901820", "5")),
        ("+33 1 42 68 53 00", Number("+33142685300", "+33 1 42 68 53 00")),
        ("1002", Number("1002", "1002")),
        ("200101", Number("200101", "200101")),
        ("*72#", Number("*72#", "*72#")),
        ("anonymous", Number("anonymous", "anonymous")),
        ("sip:1002@pbx", Number("sip:1002@pbx", "sip:1002@pbx")),
        ("+1", Number("+1", "+1")),
        ("+999 123456789", Number("+999123456789", "+999 123456789")),
        ("99999999999999999999", Number("99999999999999999999", "99999999999999999999")),
        ("1234567 1234567 1", Number("123456712345671", "1234567 1234567 1")),
        ("", Number("", "")),
        ("<b>\x00", Number("<b>\x00", "<b>\x00")),
    ],
)
def test_numbers_as_people_in_germany_write_them(text: str, number: Number) -> None:
    assert Numbers("de").read(text) == number


def test_without_a_region_only_numbers_that_say_their_country_are_known() -> None:
    numbers = Numbers()
    assert numbers.read("030 901820") == Number("030901820", "030 901820")
    assert numbers.read("+49 30 901820") == Number("+4930901820", "+49 30 901820")


def test_a_region_has_to_exist() -> None:
    with pytest.raises(ConfigError, match="--region"):
        Numbers("Germany")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mull 030 901", (("mull",), ("030901", "4930901"))),
        ("Müller, Anna", (("muller",), ("anna",))),
        ("+49 30", (("4930",),)),
        ("0049", (("0049", "49"),)),
        ("anna@ex", (("anna@ex",),)),
        ("% -", ()),
        ("a1 1002", (("a1",), ("1002",))),
    ],
)
def test_what_is_looked_for_is_cut_into_words(text: str, words: tuple[tuple[str, ...], ...]) -> None:
    assert Numbers("DE").words(text) == words


def test_phones_spell_a_number_in_several_ways() -> None:
    assert Numbers("DE").spellings("+4930901") == ("+4930901", "4930901", "004930901", "030901")
    assert Numbers("FR").spellings("+4930901") == ("+4930901", "4930901", "004930901")
    assert Numbers().spellings("1002") == ("1002",)
