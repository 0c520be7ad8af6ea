"""Percent-encoding as phones and consoles use it.

Source: RFC 3986 §2.1; what phones get wrong: vendors.md §2.5 (raw bytes, bare `+`, escapes that are none).
"""

from urllib.parse import quote, unquote_to_bytes

__all__ = ["decode_bytes", "decode_text", "encode"]


def encode(value: str) -> str:
    """Percent-encode every byte but the unreserved ones; the result is ASCII (RFC 3986 §2.3, UTF-8)."""
    return quote(value, safe="", errors="surrogatepass")


def decode_bytes(raw: bytes) -> str:
    """Decode a value as it arrived: escapes undone, `+` kept, bad escapes kept as written.

    The bytes are read as UTF-8, and as Latin-1 when they are no UTF-8, because phones send either.
    """
    plain = unquote_to_bytes(raw) if b"%" in raw else raw
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        return plain.decode("latin-1")


def decode_text(raw: str) -> str:
    """Decode a value of a URL that arrived as text (one Latin-1 character a byte, or already Unicode)."""
    try:
        octets = raw.encode("latin-1")
    except UnicodeEncodeError:
        octets = raw.encode("utf-8", "surrogatepass")
    return decode_bytes(octets)
