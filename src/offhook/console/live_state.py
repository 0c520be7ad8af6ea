"""The live picture: every phone and every call that is live or ended a moment ago. Pure: no clock, no I/O.

`LiveState` is what has been committed. A batch works on a `Draft`, which holds only the records it touched; after the
commit `LiveState.apply` takes them over, and a draft that is dropped has changed nothing. Within a draft, one report
that fails is undone alone (`begin`, `undo`).

Source: architecture decision 3; console-api.md §1 no. 1.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any, Generic, TypeVar, cast

import msgspec

from offhook.console.outage import Outage, last_heard
from offhook.console.records import CallRecord, ConnectionRecord, EndedRecord, PhoneRecord
from offhook.console.times import rfc3339
from offhook.console.views import call_view, phone_view
from offhook.console_api.resources import Call, Party, Phone, Snapshot
from offhook.dialects.registry import Registry

__all__ = [
    "ENDED_MEMORY_S",
    "MAX_ENDED_PER_PHONE",
    "MAX_MERGED",
    "MAX_RECENT_KEPT",
    "MAX_RECENT_SHOWN",
    "RECENT_S",
    "Draft",
    "LiveState",
]

RECENT_S = 120.0
"""Seconds an ended call stays in the live picture, for those who look at what just happened."""

ENDED_MEMORY_S = 300.0
"""Seconds during which a report about an ended connection is recognised as late: longer than any sender's retries."""

MAX_ENDED_PER_PHONE = 16
"""Ended connections remembered per phone; what 10,000 phones remember has to fit in memory."""

MAX_MERGED = 1_000
"""Ids of merged calls remembered: a client that acts on one has just read it."""

MAX_RECENT_KEPT = 20_000
"""Ended calls kept in memory at most, whatever their age: protects it from a flood of made-up ones."""

MAX_RECENT_SHOWN = 500
"""Ended calls a snapshot shows at most: a page is not a journal."""

_Value = TypeVar("_Value")
_NOTHING = object()


