"""The call reducers: every event in every state, which call is meant, and what is never brought back."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.callmodel.connection import ConnectionState, follow
from offhook.callmodel.observation import OBSERVATIONS, CallObserved
from offhook.console.live_state import Draft
from offhook.console.reduce_calls import MAX_LIVE_PER_PHONE
from offhook.console_api.event_types import Origin
from offhook.console_api.resources import Direction, PhoneState
from offhook.protocol.events import Event
from tests.console.kit import A, B, Scene, types

CALL_EVENTS = [event for event, observation in OBSERVATIONS.items() if isinstance(observation, CallObserved)]
ID = "4fa1c3@pbx.example"

_LEADING_TO: dict[ConnectionState, list[str]] = {
    ConnectionState.NULL: ["incoming", "established", "terminated"],
    ConnectionState.INITIATED: ["outgoing"],
    ConnectionState.ALERTING: ["incoming"],
    ConnectionState.CONNECTED: ["incoming", "established"],
    ConnectionState.HELD: ["incoming", "established", "hold"],
    ConnectionState.FAILED: ["outgoing"],
}


def in_state(state: ConnectionState) -> Scene:
    scene = Scene()
    for event in _LEADING_TO[state]:
        scene.report(event, call_id=ID)
    if state is ConnectionState.FAILED:  # no event of the document leads there; a SIP engine's word may, later
        draft = Draft(scene.state)
        (call,) = scene.state.call_records.values()
        draft.put_connection(call, msgspec.structs.replace(call.connections[0], state=state))
        scene.state.apply(draft, now=scene.clock.at)
    assert scene.only_connection().state is state
    return scene


@pytest.mark.parametrize("state", ConnectionState)
@pytest.mark.parametrize("event", Event)
def test_every_event_in_every_state(event: Event, state: ConnectionState) -> None:
    scene = in_state(state)
    happenings = scene.report(event, call_id=ID)
    assert happenings, "every report leads to an event"
    assert all(happening.source is not None for happening in happenings)
    connections = [call.connections[0] for call in scene.state.calls()]
    reached = {connection.state for connection in connections}
    observation = OBSERVATIONS[event]
    if state is ConnectionState.NULL:
        if event is not Event.OFF_HOOK:  # which begins another call
            assert scene.live() == []
    elif isinstance(observation, CallObserved):
        assert reached == {follow(state, observation.given).state}
    elif event in (Event.BUSY_TO_IDLE, Event.SETUP_COMPLETED):
        assert reached == {ConnectionState.NULL}
    elif event in (Event.BLIND_TRANSFER, Event.ATTENDED_TRANSFER):
        assert reached <= {ConnectionState.CONNECTED, ConnectionState.HELD}
    else:
        assert reached == {state}


@pytest.mark.parametrize("state", [state for state in ConnectionState if state is not ConnectionState.NULL])
@pytest.mark.parametrize("event", CALL_EVENTS)
def test_the_same_report_twice_changes_nothing_the_second_time(event: Event, state: ConnectionState) -> None:
    scene = in_state(state)
    scene.report(event, call_id=ID)
    before = scene.state.calls()
    assert types(scene.report(event, call_id=ID)) == ["phone.report_ignored"]
    assert scene.state.calls() == before


@pytest.mark.parametrize("event", CALL_EVENTS)
def test_what_has_ended_stays_ended(event: Event) -> None:
    scene = in_state(ConnectionState.NULL)
    (ignored,) = scene.report(event, call_id=ID)
    assert ignored.type == "phone.report_ignored"
    assert ignored.detail["discrepancy"] in ("late", "repeated")
    assert scene.live() == []


def test_an_outgoing_call_from_beginning_to_end() -> None:
    scene = Scene()
    said = []
    values = {"call_id": ID, "active_user": "1001", "local": "sip:1002@h", "display_local": "Berta"}
    for event in ("outgoing", "established", "hold", "unhold", "terminated"):
        said += types(scene.report(event, **values))
    assert said == [
        "call.originated",
        "call.established",
        "call.held",
        "call.retrieved",
        "call.connection_cleared",
    ]
    connection = scene.only_connection()
    assert connection.direction is Direction.OUTGOING
    assert (connection.remote.number, connection.remote.name) == ("1002", "Berta")
    assert connection.cause == "normal"
    assert scene.only_call().call_id == ID
    assert connection.answered is not None
    assert connection.began < connection.answered
    assert scene.phone().state is PhoneState.IDLE


def test_two_phones_with_one_call_id_are_in_one_call() -> None:
    scene = Scene()
    scene.set_up(A, name="Anna", extension="1001")
    scene.report("outgoing", mac=A, call_id=ID, active_user="1001", local="sip:1002@h")
    scene.report("incoming", mac=B, call_id=ID, active_user="1002", local="sip:1002@h", remote="sip:1001@h")
    call = scene.only_call()
    assert [connection.phone for connection in call.connections] == [A, B]
    assert call.connections[1].remote.name == "Anna"
    assert call.connections[1].remote.phone == A
    scene.report("terminated", mac=A, call_id=ID)
    assert scene.only_call().is_live
    scene.report("terminated", mac=B, call_id=ID)
    assert not scene.only_call().is_live


def test_a_phones_own_counter_joins_nobody() -> None:
    scene = Scene()
    scene.report("outgoing", mac=A, call_id="33093")
    scene.report("incoming", mac=B, call_id="33093")
    assert len(scene.live()) == 2


def test_a_counter_counts_anew_after_the_phone_has_started() -> None:
    scene = Scene()
    scene.report("incoming", call_id="3")
    scene.report("terminated", call_id="3")
    assert types(scene.report("incoming", call_id="3")) == ["phone.report_ignored"]
    scene.report("setup_completed")
    assert types(scene.report("incoming", call_id="3")) == ["call.delivered"]
    assert len(scene.live()) == 1
    assert len(scene.state.calls()) == 2


def test_a_call_id_that_is_not_a_counter_is_late_even_after_a_start() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID)
    scene.report("terminated", call_id=ID)
    scene.report("setup_completed")
    assert types(scene.report("established", call_id=ID)) == ["phone.report_ignored"]


def test_without_a_call_id_the_event_says_which_call_is_meant() -> None:
    scene = Scene()
    scene.report("incoming", remote="sip:7@h")
    (established,) = scene.report("established")
    assert established.confidence == 1.0
    scene.report("hold")
    assert scene.only_connection().state is ConnectionState.HELD
    scene.report("unhold")
    assert scene.only_connection().state is ConnectionState.CONNECTED
    scene.report("terminated")
    assert scene.live() == []


def test_a_choice_among_several_calls_is_marked_as_a_guess() -> None:
    scene = Scene()
    scene.report("incoming", remote="sip:7@h")
    scene.report("incoming", remote="sip:8@h")
    (established,) = scene.report("established")
    assert established.confidence < 1.0
    assert sorted(call.connections[0].state for call in scene.live()) == ["alerting", "connected"]


def test_the_other_partys_number_settles_the_choice() -> None:
    scene = Scene()
    scene.report("incoming", remote="sip:7@h")
    scene.report("incoming", remote="sip:8@h")
    (established,) = scene.report("established", active_user="1", local="sip:1@h", remote="sip:8@h")
    assert established.confidence == 1.0
    talking = [call.connections[0] for call in scene.live() if call.connections[0].state == "connected"]
    assert [connection.remote.number for connection in talking] == ["8"]


def test_terminated_ends_what_is_talked_on_before_what_rings_before_what_is_held() -> None:
    scene = Scene()
    for number, events in (("1", ["hold"]), ("2", []), ("3", None)):
        scene.report("incoming", call_id=f"id-{number}@h")
        if events is not None:
            scene.report("established", call_id=f"id-{number}@h")
            for event in events:
                scene.report(event, call_id=f"id-{number}@h")
    ended = []
    for _ in range(3):
        (cleared,) = scene.report("terminated")
        ended.append(scene.state.call(cleared.call or ""))
    assert [call.call_id for call in ended if call] == ["id-2@h", "id-3@h", "id-1@h"]


def test_established_without_a_beginning_is_followed() -> None:
    scene = Scene()
    (_, established) = scene.report("established", call_id=ID, active_user="1", local="sip:1@h", remote="sip:9@h")
    assert established.detail == {"discrepancy": "skipped"}
    connection = scene.only_connection()
    assert connection.state is ConnectionState.CONNECTED
    assert connection.remote.number == "9"
    assert connection.direction is Direction.UNKNOWN


def test_a_beginning_that_comes_late_still_says_who_called() -> None:
    scene = Scene()
    scene.report("established", call_id=ID)
    (late,) = scene.report("incoming", call_id=ID, remote="sip:9@h")
    assert late.detail == {"discrepancy": "late"}
    connection = scene.only_connection()
    assert connection.state is ConnectionState.CONNECTED
    assert (connection.direction, connection.remote.number) == (Direction.INCOMING, "9")


def test_a_missed_call_is_counted_once() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID, remote="sip:9@h")
    assert types(scene.report("missed", call_id=ID)) == ["call.connection_cleared", "call.missed"]
    assert types(scene.report("missed", call_id=ID)) == ["phone.report_ignored"]
    assert types(scene.report("terminated", call_id=ID)) == ["phone.report_ignored"]
    connection = scene.only_connection()
    assert connection.is_missed
    assert connection.cause == "call_not_answered"
    assert scene.phone().missed_calls == 1


@pytest.mark.parametrize("values", [{"call_id": ID}, {}])
def test_missed_after_terminated_still_marks_the_call(values: dict[str, str]) -> None:
    scene = Scene()
    scene.report("incoming", remote="sip:9@h", **values)
    scene.report("terminated", **values)
    assert types(scene.report("missed", **values)) == ["call.missed"]
    assert scene.only_connection().is_missed
    assert types(scene.report("missed", **values)) == ["phone.report_ignored"]
    assert scene.phone().missed_calls == 1


def test_a_call_that_was_answered_or_placed_is_not_missed() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID)
    scene.report("established", call_id=ID)
    scene.report("terminated", call_id=ID)
    scene.report("missed", call_id=ID)
    scene.report("outgoing", call_id="out@h")
    scene.report("missed", call_id="out@h")
    assert scene.phone().missed_calls == 0
    assert scene.live() == []


@pytest.mark.parametrize("values", [{"call_id": ID}, {}])
def test_a_missed_call_that_never_rang_here_is_kept_all_the_same(values: dict[str, str]) -> None:
    scene = Scene()
    assert types(scene.report("missed", remote="sip:9@h", **values)) == ["call.connection_cleared", "call.missed"]
    connection = scene.only_connection()
    assert connection.is_missed
    assert connection.remote.number == "9"
    assert scene.live() == []
    assert types(scene.report("missed", remote="sip:9@h", **values)) == ["phone.report_ignored"]


def test_the_end_of_an_unknown_call_is_remembered() -> None:
    scene = Scene()
    assert types(scene.report("terminated", call_id=ID)) == ["phone.report_ignored"]
    assert types(scene.report("incoming", call_id=ID)) == ["phone.report_ignored"]
    assert scene.state.calls() == []
    assert types(scene.report("missed", call_id=ID)) == ["call.connection_cleared", "call.missed"]


def test_a_late_end_of_one_phone_does_not_end_the_others() -> None:
    scene = Scene()
    scene.report("incoming", mac=B, call_id=ID)
    scene.report("terminated", mac=A, call_id=ID)
    assert scene.only_call().is_live
    assert types(scene.report("outgoing", mac=A, call_id=ID)) == ["phone.report_ignored"]


def test_off_hook_begins_a_call_that_outgoing_makes_real() -> None:
    scene = Scene()
    assert types(scene.report("off_hook")) == ["phone.hookswitch_changed", "call.service_initiated"]
    assert scene.phone().state is PhoneState.DIALLING
    provisional = scene.only_call().id
    assert types(scene.report("outgoing", call_id=ID, local="sip:2@h")) == ["call.originated"]
    assert scene.only_call().id == provisional
    assert scene.only_call().call_id == ID
    assert scene.phone().state is PhoneState.CALLING


def test_a_provisional_call_dissolves_into_the_one_the_other_phone_reported_first() -> None:
    scene = Scene()
    scene.report("off_hook", mac=A)
    scene.report("incoming", mac=B, call_id=ID)
    cleared, originated = scene.report("outgoing", mac=A, call_id=ID)
    assert cleared.origin is Origin.INFERRED
    assert cleared.detail == {"merged_into": originated.call}
    assert [connection.phone for connection in scene.only_call().connections] == [B, A]
    assert scene.state.phone_records[A].calls == (originated.call,)


def test_off_hook_to_answer_begins_no_call() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID)
    assert types(scene.report("off_hook")) == ["phone.hookswitch_changed"]
    assert len(scene.live()) == 1


def test_on_hook_ends_a_call_that_led_to_nothing() -> None:
    scene = Scene()
    scene.report("off_hook")
    hook, cleared = scene.report("on_hook")
    assert (hook.type, cleared.type) == ("phone.hookswitch_changed", "call.connection_cleared")
    assert cleared.origin is Origin.INFERRED
    assert scene.live() == []


def test_on_hook_leaves_a_real_call_alone() -> None:
    scene = Scene()
    scene.report("off_hook")
    scene.report("outgoing", call_id=ID)
    scene.report("on_hook")
    assert len(scene.live()) == 1


def test_a_blind_transfer() -> None:
    scene = in_state(ConnectionState.CONNECTED)
    scene.report("hold", call_id=ID)
    (started,) = scene.report("transfer", call_id=ID)
    assert (started.type, started.detail) == ("call.transfer_started", {"mode": "unknown"})
    assert scene.only_connection().is_transferring
    (done,) = scene.report("blind_transfer", call_id=ID)
    assert (done.type, done.detail) == ("call.transferred", {"mode": "blind"})
    (cleared,) = scene.report("terminated", call_id=ID)
    assert cleared.cause == "transfer"
    assert not scene.only_connection().is_transferring


def test_a_transfer_that_failed_gives_the_call_back() -> None:
    scene = in_state(ConnectionState.HELD)
    scene.report("transfer", call_id=ID)
    scene.report("unhold", call_id=ID)
    assert not scene.only_connection().is_transferring


def test_a_transfer_reported_after_the_end_is_still_told() -> None:
    scene = in_state(ConnectionState.NULL)
    (done,) = scene.report("attended_transfer", call_id=ID)
    assert done.type == "call.transferred"
    assert done.detail == {"mode": "attended", "discrepancy": "late"}
    assert scene.only_connection().cause == "transfer"
    assert types(scene.report("attended_transfer", call_id=ID)) == ["phone.report_ignored"]


@pytest.mark.parametrize("values", [{"call_id": ID}, {}])
def test_a_transfer_makes_no_call_appear(values: dict[str, str]) -> None:
    scene = Scene()
    assert types(scene.report("blind_transfer", **values)) == ["phone.report_ignored"]
    assert scene.state.calls() == []


def test_a_withheld_caller_stays_withheld_even_from_a_phone_of_ours() -> None:
    scene = Scene()
    scene.set_up(A, name="Anna", extension="1001")
    scene.report("outgoing", mac=A, call_id=ID)
    scene.report("incoming", mac=B, call_id=ID, remote="sip:anonymous@anonymous.invalid")
    remote = scene.only_call().connections[1].remote
    assert (remote.number, remote.name, remote.phone) == ("anonymous", "", None)


def test_made_up_calls_do_not_fill_the_memory() -> None:
    scene = Scene()
    for number in range(MAX_LIVE_PER_PHONE + 5):
        happenings = scene.report("incoming", call_id=f"flood-{number}@h")
    assert len(scene.live()) == MAX_LIVE_PER_PHONE
    assert types(happenings) == ["call.connection_cleared", "call.delivered"]
    assert happenings[0].origin is Origin.INFERRED


# --- any order, any loss, any doubling --------------------------------------------------------------------------------

_SCENARIO = [
    (A, "off_hook", ""),
    (A, "idle_to_busy", ""),
    (A, "outgoing", ID),
    (B, "incoming", ID),
    (B, "idle_to_busy", ""),
    (A, "established", ID),
    (B, "established", ID),
    (A, "hold", ID),
    (A, "transfer", ID),
    (A, "outgoing", "second@h"),
    (A, "unhold", ID),
    (A, "blind_transfer", ID),
    (A, "terminated", ID),
    (B, "terminated", ID),
    (A, "incoming", "17"),
    (A, "missed", "17"),
    (A, "established", ""),
    (B, "hold", ""),
    (B, "terminated", ""),
    (A, "on_hook", ""),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_SCENARIO), max_size=40))
def test_any_order_loss_and_doubling(reports: list[tuple[str, str, str]]) -> None:
    scene = Scene()
    over: set[tuple[str, str]] = set()
    for phone, event, call_id in reports:
        happenings = scene.report(event, mac=phone, **({"call_id": call_id} if call_id else {}))
        assert happenings
        live = {(call.call_id, each.phone) for call in scene.live() for each in call.connections if each.ended is None}
        assert not live & over, "what has ended came back"
        if event == "terminated" and call_id:
            over.add((call_id, phone))
        for record in scene.state.phone_records.values():
            assert set(record.calls) == {
                call.id
                for call in scene.state.call_records.values()
                if (connection := call.at(record.id)) is not None and connection.is_live
            }
    for phone in (A, B):
        scene.report("busy_to_idle", mac=phone)
    assert scene.live() == []
    assert all(record.calls == () for record in scene.state.phone_records.values())
