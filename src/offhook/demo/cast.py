"""Who is in the demo: three phones and their settings.

Source: architecture, "Names at the edge" (ports); DOC §2.3 (the URLs).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from offhook.phone.settings import Account, Identity, Network, PhoneSettings, Sip, Sound
from offhook.phone.settings_file import with_console

__all__ = ["CAST", "DEMO_HOST", "Role", "phone_settings", "with_real_calls"]

DEMO_HOST = "127.0.0.1"
"""Host part of the demo's accounts, and the address every part listens on."""


@dataclass(frozen=True, slots=True)
class Role:
    """One phone of the demo."""

    extension: str
    name: str
    mac: str
    tone_hz: int = 440
    """What it sounds like in real calls."""

    @property
    def password(self) -> str:
        """Password of its account at the demo's in-process exchange."""
        return f"secret-{self.extension}"


CAST = (
    Role("1001", "Anna Bianchi", "02000f001001", 440),
    Role("1002", "Ben Carter", "02000f001002", 660),
    Role("1003", "Chloé Dubois", "02000f001003", 880),
)
"""The phones, in the order of their ports. The MAC addresses are locally administered: no vendor owns them."""


def phone_settings(role: Role, *, http_port: int, listener_url: str) -> PhoneSettings:
    """Make the settings of one demo phone, its 27 URLs pointing at the console.

    Args:
        http_port: Port of its management page and Active URI.
        listener_url: The console's phone listener, ``http://host:port``.
    """
    plain = PhoneSettings(
        identity=Identity(mac=role.mac),
        network=Network(address=DEMO_HOST, http_port=http_port),
        accounts=[Account(user=role.extension, host=DEMO_HOST, display_name=role.name, password=role.password)],
    )
    return with_console(plain, listener_url)


def with_real_calls(settings: PhoneSettings, role: Role, sip_ports: Sequence[int], recordings: Path) -> PhoneSettings:
    """Let a demo phone make real SIP calls, straight to the others.

    Args:
        sip_ports: Ports for calls, in the order of `CAST`.
        recordings: Folder for what the phone hears; exists.
    """
    ports = {other.extension: port for other, port in zip(CAST, sip_ports, strict=True)}
    peers = {number: f"{DEMO_HOST}:{port}" for number, port in ports.items() if number != role.extension}
    accounts = [msgspec.structs.replace(each, is_registering=False, peers=peers) for each in settings.accounts]
    sound = Sound(tone_hz=role.tone_hz, record_folder=str(recordings))
    return msgspec.structs.replace(settings, accounts=accounts, sip=Sip(port=ports[role.extension], sound=sound))
