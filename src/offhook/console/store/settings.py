"""The part of the store port that is about what an administrator chose for everybody.

Source: `store.port`.
"""

from typing import Protocol

from offhook.console_api.preferences import SharedSettings

__all__ = ["SettingsStore"]


class SettingsStore(Protocol):
    """One record; every method raises `StoreError` when the store cannot do it."""

    async def save_settings(self, settings: SharedSettings) -> None:
        """Keep them, in place of those of before."""
        ...

    async def settings(self) -> SharedSettings:
        """Give them; as they are at first, when nobody chose any."""
        ...
