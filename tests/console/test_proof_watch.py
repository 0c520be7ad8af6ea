"""Watches: what they see, and when they stop waiting."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from offhook.console.bus.in_process import InProcessBus
from offhook.console.plan_parts import Plan, Proof, Refutation
from offhook.console.proof_watch import ProofWatch
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin

PLAN = Plan(
    (),
    Proof(EventType.CALL_TRANSFERRED, "p"),
    refutations=(
        Refutation(Proof(EventType.CALL_RETRIEVED, "p"), EndReason.TRANSFER_FAILED, "failed"),
        Refutation(Proof(EventType.CALL_CONNECTION_CLEARED, "p"), EndReason.CALL_ENDED, "ended", is_final=False),
    ),
)
OTHERS_PLAN = Plan((), Proof(EventType.CALL_TRANSFERRED, "q"))
LONG_S = 30.0


class FakeJournal:
    """Events by number, and a bus that carries them."""

    def __init__(self) -> None:
        self.bus = InProcessBus()
        self.events: list[Envelope] = []

    @property
    def seq(self) -> int:
        return len(self.events)

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        return self.events[seq : seq + limit]

    async def happen(self, type_: EventType, phone: str = "p", *, is_published: bool = True) -> Envelope:
        event = Envelope(
            id=f"e{self.seq + 1}",
            seq=self.seq + 1,
            epoch="e",
            type=type_,
            time="",
            received="",
            origin=Origin.REPORTED,
            phone=phone,
        )
        self.events.append(event)
        if is_published:
            await self.bus.publish([event])
        return event


@asynccontextmanager
async def following(journal: FakeJournal) -> AsyncIterator[ProofWatch]:
    watch = ProofWatch(journal, journal.bus)
    is_following = asyncio.Event()
    task = asyncio.create_task(watch.follow(is_following))
    await is_following.wait()
    try:
        yield watch
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_proof_ends_the_wait() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", PLAN) as watch:
            await journal.happen(EventType.CALL_TRANSFERRED, "another")
            event = await journal.happen(EventType.CALL_TRANSFERRED)
            await watch.wait(LONG_S, LONG_S)
            assert watch.proof is event
            assert watch.proved_at is not None


async def test_what_happened_before_is_not_seen() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs:
        await journal.happen(EventType.CALL_TRANSFERRED)
        with proofs.open("p", PLAN) as watch:
            await watch.wait(0.05, LONG_S)
            assert watch.proof is None


async def test_a_refutation_ends_the_wait() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", PLAN) as watch:
            await journal.happen(EventType.CALL_RETRIEVED)
            await watch.wait(LONG_S, LONG_S)
            assert watch.proof is None
            assert watch.refutation is not None and watch.refutation.reason == "failed"


async def test_a_bad_sign_leaves_a_moment_for_the_proof() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", PLAN) as watch:
            await journal.happen(EventType.CALL_CONNECTION_CLEARED)
            waiting = asyncio.create_task(watch.wait(LONG_S, LONG_S))
            await journal.happen(EventType.CALL_TRANSFERRED)
            await waiting
            assert watch.proof is not None
        with proofs.open("p", PLAN) as watch:
            await journal.happen(EventType.CALL_CONNECTION_CLEARED)
            await watch.wait(LONG_S, 0.05)
            assert (watch.proof, watch.refutation and watch.refutation.reason) == (None, "ended")


async def test_events_that_the_bus_lost_are_read_from_the_journal() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", PLAN) as watch:
            lost = await journal.happen(EventType.CALL_TRANSFERRED, is_published=False)
            # Overrun the follower's queue in one go, before it has a turn to read.
            await journal.bus.publish(
                [await journal.happen(EventType.CALL_HELD, is_published=False) for _ in range(5000)]
            )
            await watch.wait(LONG_S, LONG_S)
            assert watch.proof is lost


async def test_a_flood_of_other_phones_loses_nothing() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", PLAN) as watch, proofs.open("q", OTHERS_PLAN) as late:
            await journal.bus.publish(
                [await journal.happen(EventType.CALL_HELD, "other", is_published=False) for _ in range(5000)]
            )
            lost = await journal.happen(EventType.CALL_TRANSFERRED, is_published=False)
            await journal.happen(EventType.CALL_TRANSFERRED, "q")
            await late.wait(LONG_S, LONG_S)
            assert late.proof is not None
            await watch.wait(0.05, LONG_S)
            assert watch.proof is None, f"{lost.id} was never published, and nothing made the feed be read again"


class BrokenProof(Proof):
    """A bug that shows at the first event only."""

    has_shown = False

    def is_met_by(self, event: Envelope) -> bool:
        if not BrokenProof.has_shown:
            BrokenProof.has_shown = True
            raise ZeroDivisionError
        return super().is_met_by(event)


async def test_a_bug_costs_one_event_and_not_the_watching() -> None:
    journal = FakeJournal()
    async with following(journal) as proofs, asyncio.timeout(5):
        with proofs.open("p", Plan((), BrokenProof(EventType.CALL_TRANSFERRED, "p"))) as watch:
            await journal.happen(EventType.CALL_HELD)
            event = await journal.happen(EventType.CALL_TRANSFERRED)
            await watch.wait(LONG_S, LONG_S)
            assert watch.proof is event
