"""The kinds of HTTP answers the phone gives.

Source: "What the document leaves open": the answer to a command.
"""

from collections.abc import Iterable

from litestar.response.base import ASGIResponse

__all__ = ["NOT_KEPT", "SECURITY", "html", "plain", "see_other", "style"]

SECURITY = (
    # Nothing but our own style sheet and forms; what a caller's name could smuggle in has nowhere to run.
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)
"""Headers of every answer."""
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


def see_other(location: str, headers: Iterable[tuple[str, str]] = (), *, status: int = 303) -> ASGIResponse:
    """Send the browser elsewhere; 303 after a form, 302 to the login page."""
    return ASGIResponse(
        status_code=status,
        media_type="text/plain",
        headers=[*SECURITY, NOT_KEPT, ("location", location), *headers],
    )


def style(text: str, etag: str) -> ASGIResponse:
    """Give the style sheet; small, and asked for again with each page so that an update shows."""
    headers = [*SECURITY, ("cache-control", "no-cache"), ("etag", etag)]
    return ASGIResponse(status_code=200, body=text, media_type="text/css", headers=headers)
