"""Who watches which number of the virtual exchange, and what each was told last.

Source: RFC 4235 (what a PBX tells of a number); `offhook.phone.engine.port.CallEngine.watch`.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from offhook.phone.engine.port import NumberState, NumberStatus

__all__ = ["Watchers"]

_Station = TypeVar("_Station")


class Watchers(Generic[_Station]):
    """All watches of one exchange; ``_Station`` is whatever takes facts."""

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told: dict[tuple[_Station, str, str], NumberStatus | None] = {}
        """By station, account and number; None before the first word."""

    def add(self, station: _Station, account: str, number: str) -> None:
        """Begin; whoever watches already is told again."""
        self._told[station, account, number] = None

    def remove(self, station: _Station, account: str, number: str | None = None) -> None:
        """End one watch, or all of an account."""
        gone = [key for key in self._told if key[:2] == (station, account) and number in (None, key[2])]
        for key in gone:
            del self._told[key]

    def tell(self, state_of: Callable[[str], NumberStatus], emit: Callable[[_Station, NumberState], None]) -> None:
        """Tell everybody what is new to them."""
        for key, told in list(self._told.items()):
            station, account, number = key
            state = state_of(number)
            if state is not told:
                self._told[key] = state
                emit(station, NumberState(account, number, state))
