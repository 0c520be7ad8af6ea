"""What was chosen for everybody, in the SQL database; part of `SqlStore`.

Source: `store.settings`; `store.schema`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TypeVar

import msgspec
from sqlalchemy import select
from sqlalchemy.engine import Connection

from offhook.console.store.schema import meta
from offhook.console.store.sqlite_engine import upsert
from offhook.console_api.preferences import SharedSettings

__all__ = ["SqlSettings"]

_Answer = TypeVar("_Answer")

_KEY = "settings"
_DECODER = msgspec.json.Decoder(SharedSettings)
_UPSERT = upsert(meta, ["key"])


class SqlSettings(ABC):
    """Implements `SettingsStore` over one thread that writes and one that reads."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], None]) -> None: ...

    @abstractmethod
    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    async def save_settings(self, settings: SharedSettings) -> None:
        """Keep them."""
        row = {"key": _KEY, "value": msgspec.json.encode(settings).decode()}

        def work(connection: Connection) -> None:
            connection.execute(_UPSERT, row)

        await self._write(work)

    async def settings(self) -> SharedSettings:
        """Give them."""
        query = select(meta.c.value).where(meta.c.key == _KEY)
        found = await self._read(lambda connection: connection.scalar(query))
        return SharedSettings() if found is None else _DECODER.decode(found)
