"""Action URL: the phone fills a template and sends it; the console reads what arrives.

Source: DOC §2.1-2.5. What phones send in practice: vendors.md §2.5.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, urlsplit

import msgspec

from offhook.errors import UnknownVariable, UnsupportedUrl
from offhook.protocol.percent import decode_bytes, encode, undo_escapes
from offhook.protocol.variables import Variable

__all__ = ["MAX_TEMPLATE_CHARS", "ReportTarget", "check_template", "expand", "normalise_mac", "parse_target"]

MAX_TEMPLATE_CHARS = 511
"""Longest template taken: what the largest family of phones stores (vendors.md §2.4)."""

_VARIABLE = re.compile(r"\$([A-Za-z_]+)")
_PLACEHOLDER = re.compile(r"\$[A-Za-z_-]+")
_ESCAPED_SEPARATOR = re.compile(rb"%(?:26|3[Dd])")
_KNOWN = {variable.value: variable for variable in Variable}
_LEGAL_FIXED = "%:/?#[]@!$&'()*+,;=-._~"
_MAC_CHARS = 12
_MAC = re.compile(r"[0-9a-f]{12}|[0-9a-f]{2}(?:[:.-][0-9a-f]{2}){5}|[0-9a-f]{4}(?:[:.-][0-9a-f]{4}){2}")


class ReportTarget(msgspec.Struct, frozen=True, gc=False):
    """What the console read from the target of one Action URL request."""

    event_word: str
    """The last path segment without its ending, lower case: `outgoing` of `/outgoing.xml`; "" if there is none."""
    secret: str | None
    """The secret of the form `/a/<secret>/<event>`; None in the plain form."""
    values: dict[str, str] = {}
    """Decoded values by lower-case name, without those that were empty or an unfilled `$name`."""


def check_template(template: str) -> None:
    """Refuse an Action URL that the phone could not send as it stands.

    Raises:
        UnsupportedUrl: Not an absolute ``http`` URL, longer than `MAX_TEMPLATE_CHARS`, with control characters, or
            with anything but ASCII or with a variable in its host (a caller's name must never decide where a report
            goes).
        UnknownVariable: It names a variable absent from DOC §2.5.
    Source: DOC §2.2, §2.5.
    """
    if len(template) > MAX_TEMPLATE_CHARS:
        raise UnsupportedUrl(template, f"longer than {MAX_TEMPLATE_CHARS} characters")
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in template):
        raise UnsupportedUrl(template, "contains a control character")
    try:
        parts = urlsplit(template)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError as reason:
        raise UnsupportedUrl(template, str(reason)) from reason
    if not template.lower().startswith("http://") or not parts.hostname or not port_is_good:
        raise UnsupportedUrl(
            template, "must start with http:// and a host, as in http://192.0.2.76/incoming.xml?ip=$ip"
        )
    if "$" in parts.netloc or _quote_fixed(parts.netloc) != parts.netloc:
        raise UnsupportedUrl(template, "the host must be fixed text, a name or an address")
    for found in _VARIABLE.finditer(template):
        if found[1] not in _KNOWN:
            raise UnknownVariable(found[1])


def expand(template: str, values: Mapping[Variable, str]) -> str:
    """Replace every ``$variable`` of an Action URL template.

    A variable without a value becomes the empty string, because a phone has nothing to say about a call while there
    is none. Fixed text that is illegal in a URL (a raw space, say) is percent-encoded too.

    Args:
        template: A URL that `check_template` accepts.
        values: Plain text by variable; percent-encoded here (UTF-8).
    Returns:
        Absolute URL, ASCII only.
    Raises:
        UnknownVariable: ``template`` names one absent from DOC §2.5.
    Source: DOC §2.2, §2.5; RFC 3986 §2.1.
    """
    return "".join(
        [piece if isinstance(piece, str) else encode(values.get(piece[0], "")) for piece in _pieces_of(template)]
    )


@lru_cache(maxsize=256)
def _pieces_of(template: str) -> tuple[str | tuple[Variable], ...]:
    """Cut a template into fixed text, ready to send, and variables. A phone has few templates and fills them often."""
    pieces: list[str | tuple[Variable]] = []
    end = 0
    for found in _VARIABLE.finditer(template):
        variable = _KNOWN.get(found[1])
        if variable is None:
            raise UnknownVariable(found[1])
        # In a tuple, for a variable is a string as well.
        pieces += (_quote_fixed(template[end : found.start()]), (variable,))
        end = found.end()
    return (*pieces, _quote_fixed(template[end:]))


def parse_target(target: bytes) -> ReportTarget:
    """Read the target of a request that arrived; never fails.

    Only the first ``?`` starts the query, only ``&`` separates, ``+`` is a plus, a slash before the ``?`` is
    tolerated, and a value that is a literal placeholder means that the phone had none.

    Args:
        target: The request target's bytes, as sent: origin form, or absolute form as through a proxy.
    Source: DOC §2.2-2.3; vendors.md §2.5, §5 no. 25 and 26.
    """
    path, _, query = target.partition(b"?")
    if not path.startswith(b"/") and b"://" in path:
        path = path.partition(b"://")[2].partition(b"/")[2]
    segments = [decode_bytes(segment) for segment in path.split(b"/") if segment]
    secret = None
    if len(segments) >= 2 and segments[0] == "a":
        secret = segments[1]
        segments = segments[2:]
    values = _values(query)
    word = segments[-1].rpartition(".")[0] or segments[-1] if segments else ""
    if not word:
        # Some set-ups name the event in the query instead (vendors.md §5 no. 26).
        word = values.get("event", values.get("e", ""))
    return ReportTarget(event_word=word.lower(), secret=secret, values=values)


def normalise_mac(text: str) -> str | None:
    """Write a MAC address as twelve lower-case hexadecimal digits, or None if it is no MAC address.

    Colons, hyphens, dots, no separator and either case all occur (vendors.md §2.5).
    """
    written = text.strip().lower()
    # By shape, not by leaving out separators: 192.168.200.134 without its dots would be a MAC address.
    if not _MAC.fullmatch(written):
        return None
    return written if len(written) == _MAC_CHARS else re.sub("[:.-]", "", written)


def _quote_fixed(text: str) -> str:
    """Percent-encode what is illegal in a URL, escapes that are there already left alone."""
    return quote(text, safe=_LEGAL_FIXED, errors="surrogatepass")


def _values(query: bytes) -> dict[str, str]:
    """Give the query's values by name, leaving out names without a value."""
    values: dict[str, str] = {}
    for name, _, value in _pairs(query):
        if value and name and not (value[0] == "$" and _PLACEHOLDER.fullmatch(value)):
            values.setdefault(name.lower(), value)
    return values


def _pairs(query: bytes) -> list[tuple[str, str, str]]:
    """Split and decode a query: name, separator and value of each piece.

    Decoding it in one go is several times as fast, which counts where thousands of reports come in a second. It gives
    the same unless a separator is escaped, or some values are UTF-8 and others are not.
    """
    if _ESCAPED_SEPARATOR.search(query) is None:
        try:
            text = undo_escapes(query).decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return [piece.partition("=") for piece in text.split("&")]
    pieces = [raw.partition(b"=") for raw in query.split(b"&")]
    return [(decode_bytes(name), "=", decode_bytes(value)) for name, _, value in pieces]
