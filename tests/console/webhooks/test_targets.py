"""Where webhooks may go."""

import pytest

from offhook.console.webhooks.targets import read_target, refusal_of
from offhook.errors import NotValid


@pytest.mark.parametrize(
    "text",
    ["https://crm.example.com/hook?x=1", "http://192.168.1.5:8080/", "http://10.0.0.1", "https://[fd00::1]:8443/x"],
)
def test_other_computers_of_the_office_and_beyond(text: str) -> None:
    assert str(read_target(text, is_loopback_allowed=False)).startswith(text[:8])


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "http://user@example.com/",
        "http://user:pass@example.com/",
        "http://example.com/#x",
        "http://example.com:99999/",
        "http://example.com:0/",
        "http://[::1/",
        "//example.com/",
        "",
    ],
)
def test_what_is_no_url_of_a_webhook(text: str) -> None:
    with pytest.raises(NotValid) as caught:
        read_target(text, is_loopback_allowed=True)
    assert caught.value.error_id == "webhook-url-not-valid"


LOOPBACK = ["http://127.0.0.1/", "http://127.9.9.9/", "http://localhost/", "http://a.LOCALHOST./", "http://[::1]/"]
MAPPED = ["http://[::ffff:127.0.0.1]/"]
NEVER = [
    "http://169.254.169.254/latest",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
    "http://0.0.0.0/",
    "http://[::]/",
    "http://255.255.255.255/",
    "http://240.0.0.1/",
    "http://[::ffff:169.254.169.254]/",
    "http://[2002:a9fe:a9fe::]/",
]


@pytest.mark.parametrize("text", LOOPBACK + MAPPED)
def test_this_computer_only_where_it_is_allowed(text: str) -> None:
    with pytest.raises(NotValid, match="--webhook-loopback"):
        read_target(text, is_loopback_allowed=False)
    read_target(text, is_loopback_allowed=True)


@pytest.mark.parametrize("text", NEVER)
@pytest.mark.parametrize("is_loopback_allowed", [True, False])
def test_never(text: str, is_loopback_allowed: bool) -> None:
    with pytest.raises(NotValid) as caught:
        read_target(text, is_loopback_allowed=is_loopback_allowed)
    assert caught.value.error_id == "webhook-url-not-allowed"


def test_an_address_with_a_zone() -> None:
    assert refusal_of("fe80::1%eth0", is_loopback_allowed=True)
    assert refusal_of("192.0.2.1", is_loopback_allowed=False) is None
