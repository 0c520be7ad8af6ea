"""The tables of the SQL store. Changing them takes a migration, see `migrations`.

Columns hold what is searched for; the whole record is JSON beside them, so that a new field of a record needs no
migration. Times are seconds since 1970. Nothing here is of one database only.
Source: architecture decision 4.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

__all__ = [
    "METADATA",
    "audit",
    "behind",
    "call_notes",
    "calls",
    "commands",
    "connections",
    "contact_keys",
    "contacts",
    "journal",
    "letters",
    "logins",
    "meta",
    "phones",
    "users",
    "webhooks",
]

METADATA = MetaData()

_Number = BigInteger().with_variant(Integer, "sqlite")
"""SQLite makes a primary key the row's own number only if its type is called INTEGER."""

meta = Table(
    "meta",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""`epoch`: the journal's name. `settings`: what was chosen for everybody, as JSON, see `store.settings`."""

phones = Table(
    "phones",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("is_set_up", Boolean, nullable=False),
    Column("name", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("password", LargeBinary),
)
"""`password` is encrypted, with a key that is not in the database."""

calls = Table(
    "calls",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("call_id", Text),
    Column("began", Double, nullable=False),
    Column("ended", Double),
    Column("record", LargeBinary, nullable=False),
    Index("calls_by_time", "began", "id"),
    Index("calls_by_end", "ended"),
)
"""`ended` is empty while the call is live."""

connections = Table(
    "connections",
    METADATA,
    Column("call", Text, ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("phone", Text, primary_key=True),
    Column("call_began", Double, nullable=False),
    Column("began", Double, nullable=False),
    Column("answered", Double),
    Column("ended", Double),
    Column("direction", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("is_missed", Boolean, nullable=False),
    Index("connections_by_phone", "phone", "call_began", "call"),
    Index("connections_by_time", "call_began"),
)
"""For searching and counting; `calls.record` is what is shown."""

call_notes = Table(
    "call_notes",
    METADATA,
    Column("call", Text, ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("by", Text, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("text", Text, nullable=False),
    Index("call_notes_by_outcome", "outcome"),
)
"""For searching, `text` in folded form; `calls.record` is what is shown."""

contacts = Table(
    "contacts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("sort", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Index("contacts_by_name", "sort", "id"),
)

contact_keys = Table(
    "contact_keys",
    METADATA,
    Column("key", Text, primary_key=True),
    Column("contact", Text, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Index("contact_keys_by_contact", "contact"),
)
"""What contacts are found by, see `store.contacts`."""

journal = Table(
    "journal",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("events", Integer, nullable=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("actions", Integer, nullable=False),
    Column("last_action", BigInteger, nullable=False),
    Column("time", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("journal_by_seq", "last_seq"),
    Index("journal_by_action", "last_action"),
)
"""A batch in a row: every Action URL request as it arrived, and every event; see `segment`. `events` and `actions`
count them; the last numbers are those of the rows before where there are none. `time` is that of the latest event."""

behind = Table(
    "behind",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
"""Changes that `phones` and `calls` may lack yet, see `behind`."""

commands = Table(
    "commands",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("phone", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("is_final", Boolean, nullable=False),
    Column("idempotency_key", Text, unique=True),
    Column("command", LargeBinary, nullable=False),
    Index("commands_by_time", "created", "id"),
    Index("commands_by_phone", "phone", "created", "id"),
    Index("commands_by_state", "is_final"),
)

logins = Table(
    "logins",
    METADATA,
    Column("hash", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
"""Sessions and tokens, by the SHA-256 of their secret."""

users = Table(
    "users",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("record", LargeBinary, nullable=False),
)

audit = Table(
    "audit",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("time", Double, nullable=False),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Index("audit_by_time", "time"),
    sqlite_autoincrement=True,
)
"""Who did what. Numbers are never used again: they are the cursor to page by."""

webhooks = Table(
    "webhooks",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("created", Double, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("progress", LargeBinary, nullable=False),
)
"""Subscriptions; the secrets in `record` are encrypted. `progress` is written often, `record` seldom."""

letters = Table(
    "letters",
    METADATA,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("message", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("problem", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("is_waiting", Boolean, nullable=False),
    Index("letters_by_webhook", "webhook", "number"),
    sqlite_autoincrement=True,
)
"""Dead letters: events that a webhook's receiver did not take."""
