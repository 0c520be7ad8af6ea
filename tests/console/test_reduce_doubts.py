"""Doubts that time raises, and those that a proved command settles."""

import msgspec

from offhook.console.records import CommandProgress, DoubtArose
from offhook.console_api.event_types import Origin
from offhook.console_api.resources import Command, CommandState, Doubt, Verb
from tests.console.kit import A, B, Scene

ID = "4fa1c3@pbx.example"


def a_command(
    verb: Verb,
    call: str | None = None,
    *,
    phone: str = A,
    proof: str | None = "e-1",
    arguments: dict[str, str | bool | int | list[str]] | None = None,
) -> CommandProgress:
    command = Command(
        id="k_1",
        phone=phone,
        verb=verb,
        arguments=arguments or {},
        state=CommandState.CONFIRMED,
        reason=None,
        call=call,
        connection=None,
        created="2026-01-05T09:12:03.418Z",
        changed="2026-01-05T09:12:03.418Z",
        requests=[],
        proof=proof,
        round_trip_ms=None,
    )
    return CommandProgress(command)


def held_at_once() -> Scene:
    """A call whose Hold and Unhold came in one moment."""
    scene = Scene()
    for event in ("incoming", "established", "hold", "unhold"):
        scene.later(-0.9)
        scene.report(event, call_id=ID)
    assert scene.only_connection().doubt is Doubt.OUT_OF_ORDER
    return scene


def test_a_doubt_that_a_report_overtook_is_void() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID)
    (record,) = scene.state.call_records.values()
    doubt = DoubtArose(A, record.id, Doubt.SILENT, record.connections[0].reported)
    scene.report("established", call_id=ID)
    assert scene.change(doubt) == []
    assert not scene.only_connection().is_uncertain


def test_a_doubt_is_told_once_and_says_that_it_is_inferred() -> None:
    scene = Scene()
    scene.report("incoming", call_id=ID, active_user="1001", active_host="pbx")
    (record,) = scene.state.call_records.values()
    doubt = DoubtArose(A, record.id, Doubt.SILENT, record.connections[0].reported)
    (told,) = scene.change(doubt)
    assert (told.origin, told.phone, told.call, told.line) == (Origin.INFERRED, A, record.id, "1001@pbx")
    assert told.detail == {"doubt": "silent"}
    assert scene.change(doubt) == []


def test_doubts_about_what_is_gone_are_void() -> None:
    scene = Scene()
    assert scene.change(DoubtArose(B, None, Doubt.UNREPORTED, None)) == []
    scene.report("incoming", call_id=ID)
    assert scene.change(DoubtArose(A, "c_none", Doubt.SILENT, None)) == []
    assert scene.change(DoubtArose(A, None, Doubt.UNREPORTED, None)) == [], "it has a call"


def test_a_confirmed_hold_or_resume_settles_which_came_last() -> None:
    scene = held_at_once()
    call = scene.only_call().id
    confirmed, settled = scene.change(a_command(Verb.RETRIEVE, call))
    assert not scene.only_connection().is_uncertain
    assert (str(confirmed.type), str(settled.type)) == ("command.confirmed", "call.certainty_changed")
    assert (settled.phone, settled.call, settled.origin) == (A, call, Origin.INFERRED)
    assert (settled.detail, settled.connection_state) == ({"doubt": None}, "connected")
    assert len(scene.change(a_command(Verb.RETRIEVE, call))) == 1, "what is certain is not told again"


def test_other_commands_settle_nothing() -> None:
    scene = held_at_once()
    call = scene.only_call().id
    for progress in (
        a_command(Verb.SEND_DIGITS, call),
        a_command(Verb.HOLD, "c_none"),
        a_command(Verb.HOLD, call, phone=B),
        a_command(Verb.HOLD, call, proof=None),  # it was said to be so already
        msgspec.structs.replace(a_command(Verb.HOLD, call).command, state=CommandState.UNCONFIRMED),
    ):
        scene.change(progress if isinstance(progress, CommandProgress) else CommandProgress(progress))
    assert scene.only_connection().is_uncertain


def test_a_confirmed_do_not_disturb_settles_it() -> None:
    scene = Scene()
    scene.report("dnd_on")
    scene.later(-0.9)
    scene.report("dnd_off")
    assert scene.phone().doubts == ["dnd"]
    _, settled = scene.change(a_command(Verb.SET_DND))
    assert scene.phone().doubts == []
    assert (str(settled.type), settled.phone, settled.detail) == ("phone.certainty_changed", A, {"doubts": []})
    assert len(scene.change(a_command(Verb.SET_DND))) == 1


def test_a_confirmed_forward_settles_its_own_doubt() -> None:
    scene = Scene()
    scene.report("busy_forward_on")
    scene.later(-0.9)
    scene.report("busy_forward_off")
    assert scene.phone().doubts == ["forwarding.busy"]
    scene.change(a_command(Verb.SET_FORWARDING, arguments={"kind": "always", "on": True}))
    assert scene.phone().doubts == ["forwarding.busy"]
    settled = scene.change(a_command(Verb.SET_FORWARDING, arguments={"kind": "busy", "on": True}))[1:]
    assert [str(each.type) for each in settled] == ["phone.certainty_changed"]
    assert scene.phone().doubts == []


def test_a_confirmed_conference_says_why_two_calls_are_talked_on() -> None:
    scene = Scene()
    for call_id in ("a@pbx.example", "b@pbx.example"):
        for event in ("incoming", "established"):
            scene.later(5)
            scene.report(event, call_id=call_id)
    doubts = {call.id: call.connections[0].doubt for call in scene.live()}
    assert sorted(map(str, doubts.values())) == ["None", "two_active"]
    first, second = doubts
    scene.change(a_command(Verb.CONFERENCE, first, arguments={"other": second}))
    assert [call.connections[0].doubt for call in scene.live()] == [None, None]
