from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore


def _stores(memory: MemoryStore, sql: SqlStore) -> tuple[Store, Store]:
    """The type checker proves here that both fit the port."""
    return memory, sql


def test_every_store_has_every_method_of_the_port() -> None:
    promised = {name for name in vars(Store) if not name.startswith("_")}
    for store in (MemoryStore, SqlStore):
        assert promised <= set(dir(store))