class LiveState:
    """Everything live, as of the last commit; read it freely, change it through `apply` only."""

    def __init__(
        self,
        phones: Iterable[PhoneRecord] = (),
        calls: Iterable[CallRecord] = (),
        registry: Registry | None = None,
    ) -> None:
        self.phone_records: dict[str, PhoneRecord] = {}
        self.call_records: dict[str, CallRecord] = {}
        self.by_wire: dict[str, str] = {}
        """Id of the call by `CallRecord.wire`."""
        self.by_address: dict[str, tuple[str, ...]] = {}
        """Ids of the phones by address."""
        self.by_extension: dict[str, tuple[str, ...]] = {}
        """The same by the number they are reached at."""
        self.by_mac: dict[str, tuple[str, ...]] = {}
        """The same by the MAC address they say they have, where that is not their id."""
        self.name_party: Callable[[Party], Party] = lambda party: party
        """Completes a party that is no phone of ours by what else is known of its number."""
        self._dialect_of = (registry or _shipped_dialects()).named_or_base
        self._merged: dict[str, str] = {}
        phones, calls = list(phones), list(calls)
        self.outage = Outage(last_heard(phones, calls))  # the one that ended when this state was built
        self._ended: deque[tuple[float, str]] = deque()
        draft = Draft(self)
        for phone in phones:
            draft.put_phone(phone)
        for call in sorted(calls, key=lambda call: call.began):
            draft.put_call(call)
            _recall(draft, call)
        self.apply(draft, now=0.0)

    def phone(self, phone: str) -> Phone | None:
        """Show one phone; None if it is not known."""
        record = self.phone_records.get(phone)
        return None if record is None else phone_view(record, self.calls_of(record), self._dialect_of(record.dialect))

    def phones_by_mac(self, mac: str) -> list[Phone]:
        """Show the phones that have a MAC address, or say that they have it."""
        found = (self.phone(id_) for id_ in (mac, *self.by_mac.get(mac, ())))
        return [phone for phone in found if phone is not None]

    def phones(self, of: Iterable[PhoneRecord] | None = None) -> list[Phone]:
        """Show every phone, or some, those that were set up first, then by name."""
        chosen = self.phone_records.values() if of is None else of
        records = sorted(chosen, key=lambda phone: (not phone.is_set_up, phone.name, phone.id))
        return [phone_view(record, self.calls_of(record), self._dialect_of(record.dialect)) for record in records]

    def current_id(self, call: str) -> str:
        """Give the id a call has now: another one when it turned out to be part of a call that was known already."""
        return call if call in self.call_records else self._merged.get(call, call)

    def call(self, call: str) -> Call | None:
        """Show one call, by any id it has had; None if it is not live and did not end a moment ago."""
        record = self.call_records.get(self.current_id(call))
        return None if record is None else self.show(record)

    def calls(self, *, is_live: bool | None = None) -> list[Call]:
        """Show the live calls and those that ended a moment ago, or only one of the two kinds, newest first."""
        chosen = [call for call in self.call_records.values() if is_live is None or call.is_live is is_live]
        chosen.sort(key=lambda call: (-call.began, call.id))
        return [self.show(call) for call in chosen]

    def show(self, call: CallRecord) -> Call:
        """Show a call, also one that was read from the store."""
        return call_view(call, self.phone_records.get, self.calls_of, self._dialect_of, self._named)

    def _named(self, party: Party) -> Party:
        """Complete a party; phones of ours go before anybody else who has the number."""
        phones = () if party.phone is not None else self.by_extension.get(party.number, ())
        if not phones:
            return self.name_party(party)
        name = self.phone_records[phones[0]].name or party.name
        return msgspec.structs.replace(party, name=name, display=party.number)

    def calls_of(self, phone: PhoneRecord) -> list[CallRecord]:
        """Give the live calls of a phone, oldest first."""
        return [self.call_records[call] for call in phone.calls]

    def snapshot(self, *, epoch: str, seq: int, now: float, of: Collection[str] | None = None) -> Snapshot:
        """Show everything that is live, as of position ``seq``.

        Args:
            of: Only these phones, and the calls they are in; None for all.
        """
        phones = None if of is None else [self.phone_records[phone] for phone in of if phone in self.phone_records]
        calls = list(self.call_records.values()) if phones is None else self._calls_lately_at(phones)
        live = [call for call in calls if call.is_live]
        recent = [call for call in calls if not call.is_live]
        recent.sort(key=lambda call: call.ended or call.began, reverse=True)
        shown = sorted((*live, *recent[:MAX_RECENT_SHOWN]), key=lambda call: (-call.began, call.id))
        return Snapshot(
            epoch=epoch,
            seq=seq,
            time=rfc3339(now),
            phones=self.phones(phones),
            calls=[self.show(call) for call in shown],
        )

    def _calls_lately_at(self, phones: Iterable[PhoneRecord]) -> list[CallRecord]:
        """Give the calls of some phones, those that ended a moment ago included, each once."""
        ids = {call for phone in phones for call in (*phone.calls, *(ended.call for ended in phone.ended))}
        return [self.call_records[call] for call in ids if call in self.call_records]

    def apply(self, draft: "Draft", *, now: float) -> None:
        """Take a committed draft over, and forget calls that ended long enough before ``now``."""
        _merge(self.phone_records, draft.phones.changed)
        _merge(self.call_records, draft.calls.changed)
        _merge(self.by_wire, draft.by_wire.changed)
        _merge(self.by_address, draft.by_address.changed)
        _merge(self.by_extension, draft.by_extension.changed)
        _merge(self.by_mac, draft.by_mac.changed)
        self._merged.update(draft.merged)
        while len(self._merged) > MAX_MERGED:
            del self._merged[next(iter(self._merged))]
        for call in draft.calls.changed.values():
            if call is not None and not call.is_live:
                self._ended.append((call.ended or call.began, call.id))
                if (call.ended or call.began) < now - RECENT_S:  # somebody wrote a note on an old one
                    self._forget(*self._ended.pop())
        self._forget_before(now - RECENT_S)

    def _forget_before(self, ended: float) -> None:
        while self._ended and (self._ended[0][0] < ended or len(self._ended) > MAX_RECENT_KEPT):
            self._forget(*self._ended.popleft())

    def _forget(self, at: float, id_: str) -> None:
        call = self.call_records.get(id_)
        # A call may have come back to life since, through a phone whose report was slower.
        if call is not None and not call.is_live and (call.ended or call.began) <= at:
            del self.call_records[id_]
            if self.by_wire.get(call.wire) == id_:
                del self.by_wire[call.wire]


