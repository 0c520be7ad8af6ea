"""Addresses of parties as phones write them: SIP URIs, `tel:` URIs, `"Name" <uri>`, bare numbers.

Source: RFC 3261 §19.1 and §20.10 (name-addr), RFC 3966 (tel). Phones also send bare numbers and words such as
`anonymous` (vendors.md §2.5), so nothing here refuses text: what has no structure is a user part.
"""

import re

import msgspec

__all__ = ["PartyAddress", "is_withheld", "parse_party", "sip_uri"]

_WITHHELD = frozenset({"anonymous", "unknown", "restricted", "unavailable", "private"})
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_AFTER_HOST = re.compile(r"[;?]")
_PLAIN = re.compile(r"sips?:([^@:;?<>\s]+)@([^@:;?<>\[\]\s]+)")
"""What nearly every phone writes: nothing in it can mean anything else."""


class PartyAddress(msgspec.Struct, frozen=True, gc=False):
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
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return PartyAddress(plain[1], plain[2])
    display, uri = _split_name_addr(text.strip())
    scheme, colon, rest = uri.partition(":")
    if colon and scheme.lower() in ("sip", "sips"):
        uri = rest
    elif colon and scheme.lower() == "tel":
        return PartyAddress(user=rest.partition(";")[0], display=display)
    userinfo, host = _split_userinfo(uri)
    if host is None:
        return PartyAddress(user=_AFTER_HOST.split(uri, maxsplit=1)[0], display=display)
    user = userinfo.partition(";")[0].partition(":")[0]
    return PartyAddress(user=user, host=_bare_host(host), display=display)


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
        name = _QUOTED_PAIR.sub(r"\1", name[1:-1])
    return name, uri


def _split_userinfo(uri: str) -> tuple[str, str | None]:
    """Split at the last ``@`` before the host's parameters and headers, which are cut off; None is no host.

    Userinfo may itself hold ``;`` and ``?``, and users such as ``bob@example.org`` come with a bare ``@``; so do
    values of headers behind the host.
    """
    before, at, rest = uri.partition("@")
    if not at:
        return "", None
    end = _AFTER_HOST.search(rest)
    address = rest[: end.start()] if end else rest
    more_user, more_at, host = address.rpartition("@")
    return before + (f"@{more_user}" if more_at else ""), host


def _bare_host(text: str) -> str:
    """Cut the port off a host; an IPv6 reference keeps its brackets."""
    if text.startswith("["):
        return text.partition("]")[0] + "]"
    return text.partition(":")[0]
