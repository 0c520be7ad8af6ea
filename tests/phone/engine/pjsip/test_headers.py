"""Headers as they come over the wire."""

import pytest

from offhook.phone.engine.pjsip.headers import MAX_TEXT, cancel_reason, clean, header, party_in
from offhook.phone.engine.pjsip.protocol import Party

MESSAGE = (
    "INVITE sip:1002@h SIP/2.0\r\n"
    'f: "Zo\r\n ë" <sip:1001@h>;tag=1\r\n'
    "TO : <sip:1002@h>\r\n"
    "Subject: first\r\nSubject: second\r\n"
    "\r\nReason: not a header\r\n"
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("From", '"Zo ë" <sip:1001@h>;tag=1'),
        ("to", "<sip:1002@h>"),
        ("subject", "first"),
        ("Reason", ""),
        ("INVITE sip", ""),
    ],
)
def test_a_header_is_found_folded_compact_and_in_any_case(name: str, value: str) -> None:
    assert header(MESSAGE, name) == value


@pytest.mark.parametrize("end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_a_value_cannot_pass_for_another_header(end: str) -> None:
    message = f"INVITE sip:1002@h SIP/2.0\r\nSubject: x{end}From: <sip:boss@h>\r\nFrom: <sip:1001@h>\r\n\r\n"
    assert header(message, "From") == "<sip:1001@h>"


@pytest.mark.parametrize(
    ("value", "party"),
    [
        ('"Zoë \\"Z\\" \\\\" <sip:1001@h:5070;user=phone>;tag=x', Party("1001", "h", 'Zoë "Z" \\')),
        ("<sip:anonymous@anonymous.invalid>;tag=x", Party("anonymous", "anonymous.invalid")),
        ("Ann <tel:+39-06;ext=1>", Party("+39-06", "", "Ann")),
        ("sip:%23%31@h;tag=9", Party("#1", "h")),
        ("sip:10.0.0.7:5062", Party("", "10.0.0.7")),
        ("Gate <sip:[::1]:5062;lr>;tag=1", Party("", "[::1]", "Gate")),
        ('"\x07Bell\r" <sip:1@h>', Party("1", "h", "Bell")),
        ("", Party("")),
    ],
)
def test_parties_as_phones_write_them(value: str, party: Party) -> None:
    assert party_in(value) == party


def test_bytes_that_are_no_utf8_become_letters() -> None:
    assert clean(b"M\xfcller".decode("utf-8", "surrogateescape")) == "Müller"
    assert clean("Zo\u00eb") == "Zoë"


def test_nobody_is_called_by_a_novel() -> None:
    assert len(clean("x" * 10_000)) == MAX_TEXT


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        ('Reason: SIP ;cause=200 ;text="Call completed elsewhere"', "elsewhere"),
        ("Reason: Q.850;cause=26", "elsewhere"),
        ("Reason: SIP;cause=302", "forwarded"),
        ("Reason: SIP;cause=487", "cancelled"),
        ("Subject: none", "cancelled"),
    ],
)
def test_why_a_caller_took_a_call_back(reason: str, how: str) -> None:
    assert cancel_reason(f"CANCEL sip:1@h SIP/2.0\r\n{reason}\r\n\r\n") == how
