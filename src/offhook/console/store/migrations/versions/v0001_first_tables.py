"""The first tables: phones, calls, the journal of requests and events, commands, logins."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0001"
down_revision: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _phones_and_calls()
    _journal()
    op.create_table(
        "commands",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("created", sa.Text, nullable=False),
        sa.Column("is_final", sa.Boolean, nullable=False),
        sa.Column("idempotency_key", sa.Text, unique=True),
        sa.Column("command", sa.LargeBinary, nullable=False),
    )
    op.create_index("commands_by_time", "commands", ["created", "id"])
    op.create_index("commands_by_phone", "commands", ["phone", "created", "id"])
    op.create_index("commands_by_state", "commands", ["is_final"])
    op.create_table(
        "logins",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created", sa.Double, nullable=False),
        sa.Column("expires", sa.Double),
    )


def _phones_and_calls() -> None:
    op.create_table(
        "phones",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("is_set_up", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("password", sa.LargeBinary),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("call_id", sa.Text),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("ended", sa.Double),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("calls_by_time", "calls", ["began", "id"])
    op.create_index("calls_by_end", "calls", ["ended"])
    op.create_table(
        "connections",
        sa.Column("call", sa.Text, sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("phone", sa.Text, primary_key=True),
        sa.Column("call_began", sa.Double, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_missed", sa.Boolean, nullable=False),
    )
    op.create_index("connections_by_phone", "connections", ["phone", "call_began", "call"])


def _journal() -> None:
    op.create_table(
        "actions",
        sa.Column("number", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("received", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("source_address", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("seq", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("phone", sa.Text),
        sa.Column("call", sa.Text),
        sa.Column("time", sa.Text, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
