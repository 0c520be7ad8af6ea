from pathlib import Path

from offhook.console.settings import ConsoleSettings


def test_everything_is_on_loopback_unless_told_otherwise() -> None:
    settings = ConsoleSettings(data=Path("unused"))
    assert (settings.api_host, settings.listener_host) == ("127.0.0.1", "127.0.0.1")
    assert set(settings.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}


def test_the_documented_ports() -> None:
    settings = ConsoleSettings(data=Path("unused"))
    assert (settings.api_port, settings.listener_port) == (8800, 8801)


def test_no_secret_means_that_phones_need_none() -> None:
    assert ConsoleSettings(data=Path("unused")).listener_secret is None
