"""Which address another machine sees."""

import socket

import pytest

from offhook.console.own_address import address_towards


def test_this_machine_sees_itself_by_the_address_it_asks_for() -> None:
    assert address_towards("127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize("text", ["", "no address", "999.1.1.1"])
def test_anything_else_stands_for_the_world(text: str) -> None:
    assert address_towards(text) == address_towards("192.0.2.1")


def test_ipv6_has_no_zone_in_it() -> None:
    found = address_towards("::1")
    assert found == ("::1" if socket.has_ipv6 and _has_ipv6_loopback() else "127.0.0.1")


def _has_ipv6_loopback() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_without_a_way_there_it_is_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoWay(socket.socket):
        def connect(self, address: object, /) -> None:
            raise OSError(101, "network is unreachable")

    monkeypatch.setattr(socket, "socket", NoWay)
    assert address_towards("192.0.2.7") == "127.0.0.1"
