from pathlib import Path

from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.webhooks_contract import WebhooksContract


class TestMemoryWebhooks(WebhooksContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()
