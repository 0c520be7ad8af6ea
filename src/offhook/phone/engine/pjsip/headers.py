"""Reading what the SIP library does not tell: headers of a message as it came, and texts that are not clean.

Nothing here fails: a message from the network may hold anything.
Source: RFC 3261 §7.3 (headers, folding, compact forms), §20.10 (names); RFC 3326 (Reason).
"""

import re
from urllib.parse import unquote

from offhook.phone.engine.pjsip.protocol import How, Party
from offhook.protocol.sip_uri import PartyAddress, parse_party

__all__ = ["MAX_TEXT", "cancel_reason", "clean", "header", "party_in"]

MAX_TEXT = 256
"""Characters kept of a name or a number: more is no name but an attack on whoever shows it."""

_FOLD = re.compile(r"\r?\n[ \t]+")
_LINE_END = re.compile(r"\r\n|\r|\n")
"""And no other: what Python takes for the end of a line besides would let a value pass for a header of its own."""
_COMPACT = {
    "from": "f",
    "to": "t",
    "call-id": "i",
    "contact": "m",
    "refer-to": "r",
    "content-type": "c",
    "content-length": "l",
    "event": "o",
}
_HOST_ONLY = re.compile(r"^(?:[^<]*<)?\s*sips?:(\[[^\]@]*\]|[^@:;?>]*)(?::\d+)?(?:[;?>][^@]*)?$", re.IGNORECASE)
"""An address without a user."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")


def clean(text: str) -> str:
    """Make a text fit for JSON and for eyes: bytes that are no UTF-8 are read as Latin-1, control characters go."""
    raw = text.encode("utf-8", "surrogateescape")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("latin-1")
    return _UNPRINTABLE.sub("", decoded)[:MAX_TEXT]


def header(message: str, name: str) -> str:
    """Give the value of the first header of that name, unfolded; "" when there is none."""
    head = message.partition("\r\n\r\n")[0]
    names = {name.casefold(), _COMPACT.get(name.casefold(), name.casefold())}
    for line in _LINE_END.split(_FOLD.sub(" ", head))[1:]:
        key, colon, value = line.partition(":")
        if colon and key.strip().casefold() in names:
            return value.strip()
    return ""


def party_in(value: str) -> Party:
    """Read the party in a header's value, cleaned; a user that was percent-encoded is decoded."""
    # Parameters behind a bare address belong to the header (RFC 3261 §20.10), and parse_party cuts them off.
    party = parse_party(value)
    if bare := _HOST_ONLY.search(value):
        party = PartyAddress("", bare.group(1), party.display)
    user = unquote(party.user, errors="surrogateescape")
    return Party(clean(user), clean(party.host), clean(party.display))


def cancel_reason(message: str) -> How:
    """Say why a caller took a call back (RFC 3326): answered elsewhere, forwarded, or given up."""
    reason = header(message, "Reason").casefold().replace(" ", "")
    if "sip;cause=200" in reason or "q.850;cause=26" in reason or "elsewhere" in reason:
        return "elsewhere"
    if "sip;cause=302" in reason:
        return "forwarded"
    return "cancelled"
