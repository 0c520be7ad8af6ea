"""What people and the commander change: the set-up of phones, and how far commands got.

Source: console-api.md §4 (commands are resources); `console_api.requests.PhoneSetup`.
"""

from urllib.parse import urlsplit

import msgspec

from offhook.callmodel.connection import Cause, ConnectionState, Given, follow
from offhook.console.live_state import Draft
from offhook.console.plan_parts import read_keys
from offhook.console.plan_phones import forward_tokens
from offhook.console.records import (
    CallAnnotated,
    Change,
    CommandProgress,
    ConnectionRecord,
    DoubtArose,
    Happening,
    NoteRecord,
    PhoneRecord,
    PhoneRemoved,
    PhoneSetupChanged,
    WebhookStopped,
)
from offhook.console.reduce_doubts import reduce_doubt, settle_by_command
from offhook.console.sip_messages import goes_by_sip
from offhook.console.which_phone import ip_literal, mac_of, valid_phone_id
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Command, CommandState, Verb
from offhook.dialects.registry import Registry
from offhook.errors import AmbiguousDialect, NotFound, NotPossibleNow, NotValid, UnknownDialect
from offhook.protocol.action_url import normalise_mac

__all__ = ["Reduced", "dialect_name", "reduce_change"]


class Reduced(msgspec.Struct, frozen=True, gc=False):
    """What came of a report or change."""

    phone: str
    """Id of the phone it was about."""
    event: str = ""
    """For a report: the document's slug, or the word as it arrived."""
    happenings: list[Happening] = []


_COMMAND_TYPES = {state: EventType(f"command.{state}") for state in CommandState}


def reduce_change(draft: Draft, change: Change, registry: Registry, now: float) -> Reduced:
    """Apply a change to a draft.

    Raises:
        NotFound: The phone to remove, or the call, is not known.
        NotValid: An id, URL, MAC address or dialect that cannot be used.
        NotPossibleNow: Another phone has the MAC address.
    """
    match change:
        case PhoneSetupChanged(phone=phone, setup=setup):
            return _set_up(draft, phone, setup, registry, now)
        case PhoneRemoved(phone=phone):
            return _remove(draft, phone, now)
        case CommandProgress():
            return _progress(draft, change, now)
        case DoubtArose():
            return Reduced(change.phone, happenings=reduce_doubt(draft, change, now))
        case CallAnnotated():
            return _annotate(draft, change, now)
        case WebhookStopped():
            detail = {"webhook": change.webhook, "name": change.name, "problem": change.problem}
            type_, origin = EventType.WEBHOOK_DISABLED, Origin.INFERRED
            return Reduced("", happenings=[Happening(type=type_, at=now, received=now, origin=origin, detail=detail)])


def _annotate(draft: Draft, change: CallAnnotated, now: float) -> Reduced:
    """Replace one user's note. The call may be of long ago: then it is written, and no part of the live picture."""
    id_ = change.call.id
    call = draft.calls.get(id_)
    if call is None:
        if id_ in draft.calls.changed:
            raise NotFound("call", id_)
        call = change.call
    note = NoteRecord(by=change.by, at=now, text=change.text, outcome=change.outcome)
    had_one = any(each.by == note.by and each.is_there for each in call.notes)
    if not note.is_there and not had_one:
        return Reduced("")
    notes = (*(each for each in call.notes if each.by != note.by), note)
    draft.calls.put(id_, msgspec.structs.replace(call, notes=notes))
    happenings = [
        Happening(
            type=EventType.CALL_ANNOTATED,
            at=now,
            received=now,
            origin=Origin.OPERATOR,
            phone=connection.phone,
            call=id_,
            connection_state=connection.state,
            detail={"by": note.by, "outcome": note.outcome},
        )
        for connection in call.connections
    ]
    return Reduced("", happenings=happenings)


def dialect_name(registry: Registry, phone_id: str, model: str, wanted: str) -> str:
    """Name the dialect a phone is spoken to in.

    Raises:
        UnknownDialect: ``wanted`` names none.
    """
    if wanted:
        return registry.named(wanted).name
    try:
        return registry.for_phone(mac_of(phone_id), model)[0].name
    except AmbiguousDialect:
        return registry.base.name  # two guesses are no guess


