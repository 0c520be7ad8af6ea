"""What every store promises; run by the test module of each."""

from datetime import datetime
from pathlib import Path

import msgspec

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import ActionRecord, Batch, CallRecord, CommandProgress, ConnectionRecord, PhoneRecord
from offhook.console.store.people import AuditRecord, AuditSearch
from offhook.console.store.port import Keep, Store
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import CommandState, Direction, Line, Party, Verb
from offhook.protocol.action_url import parse_target
from tests.console.store.over_a_folder import OverAFolder
from tests.console.test_reduce_setup import a_command

A, B = "0000000000a1", "0000000000b2"


def at_hour(hour: int) -> str:
    return f"2026-01-05T{hour:02d}:00:00.000Z"


def an_envelope(seq: int, time: str = "2026-01-05T09:12:03.418Z", of: ActionRecord | None = None) -> Envelope:
    """An event, of a request that is not there or of the one that is given."""
    source = Source(action=1, dialect="base", event="incoming", vars={"remote": "\x00<b>"}, request="/x")
    if of is not None:
        values = parse_target(of.request).values
        request = of.request.decode("latin-1")
        source = Source(action=of.number, dialect="base", event=of.event, vars=values, request=request)
    return Envelope(
        id=f"e-{seq}",
        seq=seq,
        epoch="e",
        type=EventType.CALL_DELIVERED,
        time=time,
        received="2026-01-05T09:12:03.418Z",
        origin=Origin.REPORTED,
        phone=A,
        detail={"nested": {"list": [1, "zwei\x00"]}},
        source=source,
    )


def a_call(number: int, *phones: str, ended: float | None = None) -> CallRecord:
    state = ConnectionState.NULL if ended is not None else ConnectionState.CONNECTED
    return CallRecord(
        id=f"c_{number:03d}",
        began=float(number),
        wire=f"wire-{number}",
        call_id=f"id-{number}\x00",
        ended=ended,
        connections=tuple(
            ConnectionRecord(
                phone=phone,
                state=state,
                began=number + 0.125,
                direction=Direction.INCOMING,
                remote=Party(number="1\x00", name="Zoë"),
                ended=ended,
            )
            for phone in phones
        ),
    )


class StoreContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    def again(self, store: Store, folder: Path) -> Store:
        """The same store after a restart."""
        return self.a_store(folder)

    async def test_a_new_store_is_empty_and_takes_the_epoch(self, tmp_path: Path) -> None:
        store = self.a_store(tmp_path)
        stored = await store.open(epoch="first", ended_after=0.0)
        assert (stored.epoch, stored.seq, stored.action, stored.phones, stored.calls) == ("first", 0, 0, [], [])
        await store.close()
        await store.close()

    async def test_events_come_back_as_they_were(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        envelopes = [an_envelope(seq) for seq in range(1, 8)]
        await store.commit(Batch(envelopes=envelopes[:4]))
        await store.commit(Batch(envelopes=envelopes[4:]))
        assert await store.events_after(0, 100) == envelopes
        assert await store.events_after(3, 2) == envelopes[3:5]
        assert await store.events_after(7, 2) == []
        await store.close()

    async def test_an_event_comes_back_with_its_request(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        time = "2026-01-05T09:12:03.418Z"
        actions = [ActionRecord(n, time, A, "10.0.0.1", "incoming", b"/incoming?remote=\xff%00&n=1") for n in (1, 2)]
        envelopes = [an_envelope(seq, of=action) for seq, action in ((1, actions[0]), (2, actions[1]), (3, actions[1]))]
        without = msgspec.structs.replace(an_envelope(4), source=None)
        await store.commit(Batch(actions=actions, envelopes=[*envelopes, without]))
        assert await store.events_after(0, 10) == [*envelopes, without]
        assert envelopes[0].source is not None
        assert envelopes[0].source.vars == {"remote": "\xff\x00", "n": "1"}
        await store.close()

    async def test_actions_come_back_newest_first(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        actions = [
            ActionRecord(number, "2026-01-05T09:12:03.418Z", phone, "10.0.0.1", "incoming", b"/\xff\x00")
            for number, phone in ((1, A), (2, B), (3, A))
        ]
        await store.commit(Batch(actions=actions))
        assert await store.actions() == actions[::-1]
        assert [action.number for action in await store.actions(phone=A, limit=1)] == [3]
        assert [action.number for action in await store.actions(before=3)] == [2, 1]
        assert await store.actions(before=1) == []
        await store.close()

    async def test_calls_are_found_by_phone_state_and_position(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        calls = [a_call(1, A, ended=5.0), a_call(2, A, B), a_call(3, B, ended=6.0), a_call(4, A)]
        await store.commit(Batch(calls=calls))
        assert await store.calls() == calls[::-1]
        assert await store.calls(phone=A) == [calls[3], calls[1], calls[0]]
        assert await store.calls(phone=A, is_live=True) == [calls[3], calls[1]]
        assert await store.calls(is_live=False) == [calls[2], calls[0]]
        assert await store.calls(limit=2) == [calls[3], calls[2]]
        assert await store.calls(limit=2, before="c_003") == [calls[1], calls[0]]
        assert await store.calls(phone=B, before="c_003") == [calls[1]]
        assert await store.calls(before="c_none") == []
        assert await store.call("c_002") == calls[1]
        assert await store.call("c_none") is None
        await store.close()

    async def test_a_call_is_replaced_and_may_be_taken_out(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.commit(Batch(calls=[a_call(1, A)]))
        await store.commit(Batch(calls=[a_call(1, A, B, ended=2.0)]))
        assert await store.calls(phone=B) == [a_call(1, A, B, ended=2.0)]
        await store.commit(Batch(removed_calls=["c_001"]))
        assert await store.calls() == []
        assert await store.calls(phone=A) == []
        await store.close()

    async def test_a_phones_password_is_kept_apart(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        phone = PhoneRecord(id=A, name="Anna\x00", lines=(Line(uri="1@h", state="registered"),))
        await store.commit(Batch(phones=[phone], passwords={A: b"sealed"}))
        await store.commit(Batch(phones=[phone]))
        assert await store.password(A) == b"sealed"
        await store.commit(Batch(phones=[phone], passwords={A: None}))
        assert await store.password(A) is None
        assert await store.password("none") is None
        await store.commit(Batch(passwords={A: b"sealed"}))
        await store.commit(Batch(removed_phones=[A]))
        assert await store.password(A) is None
        await store.close()

    async def test_commands(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        queued = a_command(CommandState.QUEUED)
        other = msgspec.structs.replace(queued, id="k_2", phone=B)
        await store.commit(Batch(commands=[CommandProgress(queued, "key"), CommandProgress(other)]))
        sent = msgspec.structs.replace(queued, state=CommandState.SENT)
        await store.commit(Batch(commands=[CommandProgress(sent)]))
        assert await store.command("k_1") == sent
        assert await store.command_by_key("key") == sent, "progress does not forget the key"
        assert await store.command("none") is None
        assert await store.command_by_key("none") is None
        assert await store.commands() == [other, sent]
        assert await store.commands(phone=queued.phone, limit=1) == [sent]
        assert await store.unfinished_commands() == [sent, other]
        done = msgspec.structs.replace(sent, state=CommandState.CONFIRMED)
        await store.commit(Batch(commands=[CommandProgress(done)]))
        assert await store.unfinished_commands() == [other]
        third = msgspec.structs.replace(queued, id="k_3")
        gone_on = msgspec.structs.replace(third, state=CommandState.SENT)
        await store.commit(Batch(commands=[CommandProgress(third, "another key"), CommandProgress(gone_on)]))
        assert await store.command_by_key("another key") == gone_on, "nor where both come at once"
        await store.close()

    async def test_a_command_and_the_audits_entry_of_it_are_kept_together(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        entry = AuditRecord(time=1.0, by="user:\x00", address="", what="dial", target="/", outcome="accepted")
        first, second = (
            CommandProgress(
                msgspec.structs.replace(a_command(CommandState.QUEUED), id=id_),
                audit=msgspec.structs.replace(entry, command=id_),
            )
            for id_ in ("k_1", "k_2")
        )
        further = CommandProgress(msgspec.structs.replace(first.command, state=CommandState.SENT))
        await store.commit(Batch(commands=[first, further, second]))
        await store.commit(Batch(commands=[further]))
        await store.add_audit(entry)
        kept = await store.audit(AuditSearch())
        assert [(each.number, each.command) for each in kept] == [(3, None), (2, "k_2"), (1, "k_1")]
        assert kept[2] == msgspec.structs.replace(entry, command="k_1", number=1)
        assert [each.state for each in await store.commands()] == [CommandState.QUEUED, CommandState.SENT]
        await store.close()

    async def test_commands_of_some_verbs_whatever_came_after_them(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        command = a_command(CommandState.CONFIRMED)
        transfer = msgspec.structs.replace(command, id="k_0", verb=Verb.BLIND_TRANSFER, created="2026-01-01T00:00:00Z")
        later = [
            msgspec.structs.replace(
                command, id=f"k_{n}", verb=Verb.DIAL, arguments={"number": '"verb":"blind_transfer"'}, phone=B
            )
            for n in range(1, 700)
        ]
        await store.commit(Batch(commands=[CommandProgress(each) for each in (transfer, *later)]))
        assert await store.commands(limit=20, verbs=[Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER]) == [transfer]
        assert await store.commands(limit=20, verbs=[Verb.BLIND_TRANSFER], phone=B) == []
        assert len(await store.commands(limit=20, verbs=[Verb.BLIND_TRANSFER, Verb.DIAL])) == 20
        await store.close()

    async def test_an_idempotency_key_is_the_newest_commands(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        first = a_command(CommandState.CONFIRMED)
        second = msgspec.structs.replace(first, id="k_2")
        third = msgspec.structs.replace(first, id="k_3")
        await store.commit(Batch(commands=[CommandProgress(first, "key")]))
        await store.commit(Batch(commands=[CommandProgress(second, "key"), CommandProgress(third, "other")]))
        assert await store.command_by_key("key") == second
        assert await store.command("k_1") == first
        await store.close()

    async def test_old_events_and_requests_go_without_a_gap(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        actions = [ActionRecord(number, at_hour(number), A, "10.0.0.1", "incoming", b"/") for number in range(1, 11)]
        envelopes = [an_envelope(action.number, action.received, of=action) for action in actions]
        for envelope, action in zip(envelopes, actions, strict=True):
            await store.commit(Batch(envelopes=[envelope], actions=[action]))
        eighth = parse_rfc3339(at_hour(8))

        pruned = await store.prune(keep(after=eighth, newest=8), 100)
        assert (pruned.oldest, pruned.has_more) == (3, False), "eight are kept although they are old"
        pruned = await store.prune(keep(after=eighth, newest=1), 3)
        assert (pruned.oldest, pruned.has_more) == (6, True), "three at a time"
        pruned = await store.prune(keep(after=eighth, newest=1), 4)
        assert (pruned.oldest, pruned.has_more) == (9, False), "what is not old stays"
        assert await store.events_after(0, 100) == envelopes[8:]
        assert await store.actions() == actions[:7:-1]

        await store.prune(keep(after=parse_rfc3339(at_hour(23)), newest=1), 100)
        await store.close()
        store = self.again(store, tmp_path)
        stored = await store.open(epoch="e", ended_after=0.0)
        assert (stored.oldest, stored.seq, stored.action) == (10, 10, 10), "numbers are never given twice"
        await store.close()

    async def test_an_event_with_an_older_time_behind_a_newer_one_waits_for_it(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.commit(Batch(envelopes=[an_envelope(1, at_hour(9)), an_envelope(2, at_hour(2)), an_envelope(3)]))
        pruned = await store.prune(keep(after=parse_rfc3339(at_hour(5)), newest=1), 100)
        assert (pruned.oldest, len(await store.events_after(0, 10))) == (1, 3)
        await store.close()

    async def test_old_calls_and_commands_go(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        ended = [a_call(number, A, B, ended=float(number)) for number in range(1, 6)]
        live = a_call(6, A)
        old = msgspec.structs.replace(a_command(CommandState.CONFIRMED), created=at_hour(1))
        open_ = msgspec.structs.replace(a_command(CommandState.SENT), id="k_2", created=at_hour(1))
        new = msgspec.structs.replace(old, id="k_3", created=at_hour(3))
        progress = [CommandProgress(old, "key"), CommandProgress(open_), CommandProgress(new)]
        await store.commit(Batch(calls=[*ended, live], commands=progress))

        keeping = keep(calls_after=3.0, commands_after=parse_rfc3339(at_hour(2)))
        assert (await store.prune(keeping, 2)).has_more
        assert not (await store.prune(keeping, 2)).has_more
        assert await store.calls() == [live, ended[4], ended[3]]
        assert await store.calls(phone=B) == [ended[4], ended[3]]
        assert await store.commands() == [new, open_]
        assert await store.command_by_key("key") is None
        await store.close()

    async def test_an_empty_store_has_nothing_to_throw_away(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        pruned = await store.prune(keep(after=4e9, newest=1, calls_after=4e9, commands_after=4e9), 10)
        assert (pruned.oldest, pruned.has_more) == (1, False)
        await store.close()


def keep(*, after: float = 0.0, newest: int = 1_000, calls_after: float = 0.0, commands_after: float = 0.0) -> Keep:
    return Keep(after=after, newest=newest, calls_after=calls_after, commands_after=commands_after)


def parse_rfc3339(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
