"""What may be set as the URL of the provisioning file. Pure.

Source: DOC §3.2 (`AutoP`), §2.5 (the variables); the document leaves open where the file comes from.
"""

import re
from urllib.parse import urlsplit

from offhook.protocol.variables import Variable

__all__ = ["FILLED_IN", "wrong_url"]

FILLED_IN = (Variable.MAC, Variable.MODEL, Variable.FIRMWARE, Variable.IP)
"""What tells phones apart while there is no call."""

_NAMED = re.compile(r"\$([A-Za-z_]+)")


def wrong_url(url: str) -> str:
    """Say what is wrong with a URL; "" for nothing. The URL itself is not repeated: it may hold a secret.

    Args:
        url: ``http`` or ``https``, absolute, with variables in its path or query only: what a phone calls itself must
            not decide whom it asks.
    Source: DOC §2.5.
    """
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return "is no URL"
    if not url.isprintable() or " " in url:
        return "contains a space or a control character"
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_good:
        return "must start with http:// or https:// and a host, as in https://192.0.2.9/$mac.toml"
    if "@" in parts.netloc:
        return "must not hold a user or password; provisioning.user and provisioning.password are for them"
    if "$" in parts.netloc or not parts.netloc.isascii():
        return "the host must be fixed text, a name or an address"
    for name in _NAMED.findall(url):
        if name not in {variable.value for variable in FILLED_IN}:
            return f"does not know the variable ${name}; it knows $mac, $model, $firmware and $ip"
    return ""
