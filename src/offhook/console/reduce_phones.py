"""What reports about the phone itself do to the live state: hook, busy, features, registration, start, address.

Source: console-api.md §3 nos. 1, 2, 8-15, 18-20, 24-27.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from offhook.callmodel.connection import Cause, Discrepancy
from offhook.callmodel.features import Feature
from offhook.callmodel.observation import BusyObserved, FeatureObserved, HookObserved, RegistrationObserved
from offhook.callmodel.registration import RegistrationState
from offhook.console.certainty import BUSY, DOUBLED_S, OFF_HOOK, REORDER_S, is_busy_unexplained
from offhook.console.parties import account_of
from offhook.console.reading import Reading
from offhook.console.records import ConnectionRecord
from offhook.console.reduce_calls import begin_provisional, clear_connection, settle_ends, tell_certainty
from offhook.console.which_call import provisional_call
from offhook.console.which_phone import ip_literal
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Doubt, Line
from offhook.protocol.variables import Variable

__all__ = [
    "MAX_LINES",
    "observe_address",
    "observe_busy",
    "observe_feature",
    "observe_hook",
    "observe_registration",
    "observe_start",
]

MAX_LINES = 16
"""Accounts remembered per phone; protects memory from made-up ones."""

_START = "start"
"""Name under which a start is noted, see `certainty.hear`."""

_FORWARDS = {
    Feature.ALWAYS_FORWARD: ("always", "immediate"),
    Feature.BUSY_FORWARD: ("busy", "busy"),
    Feature.NO_ANSWER_FORWARD: ("no_answer", "no_answer"),
}
"""Field of `Forwarding`, and CSTA's word for the type."""

_LINE_TYPES = {
    RegistrationState.REGISTERED: EventType.LINE_REGISTERED,
    RegistrationState.FAILED: EventType.LINE_REGISTRATION_FAILED,
    RegistrationState.UNREGISTERED: EventType.LINE_UNREGISTERED,
}


def observe_hook(reading: Reading, observed: HookObserved) -> None:
    """Off-hook on an idle phone begins a provisional call; On-hook ends one that led to nothing."""
    has_changed = reading.phone.is_off_hook is not observed.is_off
    on_hook_at = None if observed.is_off else reading.at
    idle_at = reading.phone.idle_at if observed.is_off else reading.at
    reading.change_phone(is_off_hook=observed.is_off, on_hook_at=on_hook_at, idle_at=idle_at)
    if has_changed:
        reading.tell(
            EventType.PHONE_HOOKSWITCH_CHANGED,
            line=account_of(reading.values),
            detail={"hook": "off" if observed.is_off else "on"},
        )
    if observed.is_off:
        reading.hear(OFF_HOOK, has_changed=False)
        if has_changed and not reading.phone.calls:
            begin_provisional(reading)
    else:
        provisional = provisional_call(reading)
        if provisional is not None:
            clear_connection(reading, provisional, Cause.NORMAL)
    _ignore_if_silent(reading)


def observe_busy(reading: Reading, observed: BusyObserved) -> None:
    """Busy to Idle proves that no call is left, whatever was not reported; Idle to Busy, that none was."""
    has_changed = reading.change_phone(is_busy=observed.is_busy)
    if has_changed:
        reading.tell(EventType.PHONE_BUSY_CHANGED, detail={"busy": observed.is_busy})
    if observed.is_busy:
        reading.hear(BUSY, has_changed=False)
        _doubt_calls_of_before(reading, REORDER_S if has_changed else DOUBLED_S)
    else:
        if is_busy_unexplained(reading.phone, _connections(reading), reading.at):
            reading.change_phone(may_be_busy_since=reading.at)
        _clear_all(reading, Cause.UNKNOWN)
    _ignore_if_silent(reading)


def observe_feature(reading: Reading, observed: FeatureObserved) -> None:
    """Note do-not-disturb or a forward."""
    if observed.feature is Feature.DND:
        has_changed = reading.change_phone(dnd=observed.is_on)
        reading.hear("dnd", has_changed=has_changed)
        if has_changed:
            reading.tell(EventType.PHONE_DND_CHANGED, detail={"on": observed.is_on})
    else:
        name, type_ = _FORWARDS[observed.feature]
        forwarding = msgspec.structs.replace(reading.phone.forwarding, **{name: observed.is_on})
        has_changed = reading.change_phone(forwarding=forwarding)
        reading.hear(f"forwarding.{name}", has_changed=has_changed)
        if has_changed:
            reading.tell(EventType.PHONE_FORWARDING_CHANGED, detail={"type": type_, "on": observed.is_on})
    _ignore_if_silent(reading)


