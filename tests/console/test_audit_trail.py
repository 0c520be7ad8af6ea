"""Entries are kept for so long, and a store that fails costs the entry, nothing else."""

import structlog

from offhook.console.audit_trail import AuditTrail
from offhook.console.store.memory import MemoryStore
from offhook.console.store.people import AuditRecord, AuditSearch
from offhook.errors import StoreError
from tests.console.kit import Clock


def done(trail: AuditTrail) -> AuditRecord:
    return trail.entry("user:anna", "dial", target="/", outcome="done")


async def numbers(store: MemoryStore) -> list[int]:
    return [entry.number for entry in await store.audit(AuditSearch())]


async def test_an_entry_tells_who_when_what_and_how_it_went() -> None:
    store, clock = MemoryStore(), Clock()
    trail = AuditTrail(store, now=clock)
    made = trail.entry("user:" + "x" * 1000, "dial", target="/" + "y" * 1000, outcome="accepted", address="192.0.2.1")
    assert await store.audit(AuditSearch()) == [], "made, and not kept yet"
    await trail.note(made)
    (entry,) = await store.audit(AuditSearch())
    assert (entry.time, entry.what, entry.outcome, entry.address) == (clock.at, "dial", "accepted", "192.0.2.1")
    assert (len(entry.by), len(entry.target), entry.detail, entry.command) == (256, 256, {}, None)


async def test_what_is_old_or_too_much_is_forgotten() -> None:
    store, clock = MemoryStore(), Clock()
    trail = AuditTrail(store, now=clock, keep_s=100.0, keep_entries=3, trim_every=2)
    for _ in range(7):
        await trail.note(done(trail))
    assert await numbers(store) == [7, 6, 5]
    clock.pass_(100.5)
    for _ in range(2):
        await trail.note(done(trail))
    assert await numbers(store) == [9, 8]


async def test_a_store_that_fails_is_logged() -> None:
    class Broken(MemoryStore):
        async def add_audit(self, entry: AuditRecord) -> None:
            raise StoreError("disk full")

    with structlog.testing.capture_logs() as logs:
        trail = AuditTrail(Broken())
        await trail.note(done(trail))
    assert [line["reason"] for line in logs] == ["disk full"]


async def test_entries_written_with_their_commands_count_and_a_failed_look_is_made_up_for() -> None:
    class Stubborn(MemoryStore):
        fails = True

        async def trim_audit(self, *, before: float, keep: int) -> None:
            if self.fails:
                raise StoreError("disk full")
            await super().trim_audit(before=before, keep=keep)

    store, clock = Stubborn(), Clock()
    trail = AuditTrail(store, now=clock, keep_entries=1, trim_every=3)
    with structlog.testing.capture_logs() as logs:
        for _ in range(2):
            await trail.note(done(trail))
    assert [line["reason"] for line in logs] == ["disk full"] * 2
    assert await numbers(store) == [2, 1], "an entry is kept though what is old cannot go"
    store.fails = False
    await trail.count()
    assert await numbers(store) == [2]
    await store.add_audit(done(trail))
    for expected in ([3, 2], [3, 2], [3]):
        await trail.count()
        assert await numbers(store) == expected
