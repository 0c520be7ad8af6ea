"""Throwing old rows away, a few at a time; part of `SqlStore`.

The pages of what is gone are used again, so the file stops growing when as much goes as comes.
Source: `store.port`, `Store.prune`; https://www.sqlite.org/fileformat.html §1.5 (the freelist).
"""

from sqlalchemy import Column, Table, delete, func, select
from sqlalchemy.engine import Connection

from offhook.console.store.port import Keep, Pruned
from offhook.console.store.schema import actions, calls, commands, events
from offhook.console.times import rfc3339

__all__ = ["oldest_event", "prune"]


def prune(connection: Connection, keep: Keep, limit: int) -> Pruned:
    """Carry out `Store.prune` in the transaction that is given."""
    after, made = rfc3339(keep.after), rfc3339(keep.commands_after)
    by_end = select(calls.c.id).where(calls.c.ended <= keep.calls_after).order_by(calls.c.ended)
    by_time = select(commands.c.id).where(commands.c.created <= made, commands.c.is_final).order_by(commands.c.created)
    gone = (
        _prune_numbered(connection, events, events.c.seq, events.c.time, after, keep.newest, limit),
        _prune_numbered(connection, actions, actions.c.number, actions.c.received, after, keep.newest, limit),
        connection.execute(delete(calls).where(calls.c.id.in_(by_end.limit(limit)))).rowcount,
        connection.execute(delete(commands).where(commands.c.id.in_(by_time.limit(limit)))).rowcount,
    )
    return Pruned(oldest=oldest_event(connection), has_more=any(count >= limit for count in gone))


def oldest_event(connection: Connection) -> int:
    """Give the number of the oldest event; 1 when there is none: nothing was ever thrown away then."""
    return connection.scalar(select(func.min(events.c.seq))) or 1


def _prune_numbered(
    connection: Connection,
    table: Table,
    number: Column[int],
    time: Column[str],
    after: str,
    newest: int,
    limit: int,
) -> int:
    """Delete from the beginning up to the first row that is to be kept; gives how many went."""
    last = connection.scalar(select(func.max(number))) or 0
    oldest = connection.execute(select(number, time).where(number <= last - newest).order_by(number).limit(limit))
    bound, count = 0, 0
    for row_number, row_time in oldest:
        if row_time > after:
            break
        bound, count = row_number, count + 1
    if count:
        connection.execute(delete(table).where(number <= bound))
    return count
