"""Which numbers the phone watches for its busy lamps, and what is known of them.

What is to be watched follows from the settings and from which account is registered; `settle` works it out after every
input, so there is no order in which things have to happen. An account that is lost takes what it knew with it.
Source: RFC 4235, RFC 3856 (what a PBX tells of a number); DOC §3.2 (`D1`-`D10`).
"""

from collections.abc import Iterable

from offhook.phone.engine.port import CallEngine, NumberState, NumberStatus
from offhook.phone.lines import Lines

__all__ = ["Watches"]


class Watches:
    """What one phone watches."""

    __slots__ = ("_account", "_engine", "_lines", "states")

    def __init__(self, engine: CallEngine, lines: Lines) -> None:
        self._engine = engine
        self._lines = lines
        self._account = ""
        """The account that asks; "" while none is registered."""
        self.states: dict[str, NumberStatus] = {}
        """By number: all that are watched."""

    def settle(self, numbers: Iterable[str]) -> None:
        """Watch these numbers and no others, from the first account that is registered."""
        wanted = set(numbers)
        if not wanted and not self.states:
            return
        line = self._lines.first_registered()
        account = line.id if line is not None else ""
        if account != self._account:
            self._stop(set(self.states))
            self._account = account
        if not account:
            return
        self._stop(set(self.states) - wanted)
        for number in sorted(wanted - set(self.states)):
            self.states[number] = NumberStatus.UNKNOWN
            self._engine.watch(account, number)

    def take(self, fact: NumberState) -> None:
        """Follow what the engine says of a number; of one that is not watched any more it says nothing new."""
        if fact.account == self._account and fact.number in self.states:
            self.states[fact.number] = fact.state

    def _stop(self, numbers: set[str]) -> None:
        for number in sorted(numbers):
            del self.states[number]
            self._engine.unwatch(self._account, number)
