"""How other numbers are doing, as their exchange tells by presence. Runs in the child process only.

A PBX publishes the state of a telephone as presence: PIDF, with what the person does (RPID), or with words in a note,
which differ by PBX but not by much. What is ringing and what is busy is told apart by those words where they are there.
A watch that is refused, or whose exchange says nothing, is unknown; the library asks again every five minutes.
Source: RFC 3856 (presence), RFC 3863 (PIDF), RFC 4480 (activities); PJSIP 2.15 (pjsua2 Buddy).
"""

import re
from collections.abc import Callable
from typing import Literal, Protocol

from offhook.phone.engine.pjsip.protocol import Watched

__all__ = ["MAX_WATCHED", "PresenceDesk", "State", "Watching", "state_in"]

MAX_WATCHED = 40
"""Fewer than the library has room for (256); one more would be refused by it."""

State = Literal["idle", "ringing", "busy", "unknown"]

_RINGING = re.compile(r"\b(ring|alert|early|incoming)", re.IGNORECASE)
_BUSY = re.compile(r"\b(on the phone|on-the-phone|in a call|on a call|busy|talking|in use|hold)", re.IGNORECASE)


def state_in(note: str, *, is_busy: bool, is_open: bool) -> State:
    """Say how a number is doing.

    Args:
        note: Words that the exchange gives; "" for none.
        is_busy: It says that the person is busy (RPID).
        is_open: It says that the number can be called (PIDF's basic status).
    """
    if _RINGING.search(note):
        return "ringing"
    if is_busy or _BUSY.search(note):
        return "busy"
    # Some exchanges close a number that is in use; their note has said so above.
    return "idle" if is_open else "unknown"


class Watching(Protocol):
    """Whoever can ask an exchange: an account."""

    def watch(self, address: str, say: Callable[[State], None]) -> object | None:
        """Ask about an address until the object that is given back is let go; None when that is not possible."""


class PresenceDesk:
    """All watches of this process."""

    def __init__(self, say: Callable[[Watched], None]) -> None:
        """Begin without any.

        Args:
            say: Takes each new state.
        """
        self._say = say
        self._watches: dict[tuple[str, str], object] = {}
        """By account and number; None while the address is looked up."""

    def begin(self, name: str, number: str) -> None:
        """Want to watch a number, whose address may have to be looked up first; asked again, it is told again.

        Args:
            name: The phone's own name for the account.
        """
        self._watches[name, number] = None

    def watch(self, account: Watching, name: str, number: str, address: str) -> None:
        """Ask an account's exchange about a number, if that is still wanted.

        Args:
            address: Whom to ask about; "" where there is no way there.
        """
        if (name, number) not in self._watches:
            return
        told: list[State] = []

        def tell(state: State) -> None:
            if told[-1:] != [state]:
                told[:] = [state]
                self._say(Watched(name, number, state))

        is_possible = bool(address) and len(self._watches) <= MAX_WATCHED
        watch = account.watch(address, tell) if is_possible else None
        self._watches[name, number] = watch
        if watch is None:
            tell("unknown")

    def unwatch(self, name: str, number: str) -> None:
        """Ask no more."""
        # The library ends the subscription when the object goes, which must not happen inside a callback of its.
        self._watches.pop((name, number), None)

    def forget(self, name: str) -> None:
        """The account is logged out."""
        for key in [key for key in self._watches if key[0] == name]:
            del self._watches[key]
