"""What every store promises of what was chosen for everybody; run by the test module of each."""

from pathlib import Path

from offhook.console_api.preferences import SharedSettings
from tests.console.store.over_a_folder import OverAFolder

CRM = SharedSettings(pop_url="https://crm.example.com/ä?n={number}")


class SettingsContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    async def test_the_last_ones_are_kept(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        assert await store.settings() == SharedSettings()
        for wanted in (SharedSettings(pop_url="http://x"), CRM, CRM):
            await store.save_settings(wanted)
        assert await store.settings() == CRM
        await store.save_settings(SharedSettings())
        assert await store.settings() == SharedSettings()
        await store.close()
