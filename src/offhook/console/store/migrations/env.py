"""What Alembic runs to apply the steps: on the connection it is given, within the transaction that is open there."""

from alembic import context

from offhook.console.store.schema import METADATA

__all__: list[str] = []

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
