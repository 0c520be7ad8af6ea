"""Watches: what they see, what they foresee, and when they stop waiting."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

import msgspec
import pytest

from offhook.console.journal import Sequel
from offhook.console.plan_parts import Plan, Proof, Refutation
from offhook.console.proof_watch import ProofWatch, Watch
from offhook.console.records import CommandProgress
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import CommandState
from offhook.errors import StoreError
from tests.console.test_reduce_setup import a_command

PLAN = Plan(
    (),
    Proof(EventType.CALL_TRANSFERRED, "p"),
    refutations=(
        Refutation(Proof(EventType.CALL_RETRIEVED, "p"), EndReason.TRANSFER_FAILED, "failed"),
        Refutation(Proof(EventType.CALL_CONNECTION_CLEARED, "p"), EndReason.CALL_ENDED, "ended", is_final=False),
    ),
)
LONG_S = 30.0


class FakeJournal:
    """Commits what happens when told to; `written` is what was to be written with it."""

    def __init__(self) -> None:
        self.seq = 0
        self.written: list[CommandProgress] = []
        self._callbacks: list[Callable[[Sequence[Envelope]], None]] = []
        self._foreseeing: list[Callable[[Sequence[Envelope]], Iterable[Sequel]]] = []

    def on_committed(self, callback: Callable[[Sequence[Envelope]], None]) -> Callable[[], None]:
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def before_commit(self, callback: Callable[[Sequence[Envelope]], Iterable[Sequel]]) -> Callable[[], None]:
        self._foreseeing.append(callback)
        return lambda: self._foreseeing.remove(callback)

    def reduce(self, type_: EventType, phone: str = "p") -> tuple[Envelope, list[Sequel]]:
        """Take an event up, not written yet."""
        self.seq += 1
        event = Envelope(
            id=f"e{self.seq}",
            seq=self.seq,
            epoch="e",
            type=type_,
            time="",
            received="",
            origin=Origin.REPORTED,
            phone=phone,
        )
        return event, [sequel for callback in self._foreseeing for sequel in callback([event])]

    def commit(self, event: Envelope, sequels: list[Sequel]) -> None:
        """Write it and what follows from it."""
        for callback in self._callbacks:
            callback([event])
        for progress, tell in sequels:
            self.written.append(progress)
            tell([], None)

    async def happen(self, type_: EventType, phone: str = "p") -> Envelope:
        event, sequels = self.reduce(type_, phone)
        await asyncio.sleep(0)
        self.commit(event, sequels)
        return event


def watching(journal: FakeJournal) -> ProofWatch:
    watch = ProofWatch(journal)
    watch.start()
    return watch


def ending(event: Envelope, at: float) -> list[CommandProgress]:
    assert at > 0
    states = (CommandState.ACKNOWLEDGED, CommandState.CONFIRMED)
    return [CommandProgress(msgspec.structs.replace(a_command(state), proof=event.id)) for state in states]


@pytest.fixture
async def journal() -> FakeJournal:
    return FakeJournal()


@pytest.fixture
async def proofs(journal: FakeJournal) -> ProofWatch:
    return watching(journal)


async def waiting(watch: Watch, patience_s: float = LONG_S) -> asyncio.Task[None]:
    """Begin to wait for the proof, with an end to be written with it."""
    task = asyncio.create_task(watch.wait(patience_s, LONG_S, ending))
    await asyncio.sleep(0)
    return task


async def test_the_proof_ends_the_wait(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        await journal.happen(EventType.CALL_TRANSFERRED, "another")
        event = await journal.happen(EventType.CALL_TRANSFERRED)
        await watch.wait(LONG_S, LONG_S)
        assert watch.proof is event
        assert watch.proved_at is not None
        await journal.happen(EventType.CALL_TRANSFERRED)
        assert watch.proof is event


async def test_what_happened_before_or_after_is_not_seen(journal: FakeJournal, proofs: ProofWatch) -> None:
    await journal.happen(EventType.CALL_TRANSFERRED)
    with proofs.open("p", PLAN) as watch, proofs.open("p", PLAN) as longer:
        await watch.wait(0.05, LONG_S)
        assert watch.proof is None
    await journal.happen(EventType.CALL_TRANSFERRED)
    assert (watch.proof, longer.proof) == (None, None)


async def test_a_refutation_ends_the_wait(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        await journal.happen(EventType.CALL_RETRIEVED)
        await watch.wait(LONG_S, LONG_S)
        assert watch.proof is None
        assert watch.refutation is not None and watch.refutation.reason == "failed"


async def test_a_bad_sign_leaves_a_moment_for_the_proof(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        await journal.happen(EventType.CALL_CONNECTION_CLEARED)
        task = await waiting(watch)
        await journal.happen(EventType.CALL_TRANSFERRED)
        await task
        assert watch.proof is not None
    with proofs.open("p", PLAN) as watch:
        await journal.happen(EventType.CALL_CONNECTION_CLEARED)
        await watch.wait(LONG_S, 0.05)
        assert (watch.proof, watch.refutation and watch.refutation.reason) == (None, "ended")


async def test_the_end_is_written_with_the_proof_that_is_waited_for(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch)
        await journal.happen(EventType.CALL_HELD)
        await journal.happen(EventType.CALL_TRANSFERRED, "another")
        assert journal.written == []
        event = await journal.happen(EventType.CALL_TRANSFERRED)
        await task
        assert [each.command.state for each in journal.written] == ["acknowledged", "confirmed"]
        assert watch.proof is event
        assert watch.written is journal.written[-1].command and watch.written.proof == event.id


async def test_nothing_is_written_before_the_phone_has_taken_it_or_after_it_was_refuted(
    journal: FakeJournal, proofs: ProofWatch
) -> None:
    with proofs.open("p", PLAN) as watch:
        await journal.happen(EventType.CALL_TRANSFERRED)
        await watch.wait(LONG_S, LONG_S, ending)
        assert watch.proof is not None
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch)
        # Both before the one that waits has a turn.
        for type_ in (EventType.CALL_RETRIEVED, EventType.CALL_TRANSFERRED):
            journal.commit(*journal.reduce(type_))
        await task
        assert watch.refutation is not None
    proofs.stop()
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch, 0.05)
        await journal.happen(EventType.CALL_TRANSFERRED)
        await task
    assert (journal.written, watch.written) == ([], None)


async def test_only_the_first_proof_has_an_end(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch)
        first, second = journal.reduce(EventType.CALL_TRANSFERRED), journal.reduce(EventType.CALL_TRANSFERRED)
        assert [len(sequels) for _, sequels in (first, second)] == [2, 0]
        journal.commit(*first)
        journal.commit(*second)
        await task
        assert watch.proof is first[0]


async def test_what_is_being_written_is_waited_for_however_long_it_takes(
    journal: FakeJournal, proofs: ProofWatch
) -> None:
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch, 0.02)
        proof = journal.reduce(EventType.CALL_TRANSFERRED)
        done, _ = await asyncio.wait([task], timeout=0.1)
        assert not done
        await journal.happen(EventType.CALL_HELD)
        await asyncio.sleep(0)
        assert not task.done()
        journal.commit(*proof)
        await task
        assert watch.written is not None


async def test_what_could_not_be_written_is_waited_for_again(journal: FakeJournal, proofs: ProofWatch) -> None:
    with proofs.open("p", PLAN) as watch:
        task = await waiting(watch)
        _, sequels = journal.reduce(EventType.CALL_TRANSFERRED)
        for _, tell in sequels:
            tell([], StoreError("disk full"))
        await asyncio.sleep(0)
        assert not task.done()
        again = await journal.happen(EventType.CALL_TRANSFERRED)
        await task
        assert watch.proof is again
        assert watch.written is journal.written[-1].command


class BrokenProof(Proof):
    """A bug that shows at one event only."""

    def is_met_by(self, event: Envelope) -> bool:
        if event.type == EventType.CALL_HELD:
            raise ZeroDivisionError
        return super().is_met_by(event)


async def test_a_bug_costs_one_event_and_not_the_watching(journal: FakeJournal, proofs: ProofWatch) -> None:
    broken = Plan((), BrokenProof(EventType.CALL_TRANSFERRED, "p"))
    with proofs.open("p", broken) as watch, proofs.open("p", Plan((), Proof(EventType.CALL_HELD, "p"))) as other:
        tasks = [await waiting(watch), await waiting(other)]
        held = await journal.happen(EventType.CALL_HELD)
        event = await journal.happen(EventType.CALL_TRANSFERRED)
        await asyncio.gather(*tasks)
        assert (watch.proof, other.proof) == (event, held)
        assert watch.written is not None
