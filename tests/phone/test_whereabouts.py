import pytest

from offhook.phone.settings import Network
from offhook.phone.whereabouts import bind_host, find_ip, is_found, web_authority
from offhook.protocol.events import Event


@pytest.mark.parametrize(
    ("address", "listens_on", "found"),
    [
        ("127.0.0.1", "127.0.0.1", False),
        ("192.0.2.4", "192.0.2.4", False),
        ("::1", "::1", False),
        ("localhost", "localhost", False),
        ("auto", "0.0.0.0", True),
        ("0.0.0.0", "0.0.0.0", True),
        ("::", "::", True),
    ],
)
def test_where_to_listen_and_whether_the_address_can_change(address: str, listens_on: str, found: bool) -> None:
    network = Network(address=address)
    assert bind_host(network) == listens_on
    assert is_found(network) is found


def test_a_set_address_is_the_address() -> None:
    assert find_ip(Network(address="192.0.2.4"), {Event.HOLD: "http://127.0.0.9/"}) == "192.0.2.4"


@pytest.mark.parametrize("console", ["http://127.0.0.9:8801/x", "http://localhost/x"])
def test_otherwise_it_is_where_the_first_console_is_reached_from(console: str) -> None:
    assert find_ip(Network(address="auto"), {Event.OFF_HOOK: "", Event.HOLD: console}) == "127.0.0.1"


def test_without_a_console_it_is_the_default_routes() -> None:
    assert find_ip(Network(address="auto"), {}) == find_ip(Network(address="0.0.0.0"), {})


@pytest.mark.parametrize(
    ("ip", "written"), [("192.0.2.4", "192.0.2.4:80"), ("2001:db8::1", "[2001:db8::1]:80"), (None, "127.0.0.1:80")]
)
def test_in_a_url(ip: str | None, written: str) -> None:
    assert web_authority(ip, 80) == written
