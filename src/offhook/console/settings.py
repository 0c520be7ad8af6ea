"""The console's settings.

Source: architecture, "Names at the edge" (default ports; everything on loopback unless told otherwise).
"""

from dataclasses import dataclass, field
from pathlib import Path

from offhook.errors import ConfigError

__all__ = ["ConsoleSettings", "Retention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What is kept at least; flags of `offhook console`."""

    events: int = 1_000_000
    """So many events, and so many requests of phones, are kept whatever their age."""
    events_hours: float = 24.0
    """Events and requests of so many hours are kept whatever their number."""
    calls_days: float = 400.0
    """Calls in the history, from their end."""
    commands_days: float = 30.0
    """Commands, and with them the Idempotency-Keys they were made with."""

    def __post_init__(self) -> None:
        """Refuse what would break other promises.

        Raises:
            ConfigError: Names the flag.
        """
        for flag, value, least, why in (
            ("--keep-events", self.events, 1_000, "feeds that were away for a moment resume from them"),
            ("--keep-events-hours", self.events_hours, 0.0, "it is a number of hours"),
            ("--keep-calls-days", self.calls_days, 1.0, "calls of today are shown from them"),
            ("--keep-commands-days", self.commands_days, 1.0, "an Idempotency-Key is good for 24 hours"),
        ):
            if not value >= least:  # so that NaN is refused, too
                raise ConfigError("the command line", flag, f"at least {least:g}: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleSettings:
    """Everything that can be set; flags of `offhook console` by the same names."""

    data: Path
    """Folder for the database and keys; exists and is writable."""
    api_host: str = "127.0.0.1"
    api_port: int = 8800
    """Page and API; 0 takes any free port (tests)."""
    listener_host: str = "127.0.0.1"
    listener_port: int = 8801
    """Action URLs; 0 takes any free port (tests)."""
    allowed_hosts: tuple[str, ...] = field(default=("127.0.0.1", "localhost", "[::1]"))
    """Host names browsers may use; others are refused, which stops DNS rebinding."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose word is taken for where a request comes from, and that it came by https."""
    public_listener_url: str | None = None
    """What phones are told to report to, where they reach the listener by another address; None works it out."""
    listener_secret: str | None = None
    """When set, only `/a/<secret>/<event>` is taken from phones."""
    region: str = ""
    """Country of telephone numbers that do not say theirs, two letters; "" for none: they are kept as they are."""
    command_timeout_s: float = 5.0
    """For one request to a phone."""
    confirm_timeout_s: float = 5.0
    """For the report that proves an effect; verbs that wait for people have longer ones."""
    ringing_silence_s: float = 180.0
    """A call that is dialled or rings becomes uncertain when nothing was reported of it for so long."""
    talking_silence_s: float = 2 * 3600.0
    """The same for a call that is talked on or held."""
    webhook_loopback: bool = False
    """Whether webhooks may go to this computer itself, whose other services trust whoever is on it."""
    max_phones: int = 20_000
    """Phones that only report are remembered up to this many; protects memory from made-up MAC addresses."""
    retention: Retention = Retention()
    """How long events, requests, calls and commands are kept."""
