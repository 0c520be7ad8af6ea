import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from offhook.console.bus.port import Interest, matching_types
from offhook.console.journal import MAX_BATCH, JournalFull, Sequel
from offhook.console.live_state import Draft
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.records import Batch, CommandProgress, IncomingReport, PhoneRecord, PhoneRemoved, PhoneSetupChanged
from offhook.console.reduce import Reducer
from offhook.console.reduce_setup import Reduced
from offhook.console.store.memory import MemoryStore
from offhook.console.store.sql import SqlStore
from offhook.console_api.envelope import Envelope
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import CommandState
from offhook.errors import NotFound, OffhookError, StoreError
from tests.console.kit import START, WITHIN_S, A, B, a_journal, a_report, types
from tests.console.test_reduce_setup import a_command


class ObedientStore(MemoryStore):
    """Fails when told to, and waits when told to."""

    def __init__(self) -> None:
        super().__init__()
        self.is_broken = False
        self.is_buggy = False
        self.may_commit = asyncio.Event()
        self.may_commit.set()
        self.began = asyncio.Event()
        self.batches: list[Batch] = []

    async def commit(self, batch: Batch) -> None:
        self.began.set()
        await self.may_commit.wait()
        if self.is_broken:
            raise StoreError("disk full")
        if self.is_buggy:
            raise ZeroDivisionError
        self.batches.append(batch)
        await super().commit(batch)


async def test_a_report_is_committed_before_anybody_is_told() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        heard: list[Envelope] = []
        journal.on_committed(heard.extend)
        store.may_commit.clear()
        done = journal.submit(a_report("incoming"))
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        assert not done.done()
        assert heard == []
        assert journal.state.phones() == []
        assert journal.seq == 0
        store.may_commit.set()
        envelopes = await asyncio.wait_for(done, WITHIN_S)
        assert envelopes == heard
        assert journal.seq == len(envelopes) == 2
        assert journal.state.phone(A) is not None


async def test_what_arrives_during_a_commit_is_one_batch() -> None:
    store = ObedientStore()
    async with a_journal(store, max_waiting=10_000) as journal:
        store.may_commit.clear()
        first = journal.submit(a_report("dnd_on"))
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        rest = [journal.submit(a_report("registered", mac=f"{number:012x}")) for number in range(MAX_BATCH + 5)]
        store.may_commit.set()
        await asyncio.wait_for(asyncio.gather(first, *rest), WITHIN_S)
        assert [len(batch.actions) for batch in store.batches] == [1, MAX_BATCH, 5]


async def test_who_asks_again_when_told_is_in_the_next_batch() -> None:
    store = ObedientStore()
    loop = asyncio.get_running_loop()
    async with a_journal(store) as journal:
        again: asyncio.Future[list[Envelope]] = loop.create_future()

        def asks_again(_envelopes: list[Envelope], _error: OffhookError | None) -> None:
            loop.call_soon(journal.take, a_report("dnd_off"), lambda told, _error: again.set_result(told))

        store.may_commit.clear()
        journal.take(a_report("dnd_on"), asks_again)
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        waiting = journal.submit(a_report("registered", mac=B))
        store.may_commit.set()
        await asyncio.wait_for(asyncio.gather(waiting, again), WITHIN_S)
        assert [len(batch.actions) for batch in store.batches] == [1, 2]


async def test_numbers_rise_by_one_and_ids_name_the_epoch() -> None:
    async with a_journal() as journal:
        for event in ("off_hook", "on_hook", "dnd_on"):
            await journal.report(a_report(event))
        envelopes = await journal.events_after(0, 100)
        assert [envelope.seq for envelope in envelopes] == list(range(1, len(envelopes) + 1))
        assert {envelope.epoch for envelope in envelopes} == {journal.epoch}
        assert envelopes[0].id == f"{journal.epoch}-1"
        assert [envelope.seq for envelope in await journal.events_after(2, 2)] == [3, 4]
        assert {envelope.time for envelope in envelopes} == {"2027-01-15T08:00:00.000Z"}


