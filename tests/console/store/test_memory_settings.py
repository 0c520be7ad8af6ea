from pathlib import Path

from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.settings_contract import SettingsContract


class TestMemorySettings(SettingsContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()
