"""How the tests of what every store promises get a store."""

from pathlib import Path

from offhook.console.store.port import Store

__all__ = ["OverAFolder"]


class OverAFolder:
    """Inherited by each contract; the tests of a store say how it is made."""

    def a_store(self, folder: Path) -> Store:
        raise NotImplementedError

    async def opened(self, folder: Path) -> Store:
        store = self.a_store(folder)
        await store.open(epoch="e", ended_after=0.0)
        return store
