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
    listener_secret: str | None = None
    """When set, only `/a/<secret>/<event>` is taken from phones."""
    command_timeout_s: float = 5.0
    """For one request to a phone."""
    confirm_timeout_s: float = 5.0
    """For the report that proves an effect; verbs that wait for people have longer ones."""
    max_phones: int = 20_000
    """Phones that only report are remembered up to this many; protects memory from made-up MAC addresses."""
