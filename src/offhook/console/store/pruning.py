"""Throwing old rows away, a few at a time; part of `SqlStore`.

The pages of what is gone are used again, so the file stops growing when as much goes as comes.
Source: `store.port`, `Store.prune`; https://www.sqlite.org/fileformat.html §1.5 (the freelist).
"""

from sqlalchemy import delete, func, select
from sqlalchemy.engine import Connection

from offhook.console.store.port import Keep, Pruned
from offhook.console.store.schema import calls, commands, journal
from offhook.console.times import rfc3339

__all__ = ["oldest_event", "prune"]


def prune(connection: Connection, keep: Keep, limit: int) -> Pruned:
    """Carry out `Store.prune` in the transaction that is given."""
    after, made = rfc3339(keep.after), rfc3339(keep.commands_after)
    by_end = select(calls.c.id).where(calls.c.ended <= keep.calls_after).order_by(calls.c.ended)
    by_time = select(commands.c.id).where(commands.c.created <= made, commands.c.is_final).order_by(commands.c.created)
    gone = (
        _prune_journal(connection, after, keep.newest, limit),
        connection.execute(delete(calls).where(calls.c.id.in_(by_end.limit(limit)))).rowcount,
        connection.execute(delete(commands).where(commands.c.id.in_(by_time.limit(limit)))).rowcount,
    )
    return Pruned(oldest=oldest_event(connection), has_more=any(count >= limit for count in gone))


def oldest_event(connection: Connection) -> int:
    """Give the number of the oldest event; 1 when there is none: nothing was ever thrown away then."""
    first = select(journal.c.last_seq - journal.c.events + 1).where(journal.c.events > 0)
    return connection.scalar(first.order_by(journal.c.number).limit(1)) or 1


def _prune_journal(connection: Connection, after: str, newest: int, limit: int) -> int:
    """Delete from the beginning up to the first row that is to be kept; gives how many events went."""
    last = connection.scalar(select(func.max(journal.c.last_seq))) or 0
    query = select(journal.c.number, journal.c.time, journal.c.events)
    old = query.where(journal.c.last_seq <= last - newest).order_by(journal.c.last_seq).limit(limit)
    bound, count = 0, 0
    for number, time, events in connection.execute(old):
        if time > after or count >= limit:
            break
        bound, count = number, count + events
    if bound:
        connection.execute(delete(journal).where(journal.c.number <= bound))
    return count
