"""Percent-encoding: what we write, and what phones write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.protocol.percent import decode_bytes, decode_text, encode

UNRESERVED = "ABCXYZabcxyz0189-._~"


def test_only_the_unreserved_stay() -> None:
    assert encode(UNRESERVED) == UNRESERVED
    assert encode(":/?#[]@!$&'()*+,;= %\"<>") == "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%20%25%22%3C%3E"
    assert encode("Müller\r\n") == "M%C3%BCller%0D%0A"


@given(st.text())
def test_round_trip_of_any_text(text: str) -> None:
    written = encode(text)
    assert written.isascii()
    assert decode_text(written) == text
    assert decode_bytes(written.encode("ascii")) == text


@given(st.text(alphabet=st.characters()))
def test_encode_takes_lone_surrogates_too(text: str) -> None:
    assert encode(text + "\ud800").isascii()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"", ""),
        (b"100%", "100%"),
        (b"%", "%"),
        (b"%%41", "%A"),
        (b"%4", "%4"),
        (b"%ZZ%4g", "%ZZ%4g"),
        (b"+39 02", "+39 02"),
        (b"a%2Bb%26", "a+b&"),
        (b"Zo\xc3\xab", "Zoë"),
        (b"Zo\xeb", "Zoë"),
        (b"Zo%C3%AB", "Zoë"),
        (b"Zo%EB", "Zoë"),
        (b"Zo%c3\xab", "Zoë"),
        (b"%00%0d%0a", "\0\r\n"),
        (b"\xed\xa0\x80", "í\xa0\x80"),
    ],
)
def test_what_phones_write(raw: bytes, text: str) -> None:
    assert decode_bytes(raw) == text


@given(st.binary())
def test_any_bytes_become_text_that_can_be_stored(raw: bytes) -> None:
    assert decode_bytes(raw).encode("utf-8") is not None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Zo\xc3\xab", "Zoë"),  # one Latin-1 character a byte
        ("Zoë", "Zoë"),  # already Unicode, and no UTF-8 when taken as bytes
        ("Łódź%20€", "Łódź €"),  # already Unicode, and more than Latin-1
        ("\ud800", "í\xa0\x80"),  # a lone surrogate names bytes that are no UTF-8
    ],
)
def test_text_that_is_not_ascii(raw: str, text: str) -> None:
    assert decode_text(raw) == text
