"""From one report to the new live state and its events: the one entrance for everything a phone says.

Which phone, which of the 27 events, then the reducer of its subject. Every report leads to at least one event.
Source: console-api.md §3 (the mapping); `callmodel.observation`.
"""

from collections.abc import Callable, Mapping
from typing import Any, assert_never

import msgspec

from offhook.callmodel.observation import (
    OBSERVATIONS,
    AddressObserved,
    BusyObserved,
    CallObserved,
    FeatureObserved,
    HookObserved,
    Observation,
    RegistrationObserved,
    StartObserved,
    TransferObserved,
)
from offhook.console.live_state import Draft
from offhook.console.reading import Reading
from offhook.console.records import Change, Happening, IncomingReport, PhoneRecord
from offhook.console.reduce_calls import observe_call, observe_transfer
from offhook.console.reduce_phones import (
    observe_address,
    observe_busy,
    observe_feature,
    observe_hook,
    observe_registration,
    observe_start,
)
from offhook.console.reduce_setup import Reduced, dialect_name, reduce_change
from offhook.console.which_phone import MAX_MODEL_CHARS, ip_literal, phone_id_of
from offhook.console_api.envelope import Source
from offhook.console_api.event_types import EventType
from offhook.dialects.dialect import Dialect
from offhook.dialects.registry import Registry
from offhook.protocol.action_url import normalise_mac
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["Reducer"]

_MAX_WORD_CHARS = 64


class Reducer:
    """Applies reports and changes to a draft; holds no state of its own."""

    def __init__(self, registry: Registry, *, new_id: Callable[[], str], max_phones: int) -> None:
        """Prepare.

        Args:
            new_id: Gives a short unique text for each new call.
            max_phones: A phone that only reports becomes known while there are fewer than this many.
        """
        self._registry = registry
        self._new_id = new_id
        self._max_phones = max_phones

    def report(self, draft: Draft, report: IncomingReport, action: int) -> Reduced:
        """Apply a report.

        Args:
            action: Its number in the journal.
        """
        draft.outage.arrived(report.received)
        raw = report.target.values
        base = self._registry.base
        base_values = base.values_of(raw)
        id_ = phone_id_of(draft, base_values, report.source_address)
        phone = draft.phones.get(id_)
        if phone is None and draft.phone_count >= self._max_phones:
            return self._beyond_limit(report, action, id_)
        dialect = self._dialect_of(phone, id_, base_values)
        values = base_values if self._registry.reads_like_base(dialect) else dialect.values_of(raw)
        event = dialect.event_for(report.target.event_word)
        reading = Reading(
            draft=draft,
            phone_id=id_,
            values=values,
            at=report.received,
            scope=dialect.call_id_scope,
            source_address=report.source_address,
            source=_source(report, action, dialect.name, event),
            new_id=self._new_id,
        )
        if phone is None:
            draft.put_phone(PhoneRecord(id=id_))
            reading.tell(EventType.PHONE_ADDED, detail={"address": report.source_address})
        self._touch(reading, event, dialect)
        if event is None:
            reading.tell(EventType.PHONE_VENDOR_EVENT, detail={"word": _word(report)})
        else:
            _observe(reading, OBSERVATIONS[event])
        return Reduced(id_, reading.source.event, reading.happenings)

    def change(self, draft: Draft, change: Change, now: float) -> Reduced:
        """Apply a change; see `reduce_setup.reduce_change`."""
        return reduce_change(draft, change, self._registry, now)

    def unusable(self, report: IncomingReport, action: int) -> Reduced:
        """Make the event for a report that could not be reduced; touches no state."""
        source = _source(report, action, self._registry.base.name, None)
        return Reduced(report.source_address, source.event, [_ignored(report, None, source, "unusable")])

    def _beyond_limit(self, report: IncomingReport, action: int, id_: str) -> Reduced:
        """Keep the report of a phone that there is no room to know."""
        dialect = self._registry.base
        source = _source(report, action, dialect.name, dialect.event_for(report.target.event_word))
        return Reduced(id_, source.event, [_ignored(report, id_, source, "too_many_phones")])

    def _dialect_of(self, phone: PhoneRecord | None, id_: str, values: Mapping[Variable, str]) -> Dialect:
        if phone is not None:
            return self._registry.named(phone.dialect)
        return self._registry.named(dialect_name(self._registry, id_, values.get(Variable.MODEL, ""), ""))

    def _touch(self, reading: Reading, event: Event | None, dialect: Dialect) -> None:
        """Note what every report says of its phone."""
        phone = reading.phone
        model = reading.values.get(Variable.MODEL, "")[:MAX_MODEL_CHARS] or phone.model
        fields: dict[str, Any] = {
            "reported": reading.at,
            "model": model,
            "firmware": reading.values.get(Variable.FIRMWARE, "")[:MAX_MODEL_CHARS] or phone.firmware,
            "dialect": dialect.name,
        }
        written = reading.values.get(Variable.MAC, "")
        mac = written if written == phone.id else normalise_mac(written) or ""
        # Between calls: another MAC address may mean another make, whose Call-IDs are read in another way.
        if mac and mac not in (phone.id, phone.mac) and not phone.calls:
            fields["mac"] = mac
            reading.tell(EventType.PHONE_CHANGED, detail={"mac": mac})
        if (model != phone.model or "mac" in fields) and not phone.wanted_dialect:
            fields["dialect"] = dialect_name(self._registry, mac or phone.mac or phone.id, model, "")
        # Only IP Changed moves the address of a phone that is set up: where it is commanded must not silently
        # become another machine because of a late or made-up report.
        if event is not Event.IP_CHANGED and not (phone.is_set_up and phone.address):
            named = reading.values.get(Variable.IP, "") or reading.source_address
            if named != phone.address:
                fields["address"] = ip_literal(named) or ip_literal(reading.source_address) or phone.address
        reading.draft.put_phone(msgspec.structs.replace(phone, **fields))


def _observe(reading: Reading, observation: Observation) -> None:
    match observation:
        case CallObserved():
            observe_call(reading, observation)
        case TransferObserved():
            observe_transfer(reading, observation)
        case HookObserved():
            observe_hook(reading, observation)
        case BusyObserved():
            observe_busy(reading, observation)
        case FeatureObserved():
            observe_feature(reading, observation)
        case RegistrationObserved():
            observe_registration(reading, observation)
        case StartObserved():
            observe_start(reading)
        case AddressObserved():
            observe_address(reading)
        case _:
            assert_never(observation)


def _source(report: IncomingReport, action: int, dialect: str, event: Event | None) -> Source:
    return Source(
        action=action,
        dialect=dialect,
        event=str(event) if event is not None else _word(report),
        vars=dict(report.target.values),
        request=report.request.decode("latin-1"),
    )


def _word(report: IncomingReport) -> str:
    # NUL is the one character that not every database takes in a text.
    return report.target.event_word[:_MAX_WORD_CHARS].replace("\x00", "\ufffd")


def _ignored(report: IncomingReport, phone: str | None, source: Source, why: str) -> Happening:
    return Happening(
        type=EventType.PHONE_REPORT_IGNORED,
        at=report.received,
        received=report.received,
        phone=phone,
        detail={"discrepancy": why},
        source=source,
    )