async def test_a_failed_commit_changes_nothing_and_the_journal_goes_on() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        await journal.report(a_report("dnd_on"))
        before = journal.snapshot()
        for store.is_broken, store.is_buggy in ((True, False), (False, True)):
            with pytest.raises(StoreError):
                await journal.report(a_report("incoming", call_id="one@h"))
            assert journal.snapshot() == before
        store.is_buggy = False
        await journal.report(a_report("incoming", call_id="one@h"))
        assert [envelope.seq for envelope in await journal.events_after(0, 10)] == [1, 2, 3]
        assert [action.number for action in await store.actions()] == [2, 1]


async def test_a_poisoned_report_is_isolated(monkeypatch: pytest.MonkeyPatch) -> None:
    understood = Reducer.report

    def trips(self: Reducer, draft: Draft, report: IncomingReport, action: int) -> Reduced:
        reduced = understood(self, draft, report, action)
        if report.target.event_word == "poison":
            raise ZeroDivisionError  # after it has changed the draft
        return reduced

    monkeypatch.setattr(Reducer, "report", trips)
    store = ObedientStore()
    async with a_journal(store) as journal:
        store.may_commit.clear()
        first = journal.submit(a_report("dnd_on"))
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        batch = [
            journal.submit(a_report(event, mac=mac))
            for event, mac in (("incoming", A), ("poison", B), ("established", A))
        ]
        store.may_commit.set()
        _, incoming, poisoned, established = await asyncio.gather(first, *batch)
        assert types(incoming) == ["call.delivered"]
        assert types(established) == ["call.established"]
        assert types(poisoned) == ["phone.report_ignored"]
        assert poisoned[0].detail == {"discrepancy": "unusable"}
        assert journal.state.phone(B) is None, "what it had changed is undone"
        assert len(await store.actions()) == 4, "it is kept all the same"


async def test_a_refused_change_does_not_disturb_its_batch() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        store.may_commit.clear()
        first = journal.submit(a_report("dnd_on"))
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        refused = journal.submit(PhoneRemoved("0000000000ee"))
        taken = journal.submit(a_report("dnd_off"))
        store.may_commit.set()
        await asyncio.gather(first, taken)
        with pytest.raises(NotFound):
            await refused


async def test_more_than_can_wait_is_refused_at_once() -> None:
    store = ObedientStore()
    async with a_journal(store, max_waiting=2) as journal:
        store.may_commit.clear()
        taken = [journal.submit(a_report("dnd_on"))]
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        taken += [journal.submit(a_report("dnd_on")) for _ in range(2)]
        with pytest.raises(JournalFull):
            await journal.report(a_report("dnd_on"))
        store.may_commit.set()
        await asyncio.gather(*taken)
        await journal.report(a_report("dnd_on"))


async def test_stopping_writes_what_waits_and_refuses_the_rest() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        waiting = [journal.submit(a_report("dnd_on")) for _ in range(3)]
        await journal.stop()
        assert all(done.done() for done in waiting)
        assert len(await store.actions()) == 3
        with pytest.raises(JournalFull):
            journal.submit(a_report("dnd_on"))


async def test_whoever_waited_may_go() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        store.may_commit.clear()
        done = journal.submit(a_report("dnd_on"))
        await asyncio.wait_for(store.began.wait(), WITHIN_S)
        done.cancel()
        store.may_commit.set()
        await journal.report(a_report("dnd_off"))
        assert len(await store.actions()) == 2


async def test_listeners_hear_every_batch_in_order_and_cannot_do_harm() -> None:
    async with a_journal() as journal:
        heard: list[int] = []

        def broken(_envelopes: Sequence[Envelope]) -> None:
            raise ZeroDivisionError

        journal.on_committed(broken)
        remove = journal.on_committed(lambda envelopes: heard.extend(each.seq for each in envelopes))
        await journal.report(a_report("dnd_on"))
        await journal.report(a_report("dnd_off"))
        assert heard == [1, 2, 3]
        remove()
        remove()
        await journal.report(a_report("dnd_on"))
        assert heard == [1, 2, 3]


