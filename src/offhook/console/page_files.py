"""The operator page's files, read once at start.

Only what is in the folder then can be asked for: a path is a key of a table, never a name on the disk.
Source: architecture decision 8.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

__all__ = ["OPERATOR_PAGE", "PageFile", "read_page"]

OPERATOR_PAGE = Path(__file__).with_name("operator_page")

_TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
}
_OTHER = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file as it is served."""

    content: bytes
    media_type: str
    etag: str
    """Changes with the content, so that a browser can keep its copy and ask whether it is still good."""


def read_page(folder: Path = OPERATOR_PAGE) -> dict[str, PageFile]:
    """Read every file below ``folder``; the keys are paths such as ``assets/app.js``."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
            found[path.relative_to(folder).as_posix()] = PageFile(content, _TYPES.get(path.suffix, _OTHER), etag)
    return found
