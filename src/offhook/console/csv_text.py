"""Tables as CSV, safe to open in a spreadsheet. Pure.

A cell that a spreadsheet would run as a formula gets an apostrophe before it; `plain_cell` takes that off again. Some
take the full-width signs for the plain ones, and pass over what cannot be seen before them. Of control characters only
line breaks and tabs are kept: a caller's name can hold others, and a terminal obeys some.

Source: RFC 4180; OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Iterable

__all__ = ["BOM", "csv_lines", "plain_cell"]

BOM = "\ufeff"
"""Before a file, for programs that see UTF-8 only by it."""

_RUN = re.compile(
    # White space and zero-width characters, then a sign: plain, full-width or small.
    r"[\t\r\n]|[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def csv_lines(rows: Iterable[Iterable[str | int | float | bool | None]]) -> str:
    """Write rows as CSV, each ended by CRLF; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def plain_cell(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from being run."""
    return cell[1:] if cell.startswith("'") and _RUN.match(cell, 1) else cell


def _cell(value: str | int | float | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            value = _CONTROLS.sub("\ufffd", value)
            return f"'{value}" if _RUN.match(value) else value
        case _:
            return str(value)
