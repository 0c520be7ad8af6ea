"""From which addresses commands are taken. Pure.

The phone's own computer always may; who else may is said by a list of addresses (``192.0.2.76``), patterns
(``192.0.2.*``, ``*`` for everybody) and networks (``192.0.2.0/24``, ``2001:db8::/32``). Empty means: nobody else.
Source: DOC §3.1 (the phone takes commands from the network); "What the document leaves open": from whom.
"""

import ipaddress
import re
from collections.abc import Iterable

from offhook.runtime.loopback import is_loopback

__all__ = ["MAX_ENTRIES", "is_allowed", "wrong_entry"]

MAX_ENTRIES = 64
_PATTERN = re.compile(r"(?:\d{1,3}|\*)(?:\.(?:\d{1,3}|\*)){0,3}", re.ASCII)


def is_allowed(address: str, entries: Iterable[str]) -> bool:
    """Say whether commands from ``address`` are taken.

    Args:
        address: IP address of the client, as the socket names it.
        entries: Each as `wrong_entry` finds nothing wrong with.
    """
    try:
        client = ipaddress.ip_address(address)
    except ValueError:  # not a TCP client
        return False
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped
    return is_loopback(str(client)) or any(_matches(client, entry) for entry in entries)


def wrong_entry(entry: str) -> str:
    """Say what is wrong with an entry of the list; "" for nothing."""
    if "*" in entry:
        parts = entry.split(".")
        is_good = bool(_PATTERN.fullmatch(entry)) and all(part == "*" or int(part) < 256 for part in parts)
        # "10.*" is clear, "10.*.1" is not: it could leave out one part or two.
        is_good = is_good and (len(parts) == 4 or parts[-1] == "*")
        return "" if is_good else f"{entry!r} is no pattern such as 192.168.1.*"
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return f"{entry!r} is no address, pattern (192.168.1.*) or network (192.168.1.0/24)"
    return ""


def _matches(client: ipaddress.IPv4Address | ipaddress.IPv6Address, entry: str) -> bool:
    if entry == "*":
        return True
    if "*" not in entry:
        return client in ipaddress.ip_network(entry, strict=False)
    wanted = entry.split(".")
    wanted += ["*"] * (4 - len(wanted))
    given = str(client).split(".")
    return len(given) == 4 and all(part in ("*", own) for part, own in zip(wanted, given, strict=True))
