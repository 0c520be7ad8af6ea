"""Addresses of parties as phones write them: SIP URIs, `tel:` URIs, `"Name" <uri>`, bare numbers.

Source: RFC 3261 §19.1 and §20.10 (name-addr), RFC 3966 (tel). Phones also send bare numbers and words such as
`anonymous` (vendors.md §2.5), so nothing here refuses text: what has no structure is a user part.
"""

from dataclasses import dataclass

__all__ = ["PartyAddress", "is_withheld", "parse_party", "sip_uri"]

_WITHHELD = frozenset({"anonymous", "unknown", "restricted", "unavailable", "private"})


@dataclass(frozen=True, slots=True)
class PartyAddress:
    """One party of a call."""

    user: str
    """User part or number, percent-decoding left to whoever sent it; "" when unknown."""
    host: str = ""
    """Host part without port and parameters; "" when there was none."""
    display: str = ""
    """Display name, unquoted; "" when there was none."""


def parse_party(text: str) -> PartyAddress:
    """Read an address in any of the forms phones send; never fails.

    Args:
        text: For example ``"Bob" <sip:2@h;user=phone>``, ``sip:2@h:5060``, ``tel:+39;ext=1`` or ``1002``.
    Returns:
        Its parts; text without structure becomes the user part.
    Source: RFC 3261 §19.1.1, §20.10; RFC 3966 §3.
    """
    display, uri = _split_name_addr(text.strip())
    scheme, colon, rest = uri.partition(":")
    if colon and scheme.lower() in ("sip", "sips"):
        uri = rest
    elif colon and scheme.lower() == "tel":
        return PartyAddress(user=rest.partition(";")[0], display=display)
    # Userinfo may itself hold ';' and '?', so the host is what follows the last '@' before any header part.
    before_at, at, after_at = uri.rpartition("@")
    if not at:
        user_or_host = uri.partition(";")[0].partition("?")[0]
        return PartyAddress(user=user_or_host, display=display)
    user = before_at.partition(";")[0].partition(":")[0]
    return PartyAddress(user=user, host=_bare_host(after_at), display=display)


def sip_uri(user: str, host: str) -> str:
    """Write ``sip:user@host``, or ``sip:host`` without a user (RFC 3261 §19.1.1)."""
    return f"sip:{user}@{host}" if user else f"sip:{host}"


def is_withheld(party: PartyAddress) -> bool:
    """Say whether the party's number is withheld: `anonymous`, `unknown` and their like (RFC 3323 §4.1.1.3)."""
    return party.user.casefold() in _WITHHELD or party.host.casefold() == "anonymous.invalid"


def _split_name_addr(text: str) -> tuple[str, str]:
    """Split ``"Name" <uri>;params`` into name and uri; without angle brackets there is no name."""
    opening = text.rfind("<")
    if opening < 0:
        return "", text
    name = text[:opening].strip()
    uri = text[opening + 1 :].partition(">")[0]
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return name, uri


def _bare_host(text: str) -> str:
    """Cut parameters, headers and port off a host part; an IPv6 reference keeps its brackets."""
    host = text.partition(";")[0].partition("?")[0]
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
