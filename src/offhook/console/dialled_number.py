"""Numbers as people write them, made into what a phone can dial; what is no number is refused, never cut down to one.

Pure. What only makes a number easier to read goes: spaces, dots, dashes, brackets, slashes. What is left has to be a
number, or an address of SIP or of `tel:`; a text such as `1002; rm` is neither, and dialling what it begins with would
call somebody whom nobody meant.
Source: DOC §3.4 (`number`); ITU-T E.123 (spacing, the national zero in brackets); RFC 3261 §19.1, RFC 3966 §3.
"""

import re

from offhook.errors import NotValid

__all__ = ["MAX_DIALLED_CHARS", "read_dialled_number", "read_keyed_number"]

MAX_DIALLED_CHARS = 128
_MAX_DIGITS = 64
_SEPARATORS = re.compile(r"[\s.\-/()\[\]\u2010-\u2015\u2212]")
_NATIONAL_ZERO = re.compile(r"(?<=\d)[\s.\-]*\(0\)")
_PLAIN = re.compile(r"\+?[0-9*#]+")
_KEYPAD = re.compile(r"[0-9*#]+")
_USER = r"[A-Za-z0-9+*#._~!$&'=%-]+"
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_PARAMETERS = r"(?:;[A-Za-z0-9.!%*_+`'~-]+(?:=[A-Za-z0-9.!%*_+`'~:\[\]-]+)?)*"
_ADDRESS = re.compile(rf"(?i:sips?:)?{_USER}@{_HOST}{_PARAMETERS}|(?i:sips?):{_HOST}{_PARAMETERS}")
_TEL = re.compile(rf"(?i:tel):(\+?[0-9*#.()-]+)({_PARAMETERS})")


def read_dialled_number(text: str) -> str:
    """Read what somebody wants to dial.

    Args:
        text: A number, with whatever makes it readable; `user@host`, `sip:` or `tel:`.
    Returns:
        The number without separators, or the address as it was written.
    Raises:
        NotValid: It is neither, is empty, or too long.
    Source: this module's own rules.
    """
    written = text.strip()
    plain = _without_separators(written)
    if _PLAIN.fullmatch(plain) and plain != "+" and len(plain) <= _MAX_DIGITS:
        return plain
    is_address = _ADDRESS.fullmatch(written) or ((tel := _TEL.fullmatch(written)) and _has_digit(tel[1]))
    if is_address and len(written) <= MAX_DIALLED_CHARS:
        return written
    raise NotValid("number-not-valid", _words_about(written, plain))


def read_keyed_number(text: str) -> str:
    """Read a number that is pressed on a phone's keypad, which has no plus.

    Raises:
        NotValid: It holds anything but the keypad's keys and separators, or none of them.
    Source: DOC §3.2 (the keypad).
    """
    plain = _without_separators(text.strip())
    if not _KEYPAD.fullmatch(plain) or len(plain) > _MAX_DIGITS:
        raise NotValid(
            "target-not-on-keypad",
            f"{_shown(text)} cannot be keyed in at the phone, whose keypad has 0-9, * and # only"
            + (": write the number as it is dialled there, without the +" if "+" in plain else ""),
        )
    return plain


def _without_separators(written: str) -> str:
    if written.startswith("+"):
        written = _NATIONAL_ZERO.sub("", written)
    return _SEPARATORS.sub("", written)


def _has_digit(text: str) -> bool:
    return any(each.isdigit() for each in text)


def _words_about(written: str, plain: str) -> str:
    if not plain:
        return "say which number to dial"
    if len(written) > MAX_DIALLED_CHARS or _PLAIN.fullmatch(plain):
        return f"the number is too long: at most {_MAX_DIGITS} digits, or {MAX_DIALLED_CHARS} characters of an address"
    strange = sorted({each for each in plain if not re.match(r"[0-9*#+]", each)})
    what = f"has {' '.join(map(_shown, strange[:5]))} in it" if strange else "has a + inside"
    return (
        f"{_shown(written)} is no number: it {what}. Dial digits, * and #, with a + in front of an international one, "
        "or an address such as sip:anna@example.org"
    )


def _shown(text: str) -> str:
    return f"\u201c{text[:40]}\u201d"
