"""What phones sent, request by request, with what each request led to.

Events are not kept by request, which would cost every report something. But both are numbered in the same order: the
events of a request are found by halving the journal between its ends, a few short reads each.
Source: DOC §2.2 (the request), console-api.md §2 (`source.action`).
"""

from offhook.console.records import ActionRecord
from offhook.console.store.port import Store
from offhook.console_api.envelope import Envelope
from offhook.console_api.setup import PhoneAction
from offhook.protocol.action_url import parse_target

__all__ = ["events_of", "inspect"]

_AT_ONCE = 16
"""Events a read takes: most requests lead to one or two."""


async def inspect(store: Store, seq: int, *, phone: str | None, before: int | None, limit: int) -> list[PhoneAction]:
    """Show requests, newest first.

    Args:
        seq: Number of the last event.
        phone: Only this phone's.
        before: Only requests with a smaller number.
    Raises:
        StoreError: The store cannot be read.
    """
    shown = []
    last = seq
    for record in await store.actions(phone=phone, limit=limit, before=before):
        events = await events_of(store, record.number, last)
        if events:
            last = events[-1].seq  # the next one is older
        shown.append(_shown(record, events))
    return shown


async def events_of(store: Store, action: int, last: int) -> list[Envelope]:
    """Find the events of one request.

    Args:
        last: Number of an event that is one of them, or newer.
    """
    first, end = 1, last + 1
    # Before `first` is no event of this request or a later one; at `end` is none of an earlier one.
    while first < end:
        middle = (first + end) // 2
        found = await _next_reported(store, middle, end)
        if found is None:
            end = middle
        elif _action_of(found) < action:
            first = found.seq + 1
        else:
            end = middle
    return await _run_of(store, action, first)


async def _next_reported(store: Store, seq: int, end: int) -> Envelope | None:
    """Give the first event from ``seq`` on, and before ``end``, that came from a request."""
    while seq < end:
        read = await store.events_after(seq - 1, _AT_ONCE)
        for event in read:
            if event.seq >= end:
                return None
            if event.source is not None:
                return event
        if not read:
            return None
        seq = read[-1].seq + 1
    return None


async def _run_of(store: Store, action: int, seq: int) -> list[Envelope]:
    """Read the events of a request, which are beside each other, from its first one on."""
    found: list[Envelope] = []
    while True:
        read = await store.events_after(seq - 1, _AT_ONCE)
        for event in read:
            if event.source is not None and event.source.action > action:
                return found
            if event.source is not None and event.source.action == action:
                found.append(event)
            elif found:
                return found
        if not read:
            return found
        seq = read[-1].seq + 1


def _action_of(event: Envelope) -> int:
    return 0 if event.source is None else event.source.action


def _shown(record: ActionRecord, events: list[Envelope]) -> PhoneAction:
    return PhoneAction(
        number=record.number,
        received=record.received,
        phone=record.phone,
        source_address=record.source_address,
        event=record.event,
        request=record.request.decode("latin-1"),
        vars=dict(parse_target(record.request).values),
        events=events,
    )
