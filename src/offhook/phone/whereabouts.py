"""Where a phone is: what to listen on, which IP address it has, what its URLs look like.

Source: DOC §2.5 ($ip), §2.4 no. 27.
"""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from offhook.phone.address_watch import AUTO, address_towards
from offhook.phone.settings import Network
from offhook.protocol.events import Event

__all__ = ["bind_host", "find_ip", "is_found", "web_authority"]

_ALL_ADDRESSES = "0.0.0.0"
_FALLBACK = "127.0.0.1"


def is_found(network: Network) -> bool:
    """Whether the phone's IP address is found out, and can change, instead of being set."""
    if network.address == AUTO:
        return True
    try:
        return ipaddress.ip_address(network.address).is_unspecified
    except ValueError:
        return False


def bind_host(network: Network) -> str:
    """Give the address to listen on."""
    return _ALL_ADDRESSES if network.address == AUTO else network.address


def find_ip(network: Network, action_urls: Mapping[Event, str]) -> str | None:
    """Give the phone's IP address: the one that is set, or the one from which the first console is reached.

    Returns:
        None when it has to be found and there is no route.
    """
    if not is_found(network):
        return network.address
    console = next((urlsplit(url).hostname or "" for url in action_urls.values() if url), "")
    return address_towards(_FALLBACK if console == "localhost" else console)


def web_authority(ip: str | None, port: int) -> str:
    """Write host and port as in a URL."""
    host = ip or _FALLBACK
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
