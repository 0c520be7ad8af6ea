from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from offhook.console.store.schema import METADATA

_POSTGRESQL = registry.load("postgresql")()


def test_the_tables() -> None:
    assert set(METADATA.tables) == {
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
    }


def test_another_database_could_make_them_too() -> None:
    for table in METADATA.sorted_tables:
        text = str(CreateTable(table).compile(dialect=_POSTGRESQL))
        assert table.name in text


def test_numbers_are_large_enough_where_it_matters() -> None:
    text = str(CreateTable(METADATA.tables["journal"]).compile(dialect=_POSTGRESQL))
    assert "BIGINT" in text
