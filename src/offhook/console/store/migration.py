"""Brings a database to the schema of this version, at start, on the connection that is given.

Alembic finds the steps in `migrations`, as data of the installed package; there is no ini file.
Source: Alembic's cookbook, "Sharing a connection across programmatic migration commands".
"""

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

__all__ = ["migrate", "migration_config"]


def migration_config(connection: Connection) -> Config:
    """Make Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", "offhook.console.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Apply every step that is missing, within the connection's transaction.

    Raises:
        alembic.util.CommandError: The database is of a later version of offhook.
    """
    command.upgrade(migration_config(connection), "head")