class _UndoList(list[tuple[dict[str, Any], str, Any]]):
    """What to put back where, the newest last: (changes, key, value before)."""


class _Overlay(Generic[_Value]):
    """A dictionary's changes, with an undo list."""

    def __init__(self, base: dict[str, _Value], undo: _UndoList) -> None:
        self._base = base
        self._undo = undo
        self.changed: dict[str, _Value | None] = {}

    def get(self, key: str) -> _Value | None:
        if key in self.changed:
            return self.changed[key]
        return self._base.get(key)

    def put(self, key: str, value: _Value | None) -> None:
        self._undo.append((self.changed, key, self.changed.get(key, _NOTHING)))
        self.changed[key] = value


class Draft:
    """The changes of one batch on top of a live state."""

    def __init__(self, base: LiveState) -> None:
        undo = self._undo = _UndoList()
        self.phones = _Overlay(base.phone_records, undo)
        self.calls = _Overlay(base.call_records, undo)
        self.by_wire = _Overlay(base.by_wire, undo)
        self.by_address = _Overlay(base.by_address, undo)
        self.by_extension = _Overlay(base.by_extension, undo)
        self.by_mac = _Overlay(base.by_mac, undo)
        self.outage = base.outage
        self.merged: dict[str, str] = {}
        """Where the id of a merged call leads. Not undone: a call that is there under its own id is found first."""
        self._known_phones = len(base.phone_records)
        self._known_before = self._known_phones

    @property
    def phone_count(self) -> int:
        """How many phones are known."""
        return self._known_phones

    def begin(self) -> None:
        """Start one report or change: what follows can be undone alone."""
        self._undo.clear()
        self._known_before = self._known_phones

    def undo(self) -> None:
        """Undo everything since `begin`."""
        for changed, key, before in reversed(self._undo):
            if before is _NOTHING:
                del changed[key]
            else:
                changed[key] = before
        self._undo.clear()
        self._known_phones = self._known_before

    def phone_at(self, address: str) -> str | None:
        """Find the only phone with this IP address; None if there is none or more than one."""
        phones = self.by_address.get(address)
        return phones[0] if phones is not None and len(phones) == 1 else None

    def phones_at(self, address: str) -> list[PhoneRecord]:
        """Give the phones with this IP address."""
        return [phone for id_ in self.by_address.get(address) or () if (phone := self.phones.get(id_)) is not None]

    def phone_with_mac(self, mac: str) -> str | None:
        """Find the phone that somebody said has this MAC address, where that is not its id."""
        for id_ in self.by_mac.get(mac) or ():
            phone = self.phones.get(id_)
            if phone is not None and phone.is_mac_approved:
                return id_
        return None

    def calls_of(self, phone: PhoneRecord) -> list[CallRecord]:
        """Give the live calls of a phone, oldest first."""
        return [call for id_ in phone.calls if (call := self.calls.get(id_)) is not None]

    def put_phone(self, phone: PhoneRecord) -> None:
        """Add or replace a phone."""
        before = self.phones.get(phone.id)
        if before is None:
            self._known_phones += 1
        if before is None or before.address != phone.address:
            _move(self.by_address, phone.id, before.address if before else "", phone.address)
        if before is None or before.mac != phone.mac:
            _move(self.by_mac, phone.id, before.mac if before else "", phone.mac)
        if before is None or before.extension != phone.extension:
            _move(self.by_extension, phone.id, before.extension if before else "", phone.extension)
        self.phones.put(phone.id, phone)

    def remove_phone(self, phone: PhoneRecord) -> None:
        """Forget a phone; its calls are the caller's to end."""
        _move(self.by_address, phone.id, phone.address, "")
        _move(self.by_extension, phone.id, phone.extension, "")
        _move(self.by_mac, phone.id, phone.mac, "")
        self.phones.put(phone.id, None)
        self._known_phones -= 1

    def put_call(self, call: CallRecord) -> None:
        """Add or replace a call."""
        if call.wire:
            self.by_wire.put(call.wire, call.id)
        self.calls.put(call.id, call)

    def put_connection(self, call: CallRecord, connection: ConnectionRecord) -> CallRecord:
        """Add or replace one connection of a call, and keep the call's and the phone's own fields in step."""
        before = call.at(connection.phone)
        if before is None:
            connections = (*call.connections, connection)
        else:
            connections = tuple(connection if each is before else each for each in call.connections)
        answered = min((each.answered for each in connections if each.answered is not None), default=None)
        is_live = any(each.is_live for each in connections)
        ended = None if is_live else max((each.ended for each in connections if each.ended is not None), default=None)
        call = msgspec.structs.replace(call, connections=connections, answered=answered, ended=ended)
        self.put_call(call)
        phone = self.phones.get(connection.phone)
        if phone is not None:
            self.put_phone(_phone_in_step(phone, call, connection))
        return call

    def merge_call(self, call: CallRecord, into: str) -> None:
        """Forget a call that turned out to be part of another one; its id leads there from now on."""
        self.calls.put(call.id, None)
        self.merged[call.id] = into
        for connection in call.connections:
            phone = self.phones.get(connection.phone)
            if phone is not None:
                rest = tuple(each for each in phone.calls if each != call.id)
                self.put_phone(msgspec.structs.replace(phone, calls=rest))

    def remember_end(self, phone: str, ended: EndedRecord) -> None:
        """Remember the end of a connection, so that late reports about it are recognised."""
        record = self.phones.get(phone)
        if record is not None:
            self.put_phone(msgspec.structs.replace(record, ended=_with_ended(record.ended, ended)))

    def forget_end(self, phone: str, call: CallRecord) -> None:
        """Forget that a connection ended: a later report showed that it goes on."""
        record = self.phones.get(phone)
        if record is not None:
            ended = tuple(
                each for each in record.ended if each.call != call.id and not (call.wire and each.wire == call.wire)
            )
            self.put_phone(msgspec.structs.replace(record, ended=ended))


