"""The journal in whole batches: a row for what was a row for each request and each event.

The tables of phones and calls may lack what `behind` has. Requests whose events are gone go too.
"""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0007"
down_revision: str | None = "0006"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_AT_ONCE = 128

_EVENTS = sa.table("events", sa.column("seq", sa.BigInteger), sa.column("envelope", sa.LargeBinary))
_ACTIONS = sa.table(
    "actions",
    sa.column("number", sa.BigInteger),
    sa.column("received", sa.Text),
    sa.column("phone", sa.Text),
    sa.column("source_address", sa.Text),
    sa.column("event", sa.Text),
    sa.column("request", sa.LargeBinary),
)


def upgrade() -> None:
    """Make the tables, fill them, and drop those of before."""
    journal = op.create_table(
        "journal",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("actions", sa.Integer, nullable=False),
        sa.Column("last_action", sa.BigInteger, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("journal_by_seq", "journal", ["last_seq"])
    op.create_index("journal_by_action", "journal", ["last_action"])
    op.create_table(
        "behind",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    bind = op.get_bind()
    last_action = 0
    for events in _stretches(bind):
        actions = _actions_of(bind, events)
        last_action = max([last_action, *(action[0] for action in actions)])
        row = {
            "events": len(events),
            "last_seq": events[-1]["seq"],
            "actions": len(actions),
            "last_action": last_action,
            "time": max(event["time"] for event in events),
            "body": msgspec.msgpack.encode((actions, [_event(event) for event in events])),
        }
        bind.execute(journal.insert(), row)
    op.drop_table("events")
    op.drop_table("actions")


def _stretches(bind: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """Read the events in order, so many at a time; those of one request are never torn apart."""
    found = bind.execute(sa.select(_EVENTS.c.envelope).order_by(_EVENTS.c.seq))
    events = (json.loads(envelope) for (envelope,) in found)
    stretch: list[dict[str, Any]] = []
    for _, of_one in itertools.groupby(events, key=_action_or_seq):
        stretch += of_one
        if len(stretch) >= _AT_ONCE:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _action_or_seq(event: dict[str, Any]) -> tuple[str, int]:
    return ("action", event["source"]["action"]) if event.get("source") else ("event", event["seq"])


def _actions_of(bind: sa.Connection, events: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Read the requests of some events; what is not there any more is made from what the event says of it."""
    sources = {event["source"]["action"]: event for event in events if event.get("source")}
    if not sources:
        return []
    query = sa.select(_ACTIONS).where(_ACTIONS.c.number.between(min(sources), max(sources)))
    there = {row.number: tuple(row) for row in bind.execute(query)}
    return [there.get(number) or _made_of(sources[number]) for number in sorted(sources)]


def _made_of(event: dict[str, Any]) -> tuple[Any, ...]:
    source = event["source"]
    request = source["request"].encode("latin-1")
    return (source["action"], event["received"], event.get("phone") or "", "", source["event"], request)


def _event(event: dict[str, Any]) -> tuple[Any, ...]:
    source = event.get("source")
    return (
        event["seq"],
        event["type"],
        event["time"],
        event["received"],
        event["origin"],
        event.get("confidence", 1.0),
        *(event.get(name) for name in ("phone", "line", "call", "connection", "connection_state", "cause", "command")),
        event.get("detail", {}),
        source["action"] if source else None,
        source["dialect"] if source else "",
        None,
    )
