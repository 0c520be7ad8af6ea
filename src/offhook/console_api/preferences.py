"""What people choose about their page, and what an administrator chooses for all of them. Pure.

Source: docs/operator.md; docs/administration.md; RFC 3986 (the parts of a URL).
"""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from offhook.errors import NotValid

__all__ = ["Preferences", "SharedSettings", "Theme", "check_pop_url"]

_PLACEHOLDER = re.compile(r"\{(?:number|name|call)\}")
_HOST_AND_PORT = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
_PopUrl = Annotated[
    str,
    msgspec.Meta(
        max_length=2048,
        description="Page about the caller, opened on an incoming call: http or https, with `{number}`, `{name}` and "
        "`{call}` (its id) in path, query or fragment, filled in percent-encoded.",
        examples=["https://crm.example.com/find?number={number}"],
    ),
]


class Theme(StrEnum):
    """How the page looks."""

    AUTO = "auto"
    """As the computer is set."""
    LIGHT = "light"
    DARK = "dark"


class Preferences(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`GET` and `PUT /api/v1/me/preferences`: what follows a user to whatever browser they sign in with."""

    theme: Theme = Theme.AUTO
    rings: bool = True
    """The page rings on an incoming call."""
    has_shortcuts: bool = True
    """Single keys work while nothing is typed."""
    pop_url: _PopUrl | None = None
    """None takes the one of `GET /settings`; "" is none."""
    pops_by_itself: bool = False
    """It opens by itself when a call comes in; else each call links to it."""


class SharedSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`GET` and `PUT /api/v1/settings`: what holds for everybody who chose nothing else."""

    pop_url: _PopUrl = ""
    """"" is none."""


def check_pop_url(template: str) -> str:
    """Check the address of a page about callers, and give it without white space around it.

    What callers say of themselves is hostile: it may fill in a path, a query or a fragment, but never decide which
    machine is asked.

    Args:
        template: As somebody typed it; "" for none.
    Raises:
        NotValid: Browsers shall not be sent there.
    """
    text = template.strip()
    reason = _reason_against(text) if text else None
    if reason is not None:
        raise NotValid("pop-url-not-valid", f"the page about a caller cannot be opened: {reason}")
    return text


def _reason_against(text: str) -> str | None:
    if not text.isprintable() or any(letter.isspace() for letter in text) or "\\" in text:
        return "it holds a space, a backslash or a character that cannot be seen"
    filled = _PLACEHOLDER.sub("x", text)
    if "{" in filled or "}" in filled:
        return "braces are for {number}, {name} and {call} only"
    try:
        parts, filled_parts = urlsplit(text), urlsplit(filled)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "it is no URL"
    if parts.scheme not in ("http", "https") or not host:
        return "it must begin with http:// or https:// and a host"
    if parts.netloc != filled_parts.netloc:
        return "{number}, {name} and {call} stand behind the host, not in it"
    if not _HOST_AND_PORT.fullmatch(parts.netloc):
        return "it must name the host, and no user"
    return None