def _move(index: _Overlay[tuple[str, ...]], phone: str, before: str, after: str) -> None:
    """Write into an index of phones that one is found elsewhere."""
    if before:
        rest = tuple(each for each in index.get(before) or () if each != phone)
        index.put(before, rest or None)
    if after:
        index.put(after, (*(index.get(after) or ()), phone))


def _phone_in_step(phone: PhoneRecord, call: CallRecord, connection: ConnectionRecord) -> PhoneRecord:
    """Write into the phone's record that one of its connections is live, or over."""
    if connection.is_live:
        if call.id in phone.calls:
            return phone
        return msgspec.structs.replace(phone, calls=(*phone.calls, call.id))
    calls = tuple(each for each in phone.calls if each != call.id)
    ended = EndedRecord(
        wire=call.wire,
        call=call.id,
        at=connection.ended or connection.began,
        is_missed=connection.is_missed,
        was_answered=connection.answered is not None,
        is_inferred=connection.is_end_inferred,
    )
    return msgspec.structs.replace(phone, calls=calls, ended=_with_ended(phone.ended, ended))


def _with_ended(ended: tuple[EndedRecord, ...], new: EndedRecord) -> tuple[EndedRecord, ...]:
    """Add to the remembered ends, replacing one of the same call, dropping what is old or too much."""
    kept = [
        each
        for each in ended
        if each.at > new.at - ENDED_MEMORY_S
        and not (each.call and each.call == new.call)
        and not (each.wire and each.wire == new.wire)
    ]
    return (*kept[-(MAX_ENDED_PER_PHONE - 1) :], new)


def _recall(draft: Draft, call: CallRecord) -> None:
    """Rebuild what the phones' records say about a call that was read from the store."""
    for connection in call.connections:
        phone = draft.phones.get(connection.phone)
        if phone is not None:
            draft.put_phone(_phone_in_step(phone, call, connection))


def _merge(base: dict[str, _Value], changed: dict[str, _Value | None]) -> None:
    if None not in changed.values():  # nothing is taken out: as good as always
        base.update(cast("dict[str, _Value]", changed))
        return
    for key, value in changed.items():
        if value is None:
            base.pop(key, None)
        else:
            base[key] = value


@cache
def _shipped_dialects() -> Registry:
    return Registry()
