"""What was chosen for everybody, in memory; part of `MemoryStore`.

Source: `store.settings`.
"""

from offhook.console_api.preferences import SharedSettings

__all__ = ["MemorySettings"]


class MemorySettings:
    """Implements `SettingsStore`."""

    def __init__(self) -> None:
        self._settings = SharedSettings()

    async def save_settings(self, settings: SharedSettings) -> None:
        """Keep them."""
        self._settings = settings

    async def settings(self) -> SharedSettings:
        """Give them."""
        return self._settings
