from pathlib import Path

from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from tests.console.store.webhooks_contract import PROGRESS, WebhooksContract, a_webhook


class TestSqlWebhooks(WebhooksContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)

    async def test_they_are_there_after_a_restart(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_webhook(a_webhook(1), PROGRESS)
        await store.close()
        store = await self.opened(tmp_path)
        assert await store.webhooks() == [(a_webhook(1), PROGRESS)]
        await store.close()
