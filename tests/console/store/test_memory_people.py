from pathlib import Path

from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.people_contract import PeopleContract


class TestMemoryPeople(PeopleContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()
