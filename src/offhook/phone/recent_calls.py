"""The phone's call lists: dialled, received, missed, newest first.

Calls of one kind with one party that follow each other share an entry, with their count. A call that rang and was not
missed (answered, rejected, forwarded, answered elsewhere) is received; one that never rang is in no list.
Source: the call lists of the phones of this family; DOC §3.2 (`RD`, the navigation keys that leaf through them).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from offhook.phone.phone_call import PhoneCall
from offhook.plain_members import plain_members

__all__ = ["CALLS_KEPT", "CallKind", "RecentCall", "RecentCalls"]

CALLS_KEPT = 20
"""Entries of each kind; older ones are forgotten."""


@plain_members
class CallKind(StrEnum):
    """What became of a call."""

    DIALLED = "dialled"
    RECEIVED = "received"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class RecentCall:
    """One entry of a list."""

    kind: CallKind
    number: str
    """To call back; "" when the caller did not say."""
    name: str
    """The other party's display name; "" when unknown."""
    account: str
    """``user@host`` of our side."""
    began_at: float
    """Seconds of the phone's monotonic clock; of the last one of `count` calls."""
    count: int = 1


class RecentCalls:
    """The lists of one phone."""

    __slots__ = ("_entries",)

    def __init__(self) -> None:
        self._entries: list[RecentCall] = []

    def of(self, kind: CallKind | None = None) -> tuple[RecentCall, ...]:
        """List the calls of one kind, or all of them, newest first."""
        return tuple(entry for entry in self._entries if kind in (None, entry.kind))

    def add(self, call: PhoneCall, kind: CallKind) -> None:
        """Note what became of a call."""
        remote, host = call.remote, call.local.host
        is_elsewhere = bool(remote.user and remote.host) and remote.host.casefold() != host.casefold()
        entry = RecentCall(
            kind,
            f"{remote.user}@{remote.host}" if is_elsewhere else remote.user or remote.host,
            remote.display,
            f"{call.local.user}@{host}",
            call.began_at,
        )
        before = next(iter(self.of(kind)), None)
        if before is not None and (before.number, before.account) == (entry.number, entry.account):
            self._entries.remove(before)
            entry = replace(entry, name=entry.name or before.name, count=before.count + 1)
        self._entries.insert(0, entry)
        for oldest in self.of(kind)[CALLS_KEPT:]:
            self._entries.remove(oldest)

    def remove(self, entry: RecentCall) -> None:
        """Take one entry off; one that is not there any more is no matter."""
        if entry in self._entries:
            self._entries.remove(entry)

    def forget(self, kind: CallKind | None = None) -> None:
        """Empty one list, or all."""
        self._entries = [entry for entry in self._entries if kind not in (None, entry.kind)]
