"""One event of the phone with the values of its variables, on its way to the sender.

Source: DOC §2.4 (events), §2.5 (variables and when each is valid).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """Something happened, and this is what the phone knew at that moment."""

    event: Event
    values: Mapping[Variable, str]
    """Plain text; variables without a value are absent."""
