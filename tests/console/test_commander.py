"""Commands against a scripted phone, proved by reports sent to the real listener."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console.commander import IDEMPOTENCY_S, MAX_QUEUED, Commander, Wish
from offhook.console.intake import read_report
from offhook.console.phone_client import PhoneClient
from offhook.console.phone_desk import PhoneDesk
from offhook.console.proof_watch import ProofWatch
from offhook.console.records import Batch, PhoneSetupChanged
from offhook.console.store.sql import SqlStore
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import CommandState, Verb
from offhook.dialects.registry import Registry
from offhook.errors import StoreError
from tests.console.kit import Clock, a_journal
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import OK, ScriptedPhone, answer

S = CommandState


@pytest.fixture
async def phone() -> AsyncIterator[ScriptedPhone]:
    async with ScriptedPhone() as scripted:
        yield scripted


@pytest.fixture
async def console(tmp_path: Path, phone: ScriptedPhone) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        await running.set_up(phone)
        yield running


async def dial(console: RunningConsole, number: str = "1002", **headers: str) -> str:
    status, command = await console.ask("POST", "/calls", {"phone": MAC, "number": number}, headers=headers)
    assert status == 202, command
    return str(command["id"])


async def test_a_report_after_the_200_confirms(console: RunningConsole, phone: ScriptedPhone) -> None:
    command = await dial(console)
    await console.reached(command, "acknowledged")
    await console.report("outgoing", call_id="c1")
    ended = await console.ended(command)
    assert console.states_of(command) == ["queued", "sent", "acknowledged", "confirmed"]
    assert phone.targets == ["/cgi-bin/ConfigManApp.com?number=1002&outgoing_uri=1001@pbx"]
    assert [log.status for log in ended.requests] == [200]
    assert ended.round_trip_ms is not None and ended.round_trip_ms > 0
    proof = await console.until(lambda event: event.id == ended.proof)
    assert (proof.type, proof.call, proof.connection) == ("call.originated", ended.call, ended.connection)


async def test_a_report_before_the_200_confirms(console: RunningConsole, phone: ScriptedPhone) -> None:
    async def report_first(_target: str) -> bytes:
        await console.report("outgoing", call_id="c1")
        await console.until(lambda event: event.type == "call.originated")
        return OK

    phone.script = report_first
    command = await dial(console)
    assert (await console.ended(command)).state is S.CONFIRMED
    assert console.states_of(command) == ["queued", "sent", "acknowledged", "confirmed"]


async def test_a_report_of_an_earlier_moment_proves_nothing(tmp_path: Path, phone: ScriptedPhone) -> None:
    async with running_console(tmp_path, confirm_timeout_s=0.2) as console:
        await console.set_up(phone)
        await console.report("outgoing", call_id="c0")
        await console.report("terminated", call_id="c0")
        ended = await console.ended(await dial(console))
    assert ended.state is S.UNCONFIRMED
    assert ended.reason is not None and "reported no effect within 0.2 s" in ended.reason
    assert ended.reason_id == "no-report"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(403, "Active URI is off"), "answered 403: Active URI is off"),
        (answer(401), "refused the user or password"),
        (answer(500, "<html>", "Content-Type: text/html"), "answered 500"),
    ],
)
async def test_a_phone_that_says_no_rejects(
    console: RunningConsole, phone: ScriptedPhone, reply: bytes, words: str
) -> None:
    async def refuse(_target: str) -> bytes:
        return reply

    phone.script = refuse
    ended = await console.ended(await dial(console))
    assert ended.state is S.REJECTED
    assert ended.reason is not None and words in ended.reason and "<html>" not in ended.reason
    assert len(phone.targets) == 1


async def test_no_phone_there_is_unreachable(console: RunningConsole, phone: ScriptedPhone) -> None:
    await console.set_up(phone, control_url="http://127.0.0.1:1")
    command = await dial(console)
    assert (await console.ended(command)).state is S.UNREACHABLE
    assert console.states_of(command) == ["queued", "sent", "unreachable"]


async def test_a_phone_that_hangs_times_out(tmp_path: Path, phone: ScriptedPhone) -> None:
    async def hang(_target: str) -> None:
        return None

    phone.script = hang
    async with running_console(tmp_path, command_timeout_s=0.2, confirm_timeout_s=0.2) as console:
        await console.set_up(phone)
        ended = await console.ended(await dial(console))
    assert (ended.state, ended.requests[0].status) == (S.TIMED_OUT, None)
    assert len(phone.heads) == 1


@pytest.mark.parametrize("reply", [None, b""])
async def test_a_phone_that_acts_without_answering_is_believed_by_its_report(
    tmp_path: Path, phone: ScriptedPhone, reply: bytes | None
) -> None:
    async with running_console(tmp_path, command_timeout_s=0.3) as console:

        async def act_only(_target: str) -> bytes | None:
            await console.report("outgoing", call_id="c1")
            return reply

        phone.script = act_only
        await console.set_up(phone)
        command = await dial(console)
        assert (await console.ended(command)).state is S.CONFIRMED
    assert len(phone.heads) == 1, "sent again"


async def test_a_broken_connection_is_not_sent_again(tmp_path: Path, phone: ScriptedPhone) -> None:
    async def break_off(_target: str) -> bytes:
        return b""

    phone.script = break_off
    async with running_console(tmp_path, confirm_timeout_s=0.1) as console:
        await console.set_up(phone)
        ended = await console.ended(await dial(console))
    assert ended.state is S.TIMED_OUT, "nobody said no, and the phone may have acted"
    assert len(phone.heads) == 1


async def test_what_is_true_already_sends_nothing(console: RunningConsole, phone: ScriptedPhone) -> None:
    await console.report("dnd_on")
    status, command = await console.ask("PUT", f"/phones/{MAC}/dnd", {"on": True})
    assert (status, command["state"], command["reason"]) == (202, "confirmed", "do-not-disturb is on already")
    assert phone.targets == []


async def test_digits_go_one_by_one_and_end_unconfirmed(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()
    _, command = await console.ask("POST", f"/calls/{call}/digits", {"digits": "4#"})
    ended = await console.ended(command["id"])
    assert (ended.state, ended.reason) == (
        S.UNCONFIRMED,
        "the phone accepted the digits; it has no report to prove them",
    )
    assert [target.partition("=")[2] for target in phone.targets] == ["4", "POUND"]


async def test_one_at_a_time_in_order(console: RunningConsole, phone: ScriptedPhone) -> None:
    is_free = asyncio.Event()

    async def wait(_target: str) -> bytes:
        await is_free.wait()
        return OK

    phone.script = wait
    ids = []
    for key in ("1", "2", "3"):
        _, command = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": [key]})
        ids.append(command["id"])
    await console.reached(ids[0], "sent")
    await console.reached(ids[2], "queued")
    assert [console.states_of(command) for command in ids[1:]] == [["queued"], ["queued"]]
    is_free.set()
    for command in ids:
        assert (await console.ended(command)).state is S.UNCONFIRMED
    assert [target[-1] for target in phone.targets] == ["1", "2", "3"]


async def test_a_full_queue_says_so_and_other_phones_are_served(console: RunningConsole, phone: ScriptedPhone) -> None:
    async def hang(_target: str) -> None:
        return None

    phone.script = hang
    _, first = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1"]})
    await console.reached(first["id"], "sent")
    for _ in range(MAX_QUEUED):
        assert (await console.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1"]}))[0] == 202
    status, problem = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1"]})
    assert (status, problem["error_id"]) == (429, "phone-queue-full")
    async with ScriptedPhone() as other:
        await console.set_up(other, "02000f001002")
        _, command = await console.ask("POST", "/phones/02000f001002/keys", {"keys": ["1"]})
        assert (await console.ended(command["id"])).state is S.UNCONFIRMED


async def test_what_waits_is_planned_anew_when_its_turn_comes(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()

    async def report_too(target: str) -> bytes:
        await console.report("hold" if phone.targets.index(target) == 0 else "unhold", call_id="a1")
        return OK

    phone.script = report_too
    _, hold = await console.ask("PUT", f"/calls/{call}/hold", {"held": True, "phone": MAC})
    _, again = await console.ask("PUT", f"/calls/{call}/hold", {"held": True, "phone": MAC})
    assert (await console.ended(hold["id"])).state is S.CONFIRMED
    assert (await console.ended(again["id"])).reason_id == "already-on-hold"
    assert len(phone.targets) == 1


async def test_a_waiting_transfer_lets_other_commands_through(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()
    _, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "1003"})
    await console.reached(transfer["id"], "acknowledged")
    _, dnd = await console.ask("PUT", f"/phones/{MAC}/dnd", {"on": True})
    await console.reached(dnd["id"], "acknowledged")
    await console.report("dnd_on")
    assert (await console.ended(dnd["id"])).state is S.CONFIRMED
    await console.report("blind_transfer", call_id="a1")
    assert (await console.ended(transfer["id"])).state is S.CONFIRMED
    assert [target.partition("=")[2] for target in phone.targets] == [
        "F_TRANSFER",
        *"1003",
        "F_TRANSFER",
        "DNDOn",
    ]


async def test_a_transfer_that_gives_the_call_back_is_rejected(console: RunningConsole, phone: ScriptedPhone) -> None:
    call = await console.talking()
    _, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "1003"})
    await console.reached(transfer["id"], "acknowledged")
    await console.report("hold", call_id="a1")
    await console.report("unhold", call_id="a1")
    ended = await console.ended(transfer["id"])
    assert (ended.state, ended.reason) == (S.REJECTED, "the transfer failed; the call is back at the phone")
    assert ended.reason_id == "transfer-failed"


async def test_keys_that_were_pressed_before_a_failure_are_named(console: RunningConsole, phone: ScriptedPhone) -> None:
    async def refuse_the_third(_target: str) -> bytes:
        return OK if len(phone.targets) < 3 else answer(500)

    phone.script = refuse_the_third
    call = await console.talking()
    _, transfer = await console.ask("POST", "/transfers", {"call": call, "target": "1003"})
    ended = await console.ended(transfer["id"])
    assert ended.state is S.REJECTED
    assert ended.reason is not None and "taken 2 of 6 keys" in ended.reason


async def test_the_same_key_gives_the_same_command(console: RunningConsole, phone: ScriptedPhone) -> None:
    key = {"Idempotency-Key": "k1"}
    first, second = await asyncio.gather(dial(console, **key), dial(console, **key))
    assert first == second
    status, problem = await console.ask("POST", "/calls", {"phone": MAC, "number": "1003"}, headers=key)
    assert (status, problem["error_id"]) == (409, "idempotency-key-reused")
    await console.reached(first, "acknowledged")
    assert len(phone.targets) == 1


async def test_the_same_key_after_the_call_is_over_still_gives_the_same_command(
    console: RunningConsole, phone: ScriptedPhone
) -> None:
    call = await console.ringing()
    _, first = await console.ask("POST", f"/calls/{call}/answer", headers={"Idempotency-Key": "k2"})
    await console.report("established", call_id="a1")
    await console.ended(first["id"])
    await console.report("terminated", call_id="a1")
    status, second = await console.ask("POST", f"/calls/{call}/answer", headers={"Idempotency-Key": "k2"})
    assert (status, second["id"]) == (202, first["id"])
    assert len(phone.targets) == 1


async def test_a_stop_closes_what_is_open_and_a_restart_knows_it(tmp_path: Path, phone: ScriptedPhone) -> None:
    async def hang(_target: str) -> None:
        return None

    phone.script = hang
    async with running_console(tmp_path) as console:
        await console.set_up(phone)
        sent = await dial(console)
        waiting = await dial(console)
        await console.reached(sent, "sent")
    async with running_console(tmp_path) as console:
        _, first = await console.ask("GET", f"/commands/{sent}")
        _, second = await console.ask("GET", f"/commands/{waiting}")
    assert (first["state"], first["reason"]) == ("unconfirmed", "the console stopped before the phone reported")
    assert (second["state"], second["reason"]) == ("rejected", "the console stopped before it was sent")
    assert len(phone.heads) == 1


@pytest.mark.parametrize("is_reported_first", [False, True])
async def test_a_stop_leaves_an_end_that_is_being_written(
    tmp_path: Path, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch, *, is_reported_first: bool
) -> None:
    commit, is_being_written = SqlStore.commit, asyncio.Event()

    async def slow(store: SqlStore, batch: Batch) -> None:
        if any(progress.command.state is S.CONFIRMED for progress in batch.commands):
            is_being_written.set()
            await asyncio.sleep(0.3)
        await commit(store, batch)

    async def act(_target: str) -> bytes:
        if is_reported_first:
            await running.report("outgoing", call_id="c1")
            await running.until(lambda event: event.type == "call.originated")
        return OK

    monkeypatch.setattr(SqlStore, "commit", slow)
    phone.script = act
    async with running_console(tmp_path) as running:
        await running.set_up(phone)
        command = await dial(running)
        reporting = asyncio.create_task(asyncio.sleep(0))
        if not is_reported_first:
            await running.reached(command, "acknowledged")
            reporting = asyncio.create_task(running.report("outgoing", call_id="c1"))
        await asyncio.wait_for(is_being_written.wait(), 5)
    await asyncio.gather(reporting, return_exceptions=True)
    async with running_console(tmp_path) as running:
        _, ended = await running.ask("GET", f"/commands/{command}")
    assert (ended["state"], ended["reason"]) == ("confirmed", None)


def failing_with(monkeypatch: pytest.MonkeyPatch, failing: CommandState, ended: CommandState) -> None:
    """Let the store fail at one step of a command, and twice at recording how it ended."""
    commit, attempts = SqlStore.commit, iter(range(2))

    async def full(store: SqlStore, batch: Batch) -> None:
        states = {progress.command.state for progress in batch.commands}
        if failing in states or (ended in states and next(attempts, None) is not None):
            raise StoreError("the disk is full")
        await commit(store, batch)

    monkeypatch.setattr(SqlStore, "commit", full)


async def test_a_command_ends_also_when_the_store_failed_after_the_phone_took_it(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_with(monkeypatch, S.ACKNOWLEDGED, S.UNCONFIRMED)
    command = await console.ended(await dial(console))
    assert (command.state, command.reason) == (
        S.UNCONFIRMED,
        "the console met an error of its own; its log tells more",
    )
    assert len(phone.targets) == 1
    monkeypatch.undo()
    await console.reached(await dial(console), "acknowledged")


async def test_a_command_goes_on_as_queued_where_only_its_being_sent_could_not_be_recorded(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offhook.console.journal.MAX_BATCH", 1)
    commit, attempts = SqlStore.commit, iter(range(1))

    async def full_once(store: SqlStore, batch: Batch) -> None:
        if any(each.command.state is S.SENT for each in batch.commands) and next(attempts, None) is not None:
            raise StoreError("the disk is full")
        await commit(store, batch)

    monkeypatch.setattr(SqlStore, "commit", full_once)
    await console.reached(await dial(console), "acknowledged")
    assert len(phone.targets) == 1


async def test_a_command_that_waited_and_cannot_be_recorded_is_not_sent(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_free = asyncio.Event()

    async def wait(_target: str) -> bytes:
        await is_free.wait()
        return OK

    phone.script = wait
    _, first = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1"]})
    second = await dial(console)
    failing_with(monkeypatch, S.SENT, S.REJECTED)
    is_free.set()
    await console.ended(first["id"])
    command = await console.ended(second)
    assert (command.state, command.reason) == (
        S.REJECTED,
        "the console could not record it, so nothing was sent",
    )
    assert len(phone.targets) == 1


async def test_a_command_that_cannot_be_recorded_is_refused_and_not_sent(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_with(monkeypatch, S.QUEUED, S.REJECTED)
    status, problem = await console.ask("POST", "/calls", {"phone": MAC, "number": "1002"})
    assert (status, problem["error_id"]) == (503, "store-failed")
    monkeypatch.undo()
    assert (await console.ask("GET", "/commands"))[1] == []
    assert phone.targets == []


async def test_a_command_with_nothing_before_it_is_queued_and_sent_in_one_transaction(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = SqlStore.commit
    written: list[list[CommandState]] = []

    async def note(store: SqlStore, batch: Batch) -> None:
        if batch.commands:
            written.append([progress.command.state for progress in batch.commands])
        await commit(store, batch)

    async def act(_target: str) -> bytes:
        await console.report("outgoing", local="sip:1002@127.0.0.1", call_id="a1")
        await console.until(lambda event: event.type == "call.originated")
        return OK

    monkeypatch.setattr(SqlStore, "commit", note)
    phone.script = act
    await console.ended(await dial(console))
    assert written == [[S.QUEUED, S.SENT], [S.ACKNOWLEDGED, S.CONFIRMED]]


async def test_the_report_that_is_waited_for_and_the_commands_end_are_one_transaction(
    console: RunningConsole, phone: ScriptedPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = SqlStore.commit
    written: list[tuple[int, list[CommandState]]] = []

    async def note(store: SqlStore, batch: Batch) -> None:
        if batch.actions or batch.commands:
            written.append((len(batch.actions), [progress.command.state for progress in batch.commands]))
        await commit(store, batch)

    command = await dial(console)
    await console.reached(command, "acknowledged")
    monkeypatch.setattr(SqlStore, "commit", note)
    await console.report("outgoing", call_id="c1")
    ended = await console.ended(command)
    assert written == [(1, [S.CONFIRMED])]
    monkeypatch.undo()
    status, shown = await console.ask("GET", f"/commands/{command}")
    assert (status, shown["state"], shown["proof"]) == (200, "confirmed", ended.proof)
    assert console.states_of(command) == ["queued", "sent", "acknowledged", "confirmed"]


async def test_a_key_is_forgotten_after_a_day(tmp_path: Path) -> None:
    clock = Clock()
    store = SqlStore(tmp_path)
    async with a_journal(store, clock=clock) as journal:
        await journal.record(PhoneSetupChanged(MAC, PhoneSetup(control_url="http://127.0.0.1:9")))
        await journal.submit(read_report(f"/dnd_on.xml?mac={MAC}".encode(), "127.0.0.1", journal.now()))
        commander = Commander(
            journal,
            store,
            PhoneDesk(journal, Registry()),
            ProofWatch(journal),
            PhoneClient(1.0),
            confirm_timeout_s=1.0,
            now=clock,
        )
        await commander.start()
        try:
            wish = Wish(Verb.SET_DND, {"on": True}, phone=MAC)
            first = await commander.submit(wish, idempotency_key="k")
            clock.pass_(IDEMPOTENCY_S - 1)
            assert (await commander.submit(wish, idempotency_key="k")).id == first.id
            clock.pass_(1)
            second = await commander.submit(wish, idempotency_key="k")
            assert second.id != first.id
            assert (await commander.submit(wish, idempotency_key="k")).id == second.id
        finally:
            await commander.stop()
