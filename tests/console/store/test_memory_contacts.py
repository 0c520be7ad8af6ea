from pathlib import Path

from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.contacts_contract import ContactsContract


class TestMemoryContacts(ContactsContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()
