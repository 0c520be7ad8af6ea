"""Where webhooks may go: http and https, to other computers.

Receivers in an office have private addresses, so those are allowed; this computer itself, whose other services trust
whoever is on it, only when the console is told so. Link-local addresses (where clouds keep their secrets), multicast
and whatever is no address of one computer never are. A name is checked each time it is looked up, by the addresses it
has then, so that no name can lead elsewhere than it seemed to.

Source: OWASP Server-Side Request Forgery Prevention; RFC 1918, RFC 4193, RFC 6890.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address

from yarl import URL

from offhook.errors import NotValid

__all__ = ["read_target", "refusal_of"]


def refusal_of(address: str, *, is_loopback_allowed: bool) -> str | None:
    """Say why nothing is sent to an address; None: it may be."""
    found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or found
    if found.is_loopback:
        if is_loopback_allowed:
            return None
        return "webhooks do not go to this computer itself; start the console with --webhook-loopback to allow it"
    if found.is_link_local or found.is_multicast or found.is_unspecified or found.is_reserved:
        return "webhooks go to addresses of computers; this one is link-local, multicast or reserved"
    return None


def read_target(text: str, *, is_loopback_allowed: bool) -> URL:
    """Check an address that somebody wants events sent to.

    Raises:
        NotValid: Neither http nor https, no host, credentials in it, or an address nothing is sent to.
    """
    reason = "the URL of a webhook is http:// or https:// with a host, without user, password and fragment"
    try:
        url = URL(text)
        # Yarl checks ports and brackets only when they are asked for.
        is_usable = url.scheme in ("http", "https") and bool(url.host) and bool(url.port)
    except ValueError as error:
        raise NotValid("webhook-url-not-valid", reason) from error
    if not is_usable or url.user is not None or url.password is not None or url.raw_fragment:
        raise NotValid("webhook-url-not-valid", reason)
    host = url.host or ""
    try:
        refusal = refusal_of(host, is_loopback_allowed=is_loopback_allowed)
    except ValueError:  # a name
        is_here = host.rstrip(".").lower() == "localhost" or host.rstrip(".").lower().endswith(".localhost")
        refusal = refusal_of("127.0.0.1", is_loopback_allowed=is_loopback_allowed) if is_here else None
    if refusal is not None:
        raise NotValid("webhook-url-not-allowed", refusal)
    return url
