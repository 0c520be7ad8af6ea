import pytest

from offhook.phone.allow_list import is_allowed, wrong_entry


@pytest.mark.parametrize(
    "entry", ["192.0.2.76", "192.0.2.*", "192.0.*.76", "10.*", "*", "*.*.*.*", "192.0.2.0/24", "::1"]
)
@pytest.mark.parametrize("local", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_the_phones_own_computer_always_may(entry: str, local: str) -> None:
    assert wrong_entry(entry) == ""
    assert is_allowed(local, [entry])
    assert is_allowed(local, [])


@pytest.mark.parametrize(
    ("entry", "address", "may"),
    [
        ("192.0.2.76", "192.0.2.76", True),
        ("192.0.2.76", "192.0.2.77", False),
        ("192.0.2.76", "::ffff:192.0.2.76", True),
        ("192.0.2.*", "192.0.2.1", True),
        ("192.0.2.*", "192.0.20.1", False),
        ("192.0.*.1", "192.0.7.1", True),
        ("192.0.*.1", "192.0.7.2", False),
        ("10.*", "10.1.2.3", True),
        ("10.*", "100.1.2.3", False),
        ("10.1.*.*", "10.2.1.1", False),
        ("*", "198.51.100.1", True),
        ("*", "2001:db8::1", True),
        ("*.*.*.*", "2001:db8::1", False),
        ("192.0.2.64/26", "192.0.2.127", True),
        ("192.0.2.64/26", "192.0.2.128", False),
        ("192.0.2.99/24", "192.0.2.1", True),
        ("2001:db8::/32", "2001:db8::9", True),
        ("2001:db8::/32", "192.0.2.1", False),
        ("0.0.0.0/0", "192.0.2.1", True),
    ],
)
def test_who_else_may(entry: str, address: str, may: bool) -> None:
    assert wrong_entry(entry) == ""
    assert is_allowed(address, ["203.0.113.5", entry]) is may


def test_an_empty_list_means_nobody_else() -> None:
    assert not is_allowed("192.0.2.76", [])
    assert not is_allowed("", ["*"])
    assert not is_allowed("somebody", ["*"])


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "x",
        "192.0.2",
        "192.0.2.256",
        "256.*",
        "192.*.1",
        "192.0.2.1*",
        "*.x",
        "1.2.3.4.*",
        "192.0.2.0/33",
        "١.*",
        "a b",
    ],
)
def test_what_is_no_entry(entry: str) -> None:
    assert wrong_entry(entry)
