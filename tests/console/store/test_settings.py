from offhook.console.store.memory import MemoryStore
from offhook.console.store.settings import SettingsStore
from offhook.console.store.sql import SqlStore


def test_both_stores_are_one() -> None:
    promised = {name for name in vars(SettingsStore) if not name.startswith("_")}
    assert promised == {"save_settings", "settings"}
    for store in (MemoryStore, SqlStore):
        assert all(callable(getattr(store, name)) for name in promised)
