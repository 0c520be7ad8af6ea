"""Tables as CSV, safe to open in a spreadsheet. Pure.

A cell that a spreadsheet would run as a formula gets an apostrophe before it; `plain_cell` takes that off again.
Source: RFC 4180; OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable

__all__ = ["BOM", "csv_lines", "plain_cell"]

BOM = "\ufeff"
"""Before a file, for programs that see UTF-8 only by it."""

_RUN_BY = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_lines(rows: Iterable[Iterable[str | int | float | bool | None]]) -> str:
    """Write rows as CSV, each ended by CRLF; None is an empty cell."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def plain_cell(cell: str) -> str:
    """Take off the apostrophe that keeps a cell from being run."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_RUN_BY) else cell


def _cell(value: str | int | float | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return f"'{value}" if value.startswith(_RUN_BY) else value
        case _:
            return str(value)
