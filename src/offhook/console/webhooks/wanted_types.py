"""Which types of events a webhook may ask for: those there are, since others would never send anything. Pure.

Source: docs/webhooks.md; console-api.md §2 (the types).
"""

from collections.abc import Collection
from difflib import get_close_matches

from offhook.console_api.event_types import EventType
from offhook.errors import NotValid

__all__ = ["check_types"]

_KINDS = sorted({f"{type_.partition('.')[0]}." for type_ in EventType})


def check_types(wanted: Collection[str]) -> None:
    """Check that each of these is a type of event, or ends in `.` and begins one.

    Raises:
        NotValid: One is neither; the message names the nearest there is.
    """
    for entry in wanted:
        if entry not in EventType.__members__.values() and entry not in _KINDS:
            raise NotValid(
                "event-type-unknown",
                f"there are no events of type {entry!r}; the nearest is {_nearest(entry)!r}",
            )


def _nearest(entry: str) -> str:
    """Give the type that goes on from there, if any; else the likest of its kind; else the likest of all."""
    kind = f"{entry.partition('.')[0]}."
    longer = [type_.value for type_ in EventType if type_.startswith(entry)]
    same_kind = [type_.value for type_ in EventType if type_.startswith(kind)]
    kinds_only = _KINDS if entry.endswith(".") else []
    choices = longer or same_kind or kinds_only or [type_.value for type_ in EventType]
    return get_close_matches(entry, choices, n=1, cutoff=0.0)[0]