def _set_up(draft: Draft, id_text: str, setup: PhoneSetup, registry: Registry, now: float) -> Reduced:
    id_ = valid_phone_id(id_text)
    if id_ is None:
        raise NotValid("phone-id", f"{id_text!r} is neither a MAC address nor an IP address")
    before = draft.phones.get(id_)
    record = before or PhoneRecord(id=id_, address=ip_literal(id_) or "")
    control_url = setup.control_url.rstrip("/")
    host = _host_of(control_url)
    try:
        mac, is_approved = _mac_wanted(draft, record, setup.mac)
        dialect = dialect_name(registry, mac or id_, record.model, setup.dialect)
    except UnknownDialect as error:
        raise NotValid("unknown-dialect", str(error)) from error
    forward_keys = record.forward_keys if setup.forward_keys is None else setup.forward_keys
    for sequence in forward_keys.values():
        read_keys(forward_tokens(sequence, "1"), registry.named(dialect))
    record = msgspec.structs.replace(
        record,
        is_set_up=True,
        name=setup.name,
        extension=setup.extension,
        account=setup.account,
        control_url=control_url,
        approved_url=control_url,
        control_user=setup.control_user,
        wanted_dialect=setup.dialect,
        dialect=dialect,
        forward_keys=forward_keys,
        mac=mac,
        is_mac_approved=is_approved,
        # Whoever sets a phone up at an address knows better where it is than its last report.
        address=ip_literal(host) or record.address,
    )
    draft.put_phone(record)
    is_new = before is None or not before.is_set_up
    type_ = EventType.PHONE_ADDED if is_new else EventType.PHONE_CHANGED
    happenings = [_operator_event(type_, id_, now)]
    if is_approved and draft.phones.get(mac) is not None:  # seen meanwhile, as a phone of its own
        happenings += _remove(draft, mac, now).happenings
    return Reduced(id_, happenings=happenings)


def _mac_wanted(draft: Draft, record: PhoneRecord, wanted: str | None) -> tuple[str, bool]:
    """Check the MAC address that somebody enters for a phone, and give what is kept beside its id.

    Raises:
        NotValid: It is none, or not the one that the phone's id is.
        NotPossibleNow: Another phone has it.
    """
    if wanted is None:
        return record.mac, record.is_mac_approved
    mac = normalise_mac(wanted)
    if (mac is None and wanted) or mac_of(record.id) not in ("", mac or mac_of(record.id)):
        raise NotValid("mac-not-valid", f"{wanted!r} is no MAC address, or not the one that this phone is known by")
    if mac is None or mac == record.id:
        return "", False
    other = draft.phones.get(mac)
    if (other is not None and other.is_set_up) or draft.phone_with_mac(mac) not in (None, record.id):
        raise NotPossibleNow("mac-taken", f"another phone is known by the MAC address {mac}; remove that one first")
    return mac, True


def _host_of(control_url: str) -> str:
    """Check a control URL and give its host; "" for a phone that is not commanded, or through its exchange."""
    if not control_url or goes_by_sip(control_url):
        return ""
    try:
        parts = urlsplit(control_url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError as error:
        raise NotValid("control-url", f"{control_url!r}: {error}") from error
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_good or not is_bare:
        raise NotValid(
            "control-url", f"{control_url!r} must be http://host or http://host:port, as in http://192.0.2.7:80"
        )
    return parts.hostname


def _remove(draft: Draft, id_text: str, now: float) -> Reduced:
    id_ = valid_phone_id(id_text) or id_text
    phone = draft.phones.get(id_)
    if phone is None:
        raise NotFound("phone", id_text)
    happenings = []
    for call in draft.calls_of(phone):
        connection = call.at(id_)
        if connection is None:
            continue
        after = _cleared(connection, now)
        draft.put_connection(call, after)
        cleared = _operator_event(EventType.CALL_CONNECTION_CLEARED, id_, now)
        cleared.origin = Origin.INFERRED
        cleared.call, cleared.connection_state, cleared.cause = call.id, after.state, after.cause
        happenings.append(cleared)
    phone = draft.phones.get(id_) or phone
    draft.remove_phone(phone)
    happenings.append(_operator_event(EventType.PHONE_REMOVED, id_, now))
    return Reduced(id_, happenings=happenings)


def _cleared(connection: ConnectionRecord, now: float) -> ConnectionRecord:
    step = follow(connection.state, Given.CLEARED)
    if step.state is not ConnectionState.NULL:
        raise AssertionError(step)  # the table has no other answer
    return msgspec.structs.replace(
        connection, state=step.state, ended=now, cause=str(Cause.UNKNOWN), is_provisional=False
    )


def _progress(draft: Draft, change: CommandProgress, now: float) -> Reduced:
    command = change.command
    settled: list[Happening] = []
    if command.verb is Verb.SET_MIC and command.state is CommandState.ACKNOWLEDGED:
        _note_mute(draft, command)
    elif command.state is CommandState.CONFIRMED:
        settled = settle_by_command(draft, command, now)
    happening = _operator_event(_COMMAND_TYPES[command.state], command.phone, now)
    happening.call = command.call
    happening.command = command.id
    happening.detail = msgspec.to_builtins(command)
    return Reduced(command.phone, happenings=[happening, *settled])


def _note_mute(draft: Draft, command: Command) -> None:
    """Remember what the console did to the microphone: no report tells, and the key only toggles."""
    phone = draft.phones.get(command.phone)
    if phone is None:
        return
    for call in draft.calls_of(phone):
        connection = call.at(command.phone)
        if connection is not None and connection.state is ConnectionState.CONNECTED:
            muted = bool(command.arguments["muted"])
            draft.put_connection(call, msgspec.structs.replace(connection, is_muted=muted))


def _operator_event(type_: EventType, phone: str, now: float) -> Happening:
    return Happening(type=type_, at=now, received=now, origin=Origin.OPERATOR, phone=phone)
