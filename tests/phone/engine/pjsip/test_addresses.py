"""Addresses as they are written for the SIP library."""

import pytest

from offhook.phone.engine.pjsip.addresses import (
    goes_straight,
    host_of,
    own_address,
    proxy_address,
    registrar_address,
    target_address,
)
from offhook.phone.engine.pjsip.protocol import Account

PLAIN = Account(id="a", user="1001", host="pbx:5070", peers={"7": "10.0.0.7:5062"})
SECURE = Account(id="a", user="1001", host="pbx", transport="tls", proxy="edge:5061")


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("1002", "sip:1002@pbx:5070"),
        (" *21# ", "sip:*21%23@pbx:5070"),
        ("7", "sip:7@10.0.0.7:5062"),
        ("bob@example.org", "sip:bob@example.org"),
        ("SIP:1002@h;transport=tcp", "sip:1002@h;transport=tcp"),
        ("tel:+3906;ext=2", "sip:+3906@pbx:5070"),
        ("TEL:1002", "sip:1002@pbx:5070"),
        ("127.0.0.1:5062", "sip:127.0.0.1:5062"),
        ("[::1]:5062", "sip:[::1]:5062"),
        ("1 0>\r\nX: y", "sip:1%200%3E%0D%0AX%3A%20y@pbx:5070"),
        ("sip:1@h>\r\nX: y", "sip:1@hX:y"),
    ],
)
def test_whatever_is_dialled_becomes_one_address(target: str, address: str) -> None:
    assert target_address(target, PLAIN) == address


@pytest.mark.parametrize(
    ("target", "is_straight"),
    [
        ("127.0.0.1:5062", True),
        ("7", True),
        ("sip:9@elsewhere", True),
        ("1002", False),
        ("tel:1002", False),
        ("1002@pbx:5070", False),
        ("sip:1002@PBX:5070;user=phone", False),
    ],
)
def test_what_needs_no_registrar(target: str, is_straight: bool) -> None:
    assert goes_straight(target, PLAIN) is is_straight


def test_transport_and_proxy_are_part_of_where_things_are_sent() -> None:
    assert registrar_address(PLAIN) == "sip:pbx:5070"
    assert registrar_address(SECURE) == "sip:pbx;transport=tls"
    assert target_address("1002", SECURE) == "sip:1002@pbx;transport=tls"
    assert proxy_address(SECURE) == "sip:edge:5061;transport=tls;lr"
    assert proxy_address(PLAIN) == ""


def test_a_name_is_quoted_whatever_is_in_it() -> None:
    named = Account(id="a", user="o'neill", host="pbx:5070", display_name='Zoë "Z" \\')
    assert own_address(named) == '"Zoë \\"Z\\" \\\\" <sip:o\'neill@pbx>'
    assert own_address(PLAIN) == "<sip:1001@pbx>"


@pytest.mark.parametrize(
    ("address", "host"), [("127.0.0.2:5060", "127.0.0.2"), ("[2001:db8::1]:5060", "2001:db8::1"), ("", "")]
)
def test_the_host_of_a_socket(address: str, host: str) -> None:
    assert host_of(address) == host
