"""Percent-encoding as phones and consoles use it.

Source: RFC 3986 §2.1; what phones get wrong: vendors.md §2.5 (raw bytes, bare `+`, escapes that are none).
"""

from urllib.parse import quote, unquote_to_bytes

__all__ = ["decode_bytes", "decode_text", "encode", "undo_escapes"]

_ESCAPES = {code: quote(chr(code), safe="") for code in range(128)}


def encode(value: str) -> str:
    """Percent-encode every byte but the unreserved ones; the result is ASCII (RFC 3986 §2.3, UTF-8)."""
    if value.isascii():  # most values of a report, quickly
        return value if value.isalnum() else value.translate(_ESCAPES)
    return quote(value, safe="", errors="surrogatepass")


def decode_bytes(raw: bytes) -> str:
    """Decode a value as it arrived: escapes undone, `+` kept, bad escapes kept as written.

    The bytes are read as UTF-8, and as Latin-1 when they are no UTF-8, because phones send either.
    """
    plain = undo_escapes(raw)
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        return plain.decode("latin-1")


def undo_escapes(raw: bytes) -> bytes:
    """Replace every escape by the byte it stands for; bad ones stay as written."""
    if b"%" not in raw:
        return raw
    # What SIP addresses and names are full of, quickly. None of these bytes can make an escape of what is around it.
    plain = raw.replace(b"%3A", b":").replace(b"%40", b"@").replace(b"%20", b" ")
    return unquote_to_bytes(plain) if b"%" in plain else plain


def decode_text(raw: str) -> str:
    """Decode a value of a URL that arrived as text (one Latin-1 character a byte, or already Unicode)."""
    try:
        octets = raw.encode("latin-1")
    except UnicodeEncodeError:
        octets = raw.encode("utf-8", "surrogatepass")
    return decode_bytes(octets)
