"""Active URI: the console's commands to a phone, read and written.

The document has no command for forwards. One lineage of phones has, beside the keys: `key=AlwaysFwdOn=1003`,
`key=NoAnswFwdOn=1003=24` (seconds of ringing), `key=BusyFwdOff`; they are read here, and a dialect says who takes them.

Source: DOC §3.1-3.4. What clients send besides (`;` sequences, `key=number=N`, `%3B`, `%3D`): vendors.md §3.3, §3.4.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from offhook.errors import MalformedCommand, UnknownKey
from offhook.protocol.keys import Key, key_for_digit, parse_key
from offhook.protocol.percent import decode_text

__all__ = [
    "ACTIVE_URI_PATH",
    "MAX_NUMBER_CHARS",
    "MAX_SEQUENCE",
    "ActiveUriCommand",
    "DialNumber",
    "ForwardKind",
    "PressKeys",
    "SwitchForward",
    "build_query",
    "parse_query",
]

ACTIVE_URI_PATH = "/cgi-bin/ConfigManApp.com"
"""The fixed path (DOC §3.3; the scan's `ConfieManApp.com` is an erratum)."""
MAX_NUMBER_CHARS = 128
MAX_SEQUENCE = 64
"""Most keys taken in one request: a bound on what one request can make the phone do."""

_DIGITS = re.compile(r"\+?[0-9*#]{1,64}")
_NUMBER = re.compile(r"(?=.*[A-Za-z0-9*#])[A-Za-z0-9+*#@.:;=_~!$'&/%\[\]-]+")
_FILLING = str.maketrans("", "", " ()\t")
_FORWARD = re.compile(r"(always|busy|noansw)fwd(on|off)(?:=([^=]*))?(?:=(\d{1,4}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PressKeys:
    """Press keys, in order: a `Key`, or a run of two and more digits as one item (``8311``)."""

    items: tuple[Key | str, ...]


@dataclass(frozen=True, slots=True)
class DialNumber:
    """Dial in one request (DOC §3.4)."""

    number: str
    """Digits with ``*``, ``#``, a leading ``+``; or a SIP address."""
    outgoing_uri: str | None = None
    """The account to dial from, as the client spelt it; None lets the phone choose."""


class ForwardKind(StrEnum):
    """Which forward; DOC §2.4 nos. 10-15."""

    ALWAYS = "always"
    BUSY = "busy"
    NO_ANSWER = "no_answer"


_FORWARD_WORDS = {"always": ForwardKind.ALWAYS, "busy": ForwardKind.BUSY, "noansw": ForwardKind.NO_ANSWER}


@dataclass(frozen=True, slots=True)
class SwitchForward:
    """Turn a forward on or off."""

    kind: ForwardKind
    is_on: bool
    target: str = ""
    """Where to; "" keeps what the phone has."""
    after_s: int | None = None
    """Seconds of ringing before the no answer forward takes a call; None keeps what the phone has."""

    @property
    def switch(self) -> str:
        """What dialects and set-ups call it: `always_on`, `busy_off` and so on."""
        return f"{self.kind}_{'on' if self.is_on else 'off'}"


ActiveUriCommand = PressKeys | DialNumber | SwitchForward


def parse_query(query: str, *, aliases: Mapping[str, Key] | None = None) -> ActiveUriCommand:
    """Read the query of an Active URI request.

    Parameter names and key tokens are taken in any case; other parameters are ignored; ``+`` is a plus.

    Args:
        query: What follows the ``?``, still percent-encoded.
        aliases: Further key spellings by folded text, from a dialect.
    Raises:
        MalformedCommand: No command, two commands, or a number that cannot be one.
        UnknownKey: A key that is none of the 55 and no alias.
    Source: DOC §3.2-3.4; vendors.md §3.2-3.4.
    """
    found: dict[str, str] = {}
    for piece in query.split("&"):
        name, _, raw = piece.partition("=")
        name = decode_text(name).strip().lower()
        if name not in ("key", "number", "outgoing_uri"):
            continue
        if name in found:
            raise MalformedCommand(f"{name} is given twice; send one command a request")
        found[name] = decode_text(raw).strip()
    if "key" in found and found["key"].lower().startswith("number="):
        # One lineage spells the command key=number=N (vendors.md §3.4).
        if "number" in found:
            raise MalformedCommand("number is given twice; send one command a request")
        found["number"] = found.pop("key")[len("number=") :]
    if ("key" in found) == ("number" in found):
        raise MalformedCommand("send ?key=KEY, or ?number=NUMBER with &outgoing_uri=ACCOUNT")
    if "key" in found and (forward := _FORWARD.fullmatch(found["key"])):
        return _parse_forward(forward)
    if "key" in found:
        return PressKeys(_parse_items(found["key"], aliases or {}))
    return DialNumber(_parse_number(found["number"]), _parse_account(found.get("outgoing_uri")))


def build_query(
    command: ActiveUriCommand,
    *,
    spellings: Mapping[Key, str] | None = None,
    forwards: Mapping[str, str] | None = None,
) -> str:
    """Write the query of an Active URI request.

    Args:
        command: What the phone shall do.
        spellings: How a dialect spells keys where it differs from the document.
        forwards: How a dialect spells the switching of forwards, by `SwitchForward.switch`.
    Returns:
        ASCII text; ``parse_query`` gives the command back, except for spellings and seconds of a dialect's own.
    Raises:
        UnknownKey: A run of digits holds something that is no digit, or the dialect has no such switch.
    Source: DOC §3.3, §3.4.
    """
    if isinstance(command, DialNumber):
        # A bare + would be read as a space by form decoders, %2B is a plus to everybody.
        query = f"number={quote(command.number, safe='@:*')}"
        if command.outgoing_uri is not None:
            query += f"&outgoing_uri={quote(command.outgoing_uri, safe='@:*')}"
        return query
    if isinstance(command, SwitchForward):
        spelling = (forwards or {}).get(command.switch)
        if not spelling:
            raise UnknownKey(command.switch)
        return "key=" + spelling.replace("{target}", quote(command.target, safe="@:*"))
    return "key=" + ";".join(_spell(item, spellings or {}) for item in command.items)


def _spell(item: Key | str, spellings: Mapping[Key, str]) -> str:
    if isinstance(item, Key):
        return quote(spellings.get(item, item.value), safe="*")
    if not _DIGITS.fullmatch(item):
        raise UnknownKey(item)
    return quote(item, safe="*")


def _parse_items(text: str, aliases: Mapping[str, Key]) -> tuple[Key | str, ...]:
    tokens: Sequence[str] = text.split(";")
    if len(tokens) > MAX_SEQUENCE:
        raise MalformedCommand(f"more than {MAX_SEQUENCE} keys in one request")
    items: list[Key | str] = []
    for token in tokens:
        token = token.strip()
        alias = aliases.get(token.casefold())
        if alias is not None:
            items.append(alias)
        elif _DIGITS.fullmatch(token):
            items.append(token if len(token) > 1 else key_for_digit(token))
        else:
            items.append(parse_key(token))
    return tuple(items)


def _parse_forward(found: re.Match[str]) -> SwitchForward:
    word, state, target, seconds = found.groups()
    kind, is_on = _FORWARD_WORDS[word.lower()], state.lower() == "on"
    if not is_on and (target or seconds):
        raise MalformedCommand("a forward that is turned off takes no number")
    if seconds is not None and kind is not ForwardKind.NO_ANSWER:
        raise MalformedCommand("only the no answer forward takes seconds")
    return SwitchForward(
        kind, is_on, _parse_number(target) if target else "", None if seconds is None else int(seconds)
    )


def _parse_number(text: str) -> str:
    """Read a number as people write it; hyphens, spaces and brackets between digits carry no meaning.

    A plus between digits is a space that a form encoder wrote (vendors.md §3.4).
    """
    number = text.translate(_FILLING)
    plain = number.replace("-", "")
    plain = plain[:1] + plain[1:].replace("+", "")
    if _DIGITS.fullmatch(plain):
        return plain
    # What follows a bare number is no parameter of it, and must not be dropped without a word.
    has_tail = ";" in number and "@" not in number and ":" not in number
    if not number or has_tail or len(number) > MAX_NUMBER_CHARS or not _NUMBER.fullmatch(number):
        raise MalformedCommand("number must be digits, *, # and a leading +, or a SIP address")
    return number


def _parse_account(text: str | None) -> str | None:
    if not text:
        return None
    if len(text) > MAX_NUMBER_CHARS or not _NUMBER.fullmatch(text):
        raise MalformedCommand("outgoing_uri must be an account such as 1001@192.0.2.22")
    return text
