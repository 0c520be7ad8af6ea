"""Writing SIP addresses: what is dialled, who we are, where the registrar is.

Source: RFC 3261 §19.1 (URIs, escaping), §20.10 (quoted names), §20.14.
"""

import re
from urllib.parse import quote

from offhook.phone.engine.pjsip.protocol import Account
from offhook.protocol.sip_uri import parse_party

__all__ = ["goes_straight", "host_of", "own_address", "proxy_address", "registrar_address", "target_address"]

_STRAIGHT = re.compile(r"(?!tel:)(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}", re.IGNORECASE)
"""``host:port``; a `tel:` address with a short number looks the same."""
_BREAKING = re.compile(r'[\s<>"\x00-\x1f]')
_USER_SAFE = "-_.!~*'()&=+$,;?/"
"""What may stand in a user part unescaped (RFC 3261 §25.1)."""


def goes_straight(target: str, account: Account) -> bool:
    """Say whether a target needs no registrar: ``host:port``, a number of `peers`, or an address that is elsewhere."""
    text = target.strip()
    if _STRAIGHT.fullmatch(text) or text in account.peers:
        return True
    host = _host_of(text)
    return bool(host) and host != _host_of(f"x@{account.host}")


def target_address(target: str, account: Account) -> str:
    """Write the address that a target stands for.

    Args:
        target: A number, ``user@host``, ``host:port``, or a ``sip:``, ``sips:`` or ``tel:`` URI.
    """
    text = target.strip()
    if text in account.peers:
        return f"sip:{_escaped(text)}@{account.peers[text]}"
    if _STRAIGHT.fullmatch(text):
        return f"sip:{text}"
    scheme, colon, rest = text.partition(":")
    if colon and scheme.casefold() in ("sip", "sips"):
        # Already an address: only what would end the header it is written in is taken out.
        return f"{scheme.casefold()}:{_tidy(rest)}"
    if colon and scheme.casefold() == "tel":
        text = rest.partition(";")[0]
    user, at, host = text.rpartition("@")
    if at:
        return f"sip:{_escaped(user)}@{_tidy(host)}"
    return f"sip:{_escaped(text)}@{account.host}{_over(account)}"


def host_of(socket_address: str) -> str:
    """Give the IP address of ``ip:port``, without the brackets of IPv6."""
    return socket_address.rpartition(":")[0].strip("[]")


def own_address(account: Account) -> str:
    """Write who we are, with the name to show."""
    uri = f"sip:{_escaped(account.user)}@{parse_party('x@' + account.host).host}"
    if not account.display_name:
        return f"<{uri}>"
    name = account.display_name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{uri}>'


def registrar_address(account: Account) -> str:
    """Write where the account registers."""
    return f"sip:{account.host}{_over(account)}"


def proxy_address(account: Account) -> str:
    """Write where everything is sent to; "" without an outbound proxy."""
    return f"sip:{account.proxy}{_over(account)};lr" if account.proxy else ""


def _over(account: Account) -> str:
    return "" if account.transport == "udp" else f";transport={account.transport}"


def _tidy(text: str) -> str:
    return _BREAKING.sub("", text)


def _escaped(user: str) -> str:
    return quote(user, safe=_USER_SAFE)


def _host_of(text: str) -> str:
    """The host with its port, in lower case; "" without one."""
    return re.split(r"[;?>]", text.rpartition("@")[2], maxsplit=1)[0].casefold() if "@" in text else ""
