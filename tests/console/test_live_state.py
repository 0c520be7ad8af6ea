import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console import live_state
from offhook.console.live_state import (
    ENDED_MEMORY_S,
    MAX_ENDED_PER_PHONE,
    MAX_MERGED,
    MAX_RECENT_SHOWN,
    RECENT_S,
    Draft,
    LiveState,
)
from offhook.console.records import CallRecord, ConnectionRecord, PhoneRecord, PhoneRemoved
from offhook.console_api.resources import Party
from tests.console.kit import START, A, B, Scene, types


def a_call(id_: str, phone: str = A, *, ended: float | None = None, wire: str = "") -> CallRecord:
    state = ConnectionState.CONNECTED if ended is None else ConnectionState.NULL
    connection = ConnectionRecord(phone=phone, state=state, began=START, ended=ended)
    return CallRecord(id=id_, began=START, wire=wire, ended=ended, connections=(connection,))


def contents(state: LiveState) -> tuple[object, ...]:
    return (
        dict(state.phone_records),
        dict(state.call_records),
        dict(state.by_wire),
        dict(state.by_address),
        dict(state.by_extension),
        dict(state.by_mac),
    )


def test_a_draft_that_is_dropped_has_changed_nothing() -> None:
    state = LiveState([PhoneRecord(id=A, address="10.0.0.1")], [a_call("c_1", wire="w")])
    before = contents(state)
    draft = Draft(state)
    draft.put_phone(PhoneRecord(id=A, address="10.0.0.2"))
    draft.put_phone(PhoneRecord(id=B, address="10.0.0.2", mac="00a859112233"))
    draft.put_call(a_call("c_2", wire="w2"))
    call = draft.calls.get("c_1")
    assert call is not None
    draft.merge_call(call, "c_2")
    assert contents(state) == before
    state.apply(draft, now=START)
    assert contents(state) != before
    assert state.by_address == {"10.0.0.2": (A, B)}


def test_one_report_of_a_draft_can_be_undone_alone() -> None:
    draft = Draft(LiveState([PhoneRecord(id=A, address="10.0.0.1")]))
    draft.begin()
    draft.put_phone(PhoneRecord(id=B, address="10.0.0.1"))
    draft.begin()
    draft.put_phone(PhoneRecord(id="cc", address="10.0.0.3"))
    draft.put_phone(PhoneRecord(id=B, name="changed"))
    draft.put_call(a_call("c_9", wire="w"))
    phone = draft.phones.get(A)
    assert phone is not None
    draft.remove_phone(phone)
    draft.undo()
    assert set(draft.phones.changed) == {B}
    assert draft.phones.get(B) == PhoneRecord(id=B, address="10.0.0.1")
    assert draft.phones.get(A) == phone
    assert draft.calls.changed == {}
    assert draft.by_wire.changed == {}
    assert draft.by_address.get("10.0.0.1") == (A, B)
    assert draft.phone_count == 2


def test_a_phone_is_found_by_an_address_only_it_has() -> None:
    draft = Draft(LiveState([PhoneRecord(id=A, address="10.0.0.1"), PhoneRecord(id=B, address="10.0.0.2")]))
    assert draft.phone_at("10.0.0.1") == A
    draft.put_phone(PhoneRecord(id=B, address="10.0.0.1"))
    assert draft.phone_at("10.0.0.1") is None
    assert draft.phone_at("10.0.0.2") is None
    draft.put_phone(PhoneRecord(id=B))
    assert draft.phone_at("10.0.0.1") == A


def test_what_the_store_gives_is_what_was_live() -> None:
    scene = Scene()
    scene.report("incoming", call_id="live@h", ip="10.0.0.1")
    scene.report("outgoing", mac=B, call_id="live@h", ip="10.0.0.2")
    scene.report("incoming", call_id="over@h")
    scene.report("missed", call_id="over@h")
    rebuilt = LiveState(scene.state.phone_records.values(), scene.state.call_records.values())
    assert contents(rebuilt) == contents(scene.state)


def test_ended_calls_are_shown_for_a_while() -> None:
    scene = Scene()
    scene.report("incoming", call_id="one@h")
    scene.report("terminated", call_id="one@h")
    scene.later(RECENT_S - 1.0).report("dnd_on")
    assert len(scene.state.calls(is_live=False)) == 1
    scene.report("dnd_off")
    assert scene.state.calls() == []
    assert scene.state.by_wire == {}
    assert types(scene.report("established", call_id="one@h")) == ["phone.report_ignored"], "not forgotten yet"