async def test_what_follows_from_a_batch_is_written_with_it() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        told: list[list[str] | OffhookError | None] = []

        def broken(_envelopes: Sequence[Envelope]) -> list[Sequel]:
            raise ZeroDivisionError

        def follow(envelopes: Sequence[Envelope]) -> list[Sequel]:
            if envelopes[-1].type != "phone.dnd_changed":
                return []
            progress = CommandProgress(msgspec.structs.replace(a_command(CommandState.CONFIRMED), phone=A))
            return [(progress, lambda events, error: told.append(error or types(events)))]

        journal.before_commit(broken)
        remove = journal.before_commit(follow)
        await journal.report(a_report("off_hook"))
        assert told == []
        events = await journal.submit(a_report("dnd_on"))
        assert types(events) == ["phone.dnd_changed"], "whoever sent the report is told of its own events"
        assert told == [["command.confirmed"]]
        (batch,) = [batch for batch in store.batches if batch.commands]
        assert types(batch.envelopes) == ["phone.dnd_changed", "command.confirmed"]
        assert [each.seq for each in batch.envelopes] == [journal.seq - 1, journal.seq]

        store.is_broken = True
        with pytest.raises(StoreError):
            await journal.report(a_report("dnd_off"))
        assert isinstance(told.pop(), StoreError)
        store.is_broken = False
        remove()
        await journal.report(a_report("dnd_off"))
        assert len(told) == 1


async def test_a_subscriber_gets_what_was_committed() -> None:
    async with a_journal() as journal:
        async with journal.bus.subscribe(Interest(matching_types(None), [A])) as subscription:
            await journal.report(a_report("dnd_on"))
            batch = await asyncio.wait_for(anext(subscription), WITHIN_S)
        assert types(batch) == ["phone.dnd_changed"]


async def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    secrets = PhoneSecrets.in_folder(tmp_path)
    async with a_journal(SqlStore(tmp_path), secrets=secrets) as journal:
        await journal.record(
            PhoneSetupChanged(A, PhoneSetup(name="Anna", control_url="http://10.0.0.1", control_password="pw"))
        )
        await journal.report(a_report("incoming", call_id="live@h", remote="sip:9@h"))
        await journal.report(a_report("incoming", call_id="over@h"))
        await journal.report(a_report("terminated", call_id="over@h"))
        before = journal.snapshot()
        epoch, seq = journal.epoch, journal.seq
    async with a_journal(SqlStore(tmp_path), secrets=PhoneSecrets.in_folder(tmp_path)) as journal:
        assert (journal.epoch, journal.seq) == (epoch, seq)
        assert journal.snapshot() == before
        assert await journal.control_password(A) == "pw"
        late = await journal.submit(a_report("established", call_id="over@h"))
        assert types(late) == ["phone.report_ignored"], "what had ended before the restart stays ended"
        (established,) = await journal.submit(a_report("established", call_id="live@h"))
        assert established.type == "call.established"
        assert established.seq == seq + 2
        assert (await journal.store.actions())[0].number == 5


async def test_a_password_is_kept_until_another_is_given_or_the_phone_is_removed() -> None:
    async with a_journal() as journal:
        assert await journal.control_password(A) == ""
        await journal.record(PhoneSetupChanged(A, PhoneSetup(control_password="one")))
        await journal.record(PhoneSetupChanged(A, PhoneSetup(name="Anna")))
        assert await journal.control_password(A) == "one"
        stored = await journal.store.password(A)
        assert stored is not None
        assert b"one" not in stored
        removed, again = journal.submit(PhoneRemoved(A)), journal.submit(PhoneSetupChanged(A, PhoneSetup()))
        await asyncio.gather(removed, again)
        assert await journal.control_password(A) == ""


