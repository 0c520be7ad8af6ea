from pathlib import Path

from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from tests.console.store.settings_contract import CRM, SettingsContract


class TestSqlSettings(SettingsContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)

    async def test_they_and_the_journals_name_are_there_after_a_restart(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_settings(CRM)
        await store.close()
        store = self.a_store(tmp_path)
        assert (await store.open(epoch="another", ended_after=0.0)).epoch == "e"
        assert await store.settings() == CRM
        await store.close()
