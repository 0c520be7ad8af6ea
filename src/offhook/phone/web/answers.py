"""The kinds of HTTP answers the phone gives.

Source: "What the document leaves open": the answer to a command.
"""

import hashlib
from collections.abc import Iterable

from litestar.response.base import ASGIResponse

__all__ = ["NOT_KEPT", "SECURITY", "face_html", "html", "plain", "see_other", "static"]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The one page with a script of ours, which talks to this phone and to nobody else.
_POLICY_OF_THE_FACE = f"{_POLICY}; script-src 'self'; connect-src 'self'"
_REST = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)
# Nothing but our own style sheet and forms; what a caller's name could smuggle in has nowhere to run.
SECURITY = (("content-security-policy", _POLICY), *_REST)
"""Headers of every answer, but for the face."""
NOT_KEPT = ("cache-control", "no-store")
"""Pages show what holds now, and to one person."""


def plain(status: int, text: str, headers: Iterable[tuple[str, str]] = ()) -> ASGIResponse:
    """Answer a program: one line of text."""
    return ASGIResponse(
        status_code=status, body=f"{text}\n", media_type="text/plain", headers=[*SECURITY, NOT_KEPT, *headers]
    )


def html(status: int, page: str, headers: Iterable[tuple[str, str]] = ()) -> ASGIResponse:
    """Answer a person: a page."""
    return ASGIResponse(status_code=status, body=page, media_type="text/html", headers=[*SECURITY, NOT_KEPT, *headers])


def face_html(page: str) -> ASGIResponse:
    """Answer with the phone's face: a page with a script."""
    headers = [("content-security-policy", _POLICY_OF_THE_FACE), *_REST, NOT_KEPT]
    return ASGIResponse(status_code=200, body=page, media_type="text/html", headers=headers)


def see_other(location: str, headers: Iterable[tuple[str, str]] = (), *, status: int = 303) -> ASGIResponse:
    """Send the browser elsewhere; 303 after a form, 302 to the login page."""
    return ASGIResponse(
        status_code=status,
        media_type="text/plain",
        headers=[*SECURITY, NOT_KEPT, ("location", location), *headers],
    )


def static(text: str, media_type: str, if_none_match: str) -> ASGIResponse:
    """Give a file of ours; browsers ask each time whether it has changed, so that an update shows at once."""
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    headers = [*SECURITY, ("cache-control", "no-cache"), ("etag", etag)]
    if if_none_match == etag:
        return ASGIResponse(status_code=304, headers=headers)
    return ASGIResponse(status_code=200, body=text, media_type=media_type, headers=headers)
