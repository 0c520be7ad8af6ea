"""What people write as a number, and what is dialled of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.console.dialled_number import MAX_DIALLED_CHARS, read_dialled_number, read_keyed_number
from offhook.errors import NotValid
from offhook.protocol.active_uri import DialNumber, build_query, parse_query


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("1002", "1002"),
        (" 1002 ", "1002"),
        ("+39 010-1", "+390101"),
        ("+49 (0)30 / 90 18 20", "+4930901820"),
        ("(030) 901.820", "030901820"),
        ("030\u00a0901\u2011820", "030901820"),
        ("702-927-6689", "7029276689"),
        ("*72#", "*72#"),
        ("1" * 64, "1" * 64),
        ("anna@pbx.example", "anna@pbx.example"),
        ("sip:anna@pbx.example", "sip:anna@pbx.example"),
        ("SIPS:1002@192.0.2.7:5061;transport=tls", "SIPS:1002@192.0.2.7:5061;transport=tls"),
        ("sip:anna@[2001:db8::1]:5060", "sip:anna@[2001:db8::1]:5060"),
        ("sip:pbx.example", "sip:pbx.example"),
        ("tel:+49-30-901820", "tel:+49-30-901820"),
        ("tel:1002;phone-context=pbx.example", "tel:1002;phone-context=pbx.example"),
    ],
)
def test_what_is_dialled(written: str, dialled: str) -> None:
    assert read_dialled_number(written) == dialled


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1002; rm", "\u201c1002; rm\u201d is no number: it has \u201c;\u201d \u201cm\u201d \u201cr\u201d in it"),
        ("1002;rm", "is no number"),
        ("1002\n", None),
        ("1002,1003", "\u201c,\u201d"),
        ("10+02", "has a + inside"),
        ("", "say which number"),
        (" - ", "say which number"),
        ("+", "is no number"),
        ("bob", "\u201cb\u201d"),
        ("1-800-FLOWERS", "\u201cF\u201d"),
        ("12\u0663", "is no number"),
        ("1002&key=Reboot", "is no number"),
        ("1002%0d", "is no number"),
        ("sip:anna@", "is no number"),
        ("sip:an na@pbx", "is no number"),
        ("anna@pbx example", "is no number"),
        ("anna@pbx;rm -rf", "is no number"),
        ("<sip:anna@pbx>", "is no number"),
        ("tel:", "is no number"),
        ("tel:#;x", None),
        ("mailto:anna@pbx", "is no number"),
        ("1" * 65, "too long: at most 64 digits"),
        (f"sip:{'a' * MAX_DIALLED_CHARS}@pbx", "too long"),
    ],
)
def test_what_is_no_number_is_refused_and_says_why(written: str, words: str | None) -> None:
    if words is None:
        assert "\n" not in _read_or_refused(written)
        return
    with pytest.raises(NotValid) as refused:
        read_dialled_number(written)
    assert refused.value.error_id == "number-not-valid"
    assert words in str(refused.value)


def _read_or_refused(written: str) -> str:
    try:
        return read_dialled_number(written)
    except NotValid:
        return ""


@given(st.text(max_size=40))
def test_nothing_is_cut_off_and_what_is_dialled_arrives_as_it_is(written: str) -> None:
    dialled = _read_or_refused(written)
    if not dialled:
        return
    significant = [each for each in written.strip() if each.isascii() and (each.isalnum() or each in "*#+;@")]
    if "(0)" not in written:
        assert significant == [each for each in dialled if each.isalnum() or each in "*#+;@"]
    arrived = parse_query(build_query(DialNumber(dialled)))
    assert isinstance(arrived, DialNumber)
    assert arrived.number in (dialled, dialled.replace("-", ""))


@pytest.mark.parametrize(("written", "keyed"), [("(10) 0-3", "1003"), ("*72#", "*72#"), (" 10.03 ", "1003")])
def test_what_is_keyed_in(written: str, keyed: str) -> None:
    assert read_keyed_number(written) == keyed


@pytest.mark.parametrize("written", ["", " - ", "+39010", "anna@pbx", "1002; rm", "1" * 65, "12\u0663"])
def test_what_a_keypad_does_not_have(written: str) -> None:
    with pytest.raises(NotValid) as refused:
        read_keyed_number(written)
    assert refused.value.error_id == "target-not-on-keypad"
    assert ("without the +" in str(refused.value)) is ("+" in written)