def test_a_flood_of_calls_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_state, "MAX_RECENT_KEPT", 3)
    scene = Scene()
    for number in range(6):
        scene.report("incoming", call_id=f"{number}@h")
        scene.report("terminated", call_id=f"{number}@h")
    kept = ["5@h", "4@h", "3@h"]
    assert [call.call_id for call in scene.state.calls()] == kept
    assert sorted(scene.state.by_wire) == sorted(kept)


def test_after_long_enough_an_id_may_come_again() -> None:
    scene = Scene()
    scene.report("incoming", call_id="7")
    scene.report("terminated", call_id="7")
    scene.later(ENDED_MEMORY_S).report("incoming", call_id="8")
    scene.report("terminated", call_id="8")
    assert types(scene.report("incoming", call_id="7")) == ["call.delivered"]


def test_a_phone_remembers_only_so_many_ends() -> None:
    scene = Scene()
    for number in range(MAX_ENDED_PER_PHONE * 2):
        scene.report("incoming", call_id=f"{number}@h")
        scene.report("terminated", call_id=f"{number}@h")
    assert len(scene.state.phone_records[A].ended) == MAX_ENDED_PER_PHONE


def test_a_call_that_lives_again_through_another_phone_is_not_forgotten() -> None:
    scene = Scene()
    scene.report("outgoing", mac=A, call_id="one@h")
    scene.report("terminated", mac=A, call_id="one@h")
    scene.report("incoming", mac=B, call_id="one@h")
    scene.later(RECENT_S * 2).report("dnd_on")
    (call,) = scene.live()
    assert len(call.connections) == 2
    assert call.ended is None


def test_a_snapshot_says_where_it_stands() -> None:
    scene = Scene()
    scene.set_up(B, name="Berta")
    scene.report("incoming", call_id="one@h")
    snapshot = scene.state.snapshot(epoch="e", seq=7, now=START)
    assert (snapshot.epoch, snapshot.seq, snapshot.time) == ("e", 7, "2027-01-15T08:00:00.000Z")
    assert [phone.name for phone in snapshot.phones] == ["Berta", A], "those that were set up come first"
    assert [call.call_id for call in snapshot.calls] == ["one@h"]


def test_a_snapshot_is_not_a_journal() -> None:
    calls = [a_call(f"c_{number}", ended=START + number) for number in range(MAX_RECENT_SHOWN + 20)]
    state = LiveState([PhoneRecord(id=A)], [*calls, a_call("c_live")])
    shown = {call.id for call in state.snapshot(epoch="e", seq=1, now=START).calls}
    assert len(shown) == MAX_RECENT_SHOWN + 1
    assert "c_live" in shown
    assert "c_0" not in shown


@pytest.mark.parametrize("what", ["phone", "call"])
def test_what_is_not_known_is_none(what: str) -> None:
    assert getattr(LiveState(), what)("none") is None


def test_the_id_of_a_merged_call_leads_to_the_call_it_is_part_of() -> None:
    state = LiveState([PhoneRecord(id=A)], [a_call("c_1"), a_call("c_2")])
    draft = Draft(state)
    draft.merge_call(a_call("c_1"), "c_2")
    assert state.current_id("c_1") == "c_1"
    state.apply(draft, now=START)
    assert state.current_id("c_1") == "c_2"
    found = state.call("c_1")
    assert found is not None and found.id == "c_2"
    assert state.current_id("c_9") == "c_9"


def test_merged_ids_are_forgotten_when_there_are_too_many() -> None:
    state = LiveState()
    draft = Draft(state)
    for number in range(MAX_MERGED + 1):
        draft.merge_call(a_call(f"old_{number}"), "c_1")
    state.apply(draft, now=START)
    assert state.current_id("old_0") == "old_0"
    assert state.current_id("old_1") == "c_1"


def test_a_phone_is_known_by_its_number_before_anybody_else() -> None:
    scene = Scene()
    scene.state.name_party = lambda party: Party(number=party.number, name="somebody else")
    scene.report("incoming", call_id="1", remote="sip:1002@pbx")
    assert scene.only_connection().remote.name == "somebody else"
    scene.set_up(B, name="Ben Carter", extension="1002")
    assert scene.only_connection().remote == Party(number="1002", name="Ben Carter", uri="sip:1002@pbx", display="1002")
    scene.set_up(B, name="Ben Carter", extension="1003")
    assert scene.only_connection().remote.name == "somebody else"
    scene.set_up(B, extension="1002")
    assert scene.only_connection().remote.name == ""
    scene.change(PhoneRemoved(B))
    assert scene.state.by_extension == {}
