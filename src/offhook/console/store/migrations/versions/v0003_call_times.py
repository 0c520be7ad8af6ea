"""When each connection was answered and ended, for statistics.

Its state goes: it changes often, and nothing searches for it.
"""

import json

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Make the table anew from the calls' records."""
    op.drop_table("connections")
    connections = op.create_table(
        "connections",
        sa.Column("call", sa.Text, sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("phone", sa.Text, primary_key=True),
        sa.Column("call_began", sa.Double, nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("answered", sa.Double),
        sa.Column("ended", sa.Double),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_missed", sa.Boolean, nullable=False),
    )
    op.create_index("connections_by_phone", "connections", ["phone", "call_began", "call"])
    op.create_index("connections_by_time", "connections", ["call_began"])
    bind = op.get_bind()
    calls = sa.table("calls", sa.column("id", sa.Text), sa.column("record", sa.LargeBinary))
    found = bind.execute(sa.select(calls.c.id, calls.c.record))
    while some := found.fetchmany(1_000):
        rows = [row for id_, record in some for row in _rows(id_, json.loads(record))]
        if rows:
            bind.execute(connections.insert(), rows)


def _rows(call: str, record: dict[str, object]) -> list[dict[str, object]]:
    made: list[dict[str, object]] = []
    connections = record.get("connections")
    for connection in connections if isinstance(connections, list) else ():
        remote = connection.get("remote", {})
        made.append(
            {
                "call": call,
                "phone": connection["phone"],
                "call_began": record["began"],
                "began": connection["began"],
                "answered": connection.get("answered"),
                "ended": connection.get("ended"),
                "direction": connection.get("direction", "unknown"),
                "number": remote.get("number", "").replace("\x00", "\ufffd"),
                "name": remote.get("name", "").replace("\x00", "\ufffd"),
                "is_missed": connection.get("is_missed", False),
            }
        )
    return made