def observe_registration(reading: Reading, observed: RegistrationObserved) -> None:
    """Note an account's registration; "" stands for a phone that does not say which."""
    line = Line(uri=account_of(reading.values), state=str(observed.state))
    lines = reading.phone.lines
    if any(each.uri == line.uri for each in lines):
        lines = tuple(line if each.uri == line.uri else each for each in lines)
    else:
        lines = (*lines[-(MAX_LINES - 1) :], line)
    has_changed = reading.change_phone(lines=lines)
    # A line logs out before its phone starts and registers after: which way round, decides what is true now.
    is_before_start = observed.state is not RegistrationState.REGISTERED
    reading.hear(f"line:{line.uri}", has_changed=has_changed, undone_by=_START if is_before_start else "")
    if has_changed:
        reading.tell(_LINE_TYPES[observed.state], line=line.uri, detail={"state": line.state})
    _ignore_if_silent(reading)


def observe_start(reading: Reading) -> None:
    """A phone that has started is in no call, and its own call counters begin anew."""
    _clear_all(reading, Cause.UNKNOWN)
    local = f"{reading.phone_id}/"
    reading.change_phone(
        is_off_hook=None,
        is_busy=False,
        on_hook_at=None,
        lines=(),
        doubts=tuple(each for each in reading.phone.doubts if not each.startswith("line:")),
        # A line logs out before and registers after: what is said of it from here on is about the new life, and a
        # late report of the old one is known by belonging before a start, see `observe_registration`.
        heard=tuple(each for each in reading.phone.heard if not each[0].startswith("line:")),
        ended=tuple(each for each in reading.phone.ended if not each.wire.startswith(local)),
    )
    reading.hear(_START, has_changed=False)
    reading.tell(EventType.PHONE_STARTED, detail={"model": reading.phone.model, "firmware": reading.phone.firmware})


def observe_address(reading: Reading) -> None:
    """Note the new address; a phone that is commanded at the old one is commanded at the new one from now on."""
    phone = reading.phone
    reported = ip_literal(reading.values.get(Variable.IP, ""))
    address = reported or ip_literal(reading.source_address) or phone.address
    control_url = phone.control_url
    if reported is not None and phone.is_set_up:
        control_url = _moved(control_url, phone.address, reported)
    if reading.change_phone(address=address, control_url=control_url):
        detail: dict[str, Any] = {"address": address, "before": phone.address}
        if control_url != phone.control_url:
            detail["control_url"] = control_url
        reading.tell(EventType.PHONE_ADDRESS_CHANGED, detail=detail)
    _ignore_if_silent(reading)


def _moved(control_url: str, before: str, after: str) -> str:
    """Put the new address into a control URL that has the old one; any other host was somebody's choice."""
    try:
        parts = urlsplit(control_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return control_url
    if host is None or ip_literal(host) != before:
        return control_url
    netloc = f"[{after}]" if ":" in after else after
    if port is not None:
        netloc += f":{port}"
    return urlunsplit(parts._replace(netloc=netloc))


def _connections(reading: Reading) -> list[ConnectionRecord]:
    """Give the phone's connections, live and lately ended."""
    calls = [*reading.phone.calls, *(ended.call for ended in reading.phone.ended)]
    records = (reading.draft.calls.get(call) for call in calls)
    return [connection for call in records if call is not None and (connection := call.at(reading.phone_id))]


def _clear_all(reading: Reading, cause: Cause) -> None:
    """The phone says that it is in no call."""
    settle_ends(reading)
    since = reading.phone.may_be_busy_since
    if since is not None and reading.at - since >= REORDER_S:
        since = None
    reading.change_phone(idle_at=reading.at, may_be_busy_since=since)
    for call in reading.draft.calls_of(reading.phone):
        clear_connection(reading, call, cause)


def _doubt_calls_of_before(reading: Reading, before_s: float) -> None:
    """The phone was idle a moment ago: calls of before that must be over, unless this report is a late one."""
    for call in reading.draft.calls_of(reading.phone):
        connection = call.at(reading.phone_id)
        if connection is not None and connection.doubt is None and connection.reported < reading.at - before_s:
            doubted = msgspec.structs.replace(connection, doubt=Doubt.BUSY_ANEW)
            reading.draft.put_connection(call, doubted)
            tell_certainty(reading, call, doubted, origin=Origin.INFERRED)


def _ignore_if_silent(reading: Reading) -> None:
    """A report that led to no event of its own changed nothing: say so."""
    if not any(happening.type in _OWN for happening in reading.happenings):
        reading.ignore(Discrepancy.REPEATED)


_OWN = frozenset(EventType) - {EventType.PHONE_ADDED}
"""Types that count as the report's own effect; that a phone became known is not one."""
