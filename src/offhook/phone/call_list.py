"""The calls of one phone, and the questions that are asked about them.

Source: DOC §3.2 (a key works on the call in front); at most two calls a line, as on the phones of this family.
"""

from offhook.callmodel.connection import ConnectionState
from offhook.phone.engine.port import CallRef
from offhook.phone.phone_call import PhoneCall

__all__ = ["CALLS_PER_LINE", "CallList"]

CALLS_PER_LINE = 2

_S = ConnectionState


class CallList:
    """All calls of one phone; a call that is about to end by our own order is not found any more."""

    __slots__ = ("calls", "chosen")

    def __init__(self) -> None:
        self.calls: dict[CallRef, PhoneCall] = {}
        """In the order they began; a call that is held moves to the end."""
        self.chosen: CallRef | None = None
        """The one that the user wants in front of the others that ring, or are held."""

    def _first(self, state: ConnectionState) -> PhoneCall | None:
        for call in self.calls.values():
            if call.is_in(state):
                return call
        return None

    def placing(self) -> PhoneCall | None:
        """The call on its way out, or on its way to be answered."""
        for call in self.calls.values():
            if call.is_in(_S.INITIATED):
                return call
        for call in self.calls.values():
            if call.is_answering and call.is_in(_S.ALERTING):
                return call
        return None

    def ringing(self, account: str | None = None) -> PhoneCall | None:
        """The call that rings and that nobody has begun to answer: the chosen one, else the one that rings longest."""
        return self._in_front(self._all_ringing(account))

    def _all_ringing(self, account: str | None = None) -> list[PhoneCall]:
        return [
            call
            for call in self.calls.values()
            if call.is_in(_S.ALERTING) and not call.is_answering and account in (None, call.account)
        ]

    def active(self) -> PhoneCall | None:
        """The call that is talked on."""
        return self._first(_S.CONNECTED)

    def held(self, account: str | None = None) -> PhoneCall | None:
        """The chosen one of the calls that are held, else the one that was held last."""
        return self._in_front(self._all_held(account))

    def _all_held(self, account: str | None = None) -> list[PhoneCall]:
        return [
            call for call in reversed(self.calls.values()) if call.is_in(_S.HELD) and account in (None, call.account)
        ]

    def _in_front(self, calls: list[PhoneCall]) -> PhoneCall | None:
        for call in calls:
            if call.ref == self.chosen:
                return call
        return calls[0] if calls else None

    def choose(self, steps: int) -> None:
        """Put another one of the calls that ring in front, or of those that are held where none rings."""
        calls = self._all_ringing() or self._all_held()
        if front := self._in_front(calls):
            self.chosen = calls[(calls.index(front) + steps) % len(calls)].ref

    def conference(self) -> list[PhoneCall]:
        """The calls that are mixed or about to be."""
        return [call for call in self.calls.values() if call.is_in_conference]

    def current(self) -> PhoneCall | None:
        """The call an event of the phone as a whole belongs to."""
        return (self.placing() or self.active() or self.ringing() or self.held()) if self.calls else None

    def has_free_line(self, account: str) -> bool:
        """Say whether the account can take one more call."""
        return sum(call.account == account for call in self.calls.values()) < CALLS_PER_LINE

    def is_voice_taken(self) -> bool:
        """Say whether somebody is talked to or being called, a call that is about to end included."""
        return any(call.has_voice() for call in self.calls.values())
