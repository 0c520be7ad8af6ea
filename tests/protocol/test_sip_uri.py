"""Addresses of parties in every form that phones write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.protocol.sip_uri import PartyAddress, is_withheld, parse_party, sip_uri


@pytest.mark.parametrize(
    ("text", "user", "host", "display"),
    [
        ("sip:1001@pbx.example", "1001", "pbx.example", ""),
        ("SIP:1001@pbx.example", "1001", "pbx.example", ""),
        ("sips:1001@pbx.example:5061;transport=tls", "1001", "pbx.example", ""),
        ("1001@192.168.20.22", "1001", "192.168.20.22", ""),
        ("1001", "1001", "", ""),
        ("+390212345", "+390212345", "", ""),
        ("", "", "", ""),
        ("  sip:2@h  ", "2", "h", ""),
        # Ports, parameters, headers, IPv6
        ("sip:2@h:5060", "2", "h", ""),
        ("sip:2@192.0.2.1:5060;lr?Subject=x", "2", "192.0.2.1", ""),
        ("sip:2@[2001:db8::1]", "2", "[2001:db8::1]", ""),
        ("sip:2@[2001:db8::1]:5060;user=phone", "2", "[2001:db8::1]", ""),
        ("sip:2@h?Replaces=a@b;to-tag=1", "2", "h", ""),
        ("sip:2@h;maddr=a@b", "2", "h", ""),
        # Users that hold more than digits
        ("sip:+358-555-1234567;postd=pp22@foo.example;user=phone", "+358-555-1234567", "foo.example", ""),
        ("sip:a?b@h", "a?b", "h", ""),
        ("sip:bob:secret@h", "bob", "h", ""),
        ("sip:bob@example.org@pbx", "bob@example.org", "pbx", ""),
        ("sip:%2B39@h", "%2B39", "h", ""),
        ("@192.0.2.1", "", "192.0.2.1", ""),
        # Without a user
        ("sip:1002", "1002", "", ""),
        ("sip:1002;user=phone", "1002", "", ""),
        ("1002?x=1", "1002", "", ""),
        # tel
        ("tel:+39-02-123", "+39-02-123", "", ""),
        ("TEL:+39;ext=1;phone-context=a@b", "+39", "", ""),
        # Name and address
        ('"Bob" <sip:2@h>', "2", "h", "Bob"),
        ('"Bob"<sip:2@h>;tag=1', "2", "h", "Bob"),
        ("Bob van Doe <sip:2@h>", "2", "h", "Bob van Doe"),
        ("<sip:2@h;user=phone>", "2", "h", ""),
        ('"" <sip:2@h>', "2", "h", ""),
        ('"Say \\"hi\\"" <sip:2@h>', "2", "h", 'Say "hi"'),
        ('"back\\\\slash" <sip:2@h>', "2", "h", "back\\slash"),
        ('"a\\\\\\"b\\c" <sip:2@h>', "2", "h", 'a\\"bc'),
        ('"A <b@c>" <sip:2@h>', "2", "h", "A <b@c>"),
        ('"Müller" <tel:+39>', "+39", "", "Müller"),
        ('" <sip:2@h>', "2", "h", '"'),
        ("Bob <sip:2@h", "2", "h", "Bob"),
        # Words
        ("anonymous", "anonymous", "", ""),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', "anonymous", "anonymous.invalid", "Anonymous"),
    ],
)
def test_forms(text: str, user: str, host: str, display: str) -> None:
    assert parse_party(text) == PartyAddress(user, host, display)


@given(st.text() | st.text(alphabet='sip:tel@<>"\\;?[]1. '))
def test_any_text_is_read(text: str) -> None:
    party = parse_party(text)
    assert all(isinstance(part, str) for part in (party.user, party.host, party.display))


@given(
    st.text(alphabet="0123456789abc+*#-.%", min_size=1),
    st.sampled_from(["pbx.example", "192.0.2.1", "[2001:db8::1]"]),
)
def test_what_is_written_is_read_back(user: str, host: str) -> None:
    assert parse_party(sip_uri(user, host)) == PartyAddress(user, host)


def test_without_a_user() -> None:
    assert sip_uri("", "pbx.example") == "sip:pbx.example"


@given(st.text())
def test_any_display_name_survives_quoting(name: str) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    assert parse_party(f'"{quoted}" <sip:2@h>').display == name


@pytest.mark.parametrize(
    ("text", "withheld"),
    [
        ("anonymous", True),
        ("Anonymous", True),
        ("sip:UNKNOWN@pbx", True),
        ("restricted", True),
        ("unavailable", True),
        ("private", True),
        ("sip:x@Anonymous.Invalid", True),
        ("1001", False),
        ("sip:anonymously@h", False),
        ("", False),
    ],
)
def test_withheld(text: str, withheld: bool) -> None:
    assert is_withheld(parse_party(text)) is withheld
