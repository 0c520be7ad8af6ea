from pathlib import Path

from offhook.console.records import Batch
from offhook.console.store.memory import MemoryStore
from offhook.console.store.port import Store
from tests.console.store.contract import A, StoreContract, a_call, an_envelope


class TestMemoryStore(StoreContract):
    def a_store(self, folder: Path) -> Store:
        return MemoryStore()

    def again(self, store: Store, folder: Path) -> Store:
        return store


async def test_opened_again_it_has_what_it_had() -> None:
    store = MemoryStore()
    await store.open(epoch="first", ended_after=0.0)
    await store.commit(Batch(calls=[a_call(1, A, ended=5.0), a_call(2, A)], envelopes=[an_envelope(1)]))
    await store.close()
    stored = await store.open(epoch="second", ended_after=6.0)
    assert (stored.epoch, stored.seq) == ("first", 1)
    assert [call.id for call in stored.calls] == ["c_002"]
