from pathlib import Path

import pytest

from offhook.console.settings import ConsoleSettings, Retention
from offhook.errors import ConfigError


def test_everything_is_on_loopback_unless_told_otherwise() -> None:
    settings = ConsoleSettings(data=Path("unused"))
    assert (settings.api_host, settings.listener_host) == ("127.0.0.1", "127.0.0.1")
    assert set(settings.allowed_hosts) == {"127.0.0.1", "localhost", "[::1]"}


def test_the_documented_ports() -> None:
    settings = ConsoleSettings(data=Path("unused"))
    assert (settings.api_port, settings.listener_port) == (8800, 8801)


def test_no_secret_means_that_phones_need_none() -> None:
    assert ConsoleSettings(data=Path("unused")).listener_secret is None


def test_a_day_and_a_million_events_can_be_resumed_from() -> None:
    kept = ConsoleSettings(data=Path("unused")).retention
    assert (kept.events, kept.events_hours) == (1_000_000, 24.0)


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"events": 999}, "--keep-events"),
        ({"events_hours": -1.0}, "--keep-events-hours"),
        ({"events_hours": float("nan")}, "--keep-events-hours"),
        ({"calls_days": 0.5}, "--keep-calls-days"),
        ({"commands_days": 0.9}, "--keep-commands-days"),
    ],
)
def test_what_would_break_another_promise_is_refused(changes: dict[str, float], flag: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        Retention(**changes)  # type: ignore[arg-type]
    assert refusal.value.key == flag