class SlowPasswords(ObedientStore):
    """Counts who asks for passwords, and gives them when told to, as they were when they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.is_asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def password(self, phone: str) -> bytes | None:
        found = await super().password(phone)
        self.asked.append(phone)
        self.is_asked.set()
        await self.may_answer.wait()
        return found


async def test_a_password_is_read_once_and_changes_with_the_batch() -> None:
    store = SlowPasswords()
    async with a_journal(store) as journal:
        await journal.record(PhoneSetupChanged(B, PhoneSetup()))
        assert [await journal.control_password(B) for _ in range(3)] == [""] * 3
        assert store.asked == [B], "that there is none is known, too"
        for password in ("one", "two"):
            await journal.record(PhoneSetupChanged(A, PhoneSetup(control_password=password)))
            assert await journal.control_password(A) == password
        store.is_broken = True
        with pytest.raises(StoreError):
            await journal.record(PhoneSetupChanged(A, PhoneSetup(control_password="three")))
        assert await journal.control_password(A) == "two", "what was not stored is not so"
        store.is_broken = False
        assert store.asked == [B]
        await journal.record(PhoneRemoved(A))
        for _ in range(2):
            assert await journal.control_password(A) == ""
        assert store.asked == [B, A, A], "of a phone that is not known nothing is remembered"
        assert "two" not in repr(vars(journal))


@pytest.mark.parametrize("setup", [PhoneSetup(), PhoneSetup(control_password="new")])
async def test_a_password_that_changes_while_it_is_read_is_not_remembered(setup: PhoneSetup) -> None:
    store, secrets = SlowPasswords(), PhoneSecrets.for_tests()
    await store.commit(Batch(phones=[PhoneRecord(id=A)], passwords={A: secrets.encrypt("old")}))
    async with a_journal(store, secrets=secrets) as journal:
        store.may_answer.clear()
        reading = asyncio.create_task(journal.control_password(A))
        await asyncio.wait_for(store.is_asked.wait(), WITHIN_S)
        await journal.record(PhoneRemoved(A))
        await journal.record(PhoneSetupChanged(A, setup))
        store.may_answer.set()
        assert await reading == "old"
        assert await journal.control_password(A) == (setup.control_password or "")


async def test_the_password_is_in_no_event() -> None:
    async with a_journal() as journal:
        envelopes = await journal.record(PhoneSetupChanged(A, PhoneSetup(control_password="geheim")))
        assert "geheim" not in repr(envelopes)
        assert "geheim" not in repr(journal.snapshot())


async def test_a_command_is_kept_and_told() -> None:
    async with a_journal() as journal:
        (queued,) = await journal.record(CommandProgress(a_command(CommandState.QUEUED), "key-1"))
        assert (queued.type, queued.command) == ("command.queued", "k_1")
        await journal.record(CommandProgress(a_command(CommandState.CONFIRMED)))
        command = await journal.store.command_by_key("key-1")
        assert command is not None
        assert command.state is CommandState.CONFIRMED


async def test_calls_of_long_ago_are_shown_from_the_store() -> None:
    now = START

    def clock() -> float:
        return now

    async with a_journal(clock=clock) as journal:
        await journal.report(a_report("missed", call_id="old@h", at=now))
        (call,) = journal.state.calls()
        now += 3600
        await journal.report(a_report("dnd_on", at=now))
        assert journal.state.call(call.id) is None
        assert await journal.call(call.id) == call
        assert await journal.calls(phone=A) == [call]
        assert await journal.calls(is_live=True) == []
        assert await journal.call("c_none") is None


async def test_whoever_cannot_be_told_disturbs_nobody() -> None:
    def tell(_envelopes: list[Envelope], _error: OffhookError | None) -> None:
        raise ValueError("a bug")

    async with a_journal() as journal:
        journal.take(a_report("dnd_on"), tell)
        assert await journal.submit(a_report("dnd_off"))


async def test_every_phone_that_changed_goes_to_the_store() -> None:
    store = ObedientStore()
    async with a_journal(store) as journal:
        for at in (START, START + 1):
            await journal.report(a_report("dnd_on", at=at))
        assert [[(phone.id, phone.reported) for phone in batch.phones] for batch in store.batches] == [
            [(A, START)],
            [(A, START + 1)],
        ]
        await journal.record(PhoneRemoved(A))
        assert (store.batches[-1].phones, store.batches[-1].removed_phones) == ([], [A])
