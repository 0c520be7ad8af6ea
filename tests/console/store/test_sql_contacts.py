from pathlib import Path

from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from tests.console.store.contacts_contract import ContactsContract


class TestSqlContacts(ContactsContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)
