from pathlib import Path

from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.history_contract import HistoryContract


class TestMemoryHistory(HistoryContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()
