"""What every store promises of searching and counting; run by the test module of each."""

from pathlib import Path
from typing import Any

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import Batch, CallRecord, ConnectionRecord, NoteRecord
from offhook.console.store.history import HistorySearch, Position, Tally, TallySearch
from offhook.console.store.port import Store
from offhook.console_api.resources import Direction, Party
from tests.console.store.over_a_folder import OverAFolder

A, B = "0000000000a1", "0000000000b2"


def a_connection(phone: str = A, **changes: Any) -> ConnectionRecord:
    given = {"state": ConnectionState.NULL, "began": 10.0, "ended": 30.0, "direction": Direction.INCOMING, **changes}
    return ConnectionRecord(phone=phone, **given)


def a_call(number: int, *connections: ConnectionRecord, notes: tuple[NoteRecord, ...] = ()) -> CallRecord:
    return CallRecord(id=f"c_{number}", began=float(number), ended=30.0, connections=connections, notes=notes)


ANNA = NoteRecord(by="user:anna", at=1.0, text="Wants 100% ÖL\x00", outcome="call back")
CALLS = [
    a_call(1, a_connection(is_missed=True, remote=Party(number="+4930901820", name="Zoë"))),
    a_call(
        2,
        a_connection(answered=14.0, remote=Party(number="1002")),
        a_connection(B, direction=Direction.OUTGOING, answered=14.0, remote=Party(number="1001")),
        notes=(ANNA, NoteRecord(by="user:ben", at=1.0, outcome="done")),
    ),
    a_call(3, a_connection(B, direction=Direction.OUTGOING)),
    a_call(4, a_connection(state=ConnectionState.ALERTING, ended=None)),
    a_call(1000, a_connection(B, answered=40.0, ended=41.0, began=10.0)),
]


class HistoryContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    async def opened(self, folder: Path) -> Store:
        store = await super().opened(folder)
        await store.commit(Batch(calls=CALLS))
        return store

    @pytest.mark.parametrize(
        ("search", "wanted"),
        [
            ({}, ["1000b", "3b", "2b", "2a", "1a"]),
            ({"limit": 2}, ["1000b", "3b"]),
            ({"phones": frozenset({A})}, ["2a", "1a"]),
            ({"phones": frozenset({A, B})}, ["1000b", "3b", "2b", "2a", "1a"]),
            ({"phones": frozenset({A, B}), "limit": 3}, ["1000b", "3b", "2b"]),
            ({"phones": frozenset({A, *map(str, range(100))})}, ["2a", "1a"]),
            ({"phones": frozenset()}, []),
            ({"direction": "outgoing"}, ["3b", "2b"]),
            ({"is_missed": True}, ["1a"]),
            ({"is_missed": False, "phones": frozenset({A})}, ["2a"]),
            ({"was_answered": True}, ["1000b", "2b", "2a"]),
            ({"was_answered": False}, ["3b", "1a"]),
            ({"outcome": "call back"}, ["2b", "2a"]),
            ({"outcome": "call"}, []),
            ({"after": 2.0, "until": 1000.0}, ["3b", "2b", "2a"]),
            ({"text": "zoe"}, ["1a"]),
            ({"text": "100% ol"}, ["2b", "2a"]),
            ({"text": "_"}, []),
            ({"text": "no", "digits": frozenset({"901"})}, ["1a"]),
            ({"text": "no", "numbers": frozenset({"1002"})}, ["2a"]),
            ({"text": "zoe", "phones": frozenset({B})}, []),
            ({"before": Position(2.0, "c_2", B)}, ["2a", "1a"]),
            ({"before": Position(2.0, "c_2", A), "phones": frozenset({A})}, ["1a"]),
        ],
    )
    async def test_history_is_searched(self, search: dict[str, Any], wanted: list[str], tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        found = await store.history(HistorySearch(**search))
        assert [f"{call.id[2:]}{phone[-2]}" for call, phone in found] == wanted
        assert all(call in CALLS for call, _ in found)
        await store.close()

    async def test_a_note_that_was_taken_back_is_not_found(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        assert await store.outcomes() == ["call back", "done"]
        await store.commit(Batch(calls=[a_call(2, a_connection(), notes=(NoteRecord(by="user:anna", at=2.0),))]))
        assert await store.outcomes() == []
        assert await store.history(HistorySearch(text="wants")) == []
        await store.commit(Batch(removed_calls=["c_2"]))
        assert await store.history(HistorySearch(phones=frozenset({A}))) == [(CALLS[0], A)]
        await store.close()

    async def test_missed_calls_are_counted(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.commit(Batch(calls=[a_call(5, a_connection(B, is_missed=True, ended=50.0))]))
        both = frozenset({A, B})
        assert await store.missed_since(both, 0.0, 99) == 2
        assert await store.missed_since(both, 30.0, 99) == 1
        assert await store.missed_since(frozenset({A}), 30.0, 99) == 0
        assert await store.missed_since(both, 0.0, 1) == 1
        assert await store.missed_since(frozenset(), 0.0, 1) == 0
        await store.close()

    async def test_what_was_handled_is_counted(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        a = Tally(
            incoming=2,
            answered=1,
            missed=1,
            answered_within=1,
            talks=1,
            talk_s=16.0,
            talk_longest_s=16.0,
            ring_s=24.0,
            ring_longest_s=20.0,
        )
        b = Tally(outgoing=2, outgoing_answered=1, talks=1, talk_s=16.0, talk_longest_s=16.0)
        late = Tally(incoming=1, answered=1, talks=1, talk_s=1.0, talk_longest_s=1.0, ring_s=30.0, ring_longest_s=30.0)
        whole = TallySearch(after=0.0, until=2000.0, within_s=4.0)
        assert await store.tallies_by_phone(whole) == {A: a, B: b + late}
        assert await store.tallies_by_quarter(whole) == {0: a + b, 1: late}
        some = TallySearch(after=0.0, until=900.0, within_s=3.9, phones=frozenset({A}))
        (only,) = (await store.tallies_by_phone(some)).values()
        assert (only.answered, only.answered_within) == (1, 0)
        assert await store.tallies_by_phone(TallySearch(after=5.0, until=6.0, within_s=1.0)) == {}
        await store.close()
