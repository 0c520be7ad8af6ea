"""Templates to pages. Everything that is filled in is escaped: callers choose their own names.

Source: RFC 3261 §25.1 (a display name may hold any character).
"""

import time
from collections.abc import Mapping

import jinja2

__all__ = ["STATIC_FILES", "render"]

_LOADER = jinja2.PackageLoader("offhook.phone.web", "templates")
_TEMPLATES = jinja2.Environment(
    loader=_LOADER, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_FILES = jinja2.PackageLoader("offhook.phone.web", "static")
_MEDIA_TYPES = {
    "style.css": "text/css",
    "icon.svg": "image/svg+xml",
    "face.css": "text/css",
    "face.js": "text/javascript",
}
STATIC_FILES = {name: (_FILES.get_source(_TEMPLATES, name)[0], kind) for name, kind in _MEDIA_TYPES.items()}
"""Text and media type of every file beside the pages, by its name."""


def render(template: str, **values: object) -> str:
    """Fill a template of this package."""
    return _TEMPLATES.get_template(template).render(**values)


def _clock(seconds: float) -> str:
    """Write a time of day, local, to the millisecond."""
    return time.strftime("%H:%M:%S", time.localtime(seconds)) + f".{int(seconds % 1 * 1000):03d}"


def _duration(seconds: float) -> str:
    """Write a call's length."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _mac(digits: str) -> str:
    """Write a MAC address as people read it."""
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2)).upper()


def _peers(peers: Mapping[str, str]) -> str:
    """Write numbers and their addresses as the form reads them."""
    return "\n".join(f"{number} = {place}" for number, place in peers.items())


_TEMPLATES.filters.update(clock=_clock, duration=_duration, mac=_mac, peers=_peers)
