"""The console's settings.

Source: architecture, "Names at the edge" (default ports; everything on loopback unless told otherwise).
"""

from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["ConsoleSettings"]


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
