"""Which of its addresses this machine uses towards another one. Nothing is sent to find out.

Source: connect(2): a datagram socket that is connected has the source address that the routes choose.
"""

import ipaddress
import socket

__all__ = ["address_towards"]

_ANY_PORT = 9
_ANYWHERE = "192.0.2.1"
"""An address that is nobody's (RFC 5737): shows the way to the rest of the world."""


def address_towards(address: str) -> str:
    """Give this machine's IP address as ``address`` sees it.

    Args:
        address: An IP address; anything else stands for the rest of the world.
    Returns:
        ``127.0.0.1`` when there is no way there.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        ip = ipaddress.ip_address(_ANYWHERE)
    family = socket.AF_INET6 if ip.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((str(ip), _ANY_PORT))
            return str(probe.getsockname()[0]).partition("%")[0]
    except OSError:
        return "127.0.0.1"
