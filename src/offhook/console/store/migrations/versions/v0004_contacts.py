"""Contacts and what they are found by; notes on calls."""

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "contacts",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("sort", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_index("contacts_by_name", "contacts", ["sort", "id"])
    op.create_table(
        "contact_keys",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("contact", sa.Text, sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    )
    op.create_index("contact_keys_by_contact", "contact_keys", ["contact"])
    op.create_table(
        "call_notes",
        sa.Column("call", sa.Text, sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("by", sa.Text, primary_key=True),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("call_notes_by_outcome", "call_notes", ["outcome"])
